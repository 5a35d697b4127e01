import { stringify } from 'csv-stringify/sync';
import type { Api } from '#db/seed/steps/door.ts';
import { DAY } from '#server/core/clock.ts';
import type { PublishedReads } from './read-labels.ts';

type Input<T extends { mutate: (input: never) => unknown }> = Parameters<T['mutate']>[0];

/** Key of the field that a study's readers answered. */
export const GRADE_FIELD = 'grade';

/** What the published study says of its assistant; its reads are marked as assisted (R11). */
export const PRELABEL = { id: 'published', model: 'study-assistant', version: 'as-published' };

const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

/** The study as a project: every case read by everyone, α at least 0.80. */
export function projectOf(
  folder: string,
  reads: PublishedReads,
  overlap: number,
  isAssisted: boolean,
): Input<Api['projects']['create']> {
  return {
    title: `Replay of ${folder.split('/').filter(Boolean).at(-1) ?? 'reads'}`,
    summary: 'Published reads, replayed by the people who made them.',
    modality: 'Pathology',
    anatomy: 'Prostate',
    intendedUse: 'research',
    dataClass: 'public',
    currency: 'USD',
    budgetMinor: BigInt(reads.reads) * 200n + 100_000n,
    deadline: day(90),
    locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
    credentialRule: {
      anyOf: [
        { allOf: [{ kind: 'board_certification', specialty: 'Pathology', minLevel: 'vendor_attested' }] },
      ],
    },
    qualityPolicy: {
      overlap,
      consensusMethod: 'majority',
      gold: { mode: 'none', shareBasisPoints: 0, minAnswers: 10 },
      reviewShareBasisPoints: 0,
      reliability: [{ field: GRADE_FIELD, metric: 'krippendorff_alpha', threshold: 0.8, action: 'notify' }],
      accuracy: [],
      adjudication: {
        noMajority: true,
        anyDisagreement: false,
        ordinalSpreadAtLeast: null,
        posteriorBelow: null,
        classes: [],
        fields: [],
      },
      assisted: isAssisted,
    },
    reviewPeriodDays: 7,
  };
}

/** The study's cases; the text of each names it, as a slide's label would. */
export function casesOf(tasks: readonly string[]): Omit<Input<Api['datasets']['importText']>, 'projectId'> {
  const rows = tasks.map((task) => [task, `patient-${task}`, 'published', `Case ${task}`]);
  return {
    name: 'Published cases',
    dataClass: 'public',
    legalBasis: 'Published research data, used under its licence.',
    evidence: {
      kind: 'licence',
      issuer: 'Authors of the study',
      reference: 'As stated with the data',
      issuedOn: null,
      expiresOn: null,
      sha256: null,
    },
    format: 'csv',
    text: stringify(rows, { header: true, columns: ['case_id', 'patient_key', 'site', 'text:slide'] }),
  };
}

/** One ordinal field with the file's levels in ascending order. */
export function protocolOf(
  levels: readonly string[],
): Omit<Input<Api['protocols']['saveDraft']>, 'projectId' | 'seenSha256' | 'changeClass'> {
  return {
    guidelinesMarkdown: '# Grade the biopsy\n\nGive the grade group of the worst area. 0 means no cancer.',
    labelSchema: {
      fields: [
        {
          key: GRADE_FIELD,
          label: 'Grade group',
          type: 'ordinal',
          options: levels.map((level) => ({ value: level, label: `Grade group ${level}` })),
          definition: 'Grade group of the biopsy, in ascending order.',
          required: true,
        },
      ],
      rules: [],
      gatedFields: [GRADE_FIELD],
    },
    edgeCases: [],
  };
}

/** A board certification in pathology as a claim. */
export function pathologist(identifier: string): Input<Api['credentials']['claim']> {
  return {
    kind: 'board_certification',
    title: 'Board-certified pathologist',
    issuer: 'As stated in the published study',
    identifier,
    specialty: 'Pathology',
    jurisdiction: 'US',
    issuedOn: '2015-01-01',
  };
}

/** A call whose pilot is the whole study, judged by α at least 0.80. */
export function callOf(
  cases: number,
  overlap: number,
  hasGold: boolean,
): Omit<Input<Api['bids']['openCall']>, 'projectId'> {
  return {
    closesAt: new Date(Date.now() + 14 * DAY),
    visibility: 'public',
    pilotTerms: {
      cases,
      overlap,
      goldMode: hasGold ? 'embedded' : 'none',
      goldShareBasisPoints: 0,
      timeLimitDays: 30,
      criteria: {
        reliability: { field: GRADE_FIELD, scale: 'ordinal', threshold: 0.8 },
        accuracy: null,
        perClass: [],
        throughput: null,
      },
    },
  };
}

/** The vendor's offer. */
export function offerOf(): Omit<Input<Api['bids']['submit']>, 'callId' | 'seats'> {
  return {
    pricePerReadMinor: 150n,
    currency: 'USD',
    readsPerDay: 1000,
    startOn: day(0),
    locationMix: { US: 10_000 },
    note: 'All readers of the published study.',
  };
}
