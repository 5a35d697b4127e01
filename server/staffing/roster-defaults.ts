import { DAY } from '#server/core/clock.ts';
import type { Project } from '#server/projects/schemas.ts';
import { daysAfter } from './availability-rules.ts';
import type { RosterParameters } from './roster-schemas.ts';

const MOST_WEEKS = 8;
const READS_PER_HOUR = 30;
const ACCURACY = 0.9;

/**
 * What a contract asks for, as a first plan: what is left to read spread over the weeks until the deadline, at most eight; the
 * project's overlap, review share and onshore share; one kind of seat per role under the project's own rule. All of it
 * is for the vendor to change.
 */
export function defaultParameters(input: {
  project: Pick<Project, 'qualityPolicy' | 'locationPolicy' | 'deadline'>;
  contract: { pricePerReadMinor: bigint };
  /** Reads still to be made in open batches; null before there is one. */
  readsLeft: number | null;
  readsPerDay: number;
  overlap: number;
  startOn: string;
  people: number;
}): RosterParameters {
  const { qualityPolicy, locationPolicy, deadline } = input.project;
  const until = Math.ceil((Date.parse(deadline) - Date.parse(input.startOn)) / (7 * DAY));
  const weeks = Math.min(MOST_WEEKS, Math.max(1, until));
  const total = input.readsLeft ?? input.readsPerDay * 5 * weeks;
  const each = Math.max(input.overlap, Math.ceil(total / weeks));
  const most = Math.max(1, Math.min(500, input.people));
  // As if everybody were technical staff, where that is paired with experts: the vendor knows how many are.
  const pairing = qualityPolicy.reviewRules.find((rule) => rule.kind === 'technical_reader');
  const review = Math.max(qualityPolicy.reviewShareBasisPoints, pairing?.sampleRateBasisPoints ?? 0);
  return {
    startOn: input.startOn,
    objective: 'cost',
    readsByWeek: Array.from({ length: weeks }, () => each),
    reviewShareBasisPoints: review,
    overlap: input.overlap,
    seats: [
      { key: 'annotators', role: 'annotator', label: 'Annotators', least: 0, most, rule: { anyOf: [] } },
      ...(review > 0
        ? [
            {
              key: 'reviewers',
              role: 'reviewer' as const,
              label: pairing === undefined ? 'Reviewers' : 'Experts',
              least: 0,
              most,
              rule: pairing?.expert ?? { anyOf: [] },
            },
          ]
        : []),
    ],
    annotatorsPerReviewer: review > 0 ? 8 : null,
    onshoreCountry: locationPolicy.onshoreCountry,
    onshoreShareBasisPoints: locationPolicy.onshoreShareBasisPoints,
    mostHours: 40,
    leastHours: 1,
    budgetMinor: null,
    coverage: null,
    sponsorTimezone: 'UTC',
    sharedOfficeHours: 0,
    pricePerReadMinor: input.contract.pricePerReadMinor,
    assumedReadsPerHour: READS_PER_HOUR,
    assumedAccuracy: ACCURACY,
    speedBasis: 'expected',
    keepsAccepted: true,
    teamId: null,
    without: [],
    including: [],
  };
}

/** The same roster from a later Monday on: weeks that have passed are left out, and at least one stays. */
export function continueFrom(parameters: RosterParameters, earliest: string): RosterParameters {
  if (parameters.startOn >= earliest) return parameters;
  const passed = Math.round((Date.parse(earliest) - Date.parse(parameters.startOn)) / (7 * DAY));
  const left = parameters.readsByWeek.slice(passed);
  const readsByWeek = left.length > 0 ? left : parameters.readsByWeek.slice(-1);
  return { ...parameters, startOn: daysAfter(parameters.startOn, passed * 7), readsByWeek };
}
