import { z } from 'zod';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { Project } from '#server/projects/schemas.ts';
import { normalCritical } from '#server/quality/normal-quantile.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import type { Pool } from './pool-rules.ts';
import type { Batch } from './reads.ts';

const basisPoints = (says: string) => z.number().int(says).min(1, says).max(10_000, says);
const wholeDays = z.number().int('Days are whole.').min(0, 'Days are not negative.').max(365);

const casePriority = z.number('A priority is a number.').min(-1e9).max(1e9);

const CAP = 'A cap is a whole number of reads, at least 1.';
const PRIORITY = 'A priority is a whole number from 0 to 100.';
const LEAST_SECONDS =
  'The shortest plausible read is a whole number of seconds from 1 to 3,600; empty names none.';
const WAIVER = 'A reason has 10 to 500 characters; empty, people on their own account pass the exam first.';
const MINUTES = 'Active minutes a day are a whole number from 10 to 1,440.';

/** What can be changed while a batch runs: who gets it first, and how much of it one person may read. */
export const changeableClaimRules = z.object({
  priority: z.number().int(PRIORITY).min(0, PRIORITY).max(100, PRIORITY).optional(),
  dueAt: z.date().nullish(),
  maxReadsPerReader: z.number().int(CAP).min(1, CAP).max(1_000_000).nullish(),
  maxReaderShareBasisPoints: basisPoints('A share is above 0 % and at most 100 %.').nullish(),
  maxActiveMinutesPerDay: z.number().int(MINUTES).min(10, MINUTES).max(1440, MINUTES).nullish(),
  /** The shortest time in which a case can be read with care; faster reads are shown to the sponsor, never rejected for it. */
  leastReadSeconds: z.number().int(LEAST_SECONDS).min(1, LEAST_SECONDS).max(3600, LEAST_SECONDS).nullish(),
  needsTraining: z.boolean().optional(),
  needsExam: z.boolean().optional(),
  /** Why people on their own account read without the project's exam (R17); null: they pass it first. */
  examWaiver: z.string().trim().min(10, WAIVER).max(500, WAIVER).nullish(),
});
export type ChangeableClaimRules = z.infer<typeof changeableClaimRules>;

/** How the work of a batch is given out; everything may be left out. */
export const claimRules = changeableClaimRules.extend({
  /** A number per case, higher first; cases without one come last. Never for a test reference (R5). */
  casePriorities: z
    .array(
      z.union([
        z.strictObject({ caseId: z.uuid(), priority: casePriority }),
        // By the sponsor's own case id, as a list or a file has it.
        z.strictObject({ externalId: z.string().trim().min(1).max(200), priority: casePriority }),
      ]),
    )
    .max(200_000)
    .optional(),
  /** Awards that share the batch by their shares (R13), instead of one contract. */
  contractIds: z.array(z.uuid()).max(20).optional(),
  /** The call's direct share (R17) shares it too, or, without awards, has it alone. */
  hasDirectShare: z.boolean().optional(),
  /** Most reads of one case from one of them. */
  maxReadsPerVendor: z.number().int().min(1).max(100).nullish(),
  /** Readers to whom a dealt gold case is shown before others are used. */
  goldExposureLimit: z.number().int().min(1, 'A limit is at least one reader.').max(1000).nullish(),
  /** Repeats (R23) come so many days after the read before, for this share of the cases. */
  repeatAfterDays: wholeDays.optional(),
  repeatShareBasisPoints: basisPoints('A share is above 0 % and at most 100 %.').optional(),
  /** Level that an exam must be shown to reach: the lower bound of Wilson's 95 % interval. */
  passLevelBasisPoints: basisPoints('A pass level is above 0 % and at most 100 %.').max(9_999).nullish(),
  retryAfterDays: wholeDays.optional(),
});
export type ClaimRulesInput = z.infer<typeof claimRules>;

/** Least share of right answers of an exam unless it says otherwise. */
export const PASS_LEVEL_BASIS_POINTS = 8_000;

/** Kinds whose reads are shared out by location: the work that the project's policy speaks of. */
const LOCATED: readonly Batch['kind'][] = ['pilot', 'production', 'relabel'];

/** Share of the reads that is kept for onshore readers, and what onshore means (the project's location policy). */
export function onshoreOf(
  project: Pick<Project, 'locationPolicy'>,
  kind: Batch['kind'],
): { shareBasisPoints: number; country: string | null } {
  const { onshoreShareBasisPoints: shareBasisPoints, onshoreCountry: country } = project.locationPolicy;
  return LOCATED.includes(kind) && country !== null && shareBasisPoints > 0
    ? { shareBasisPoints, country }
    : { shareBasisPoints: 0, country: null };
}

/** What of the rules cannot be, in words that say what to do; empty when all can. */
export function claimRuleFaults(input: {
  kind: Batch['kind'];
  project: Pick<Project, 'intendedUse'>;
  rules: ClaimRulesInput;
  rounds: number;
  goldMode: Batch['goldMode'];
  cases: number;
  goldCases: number;
  now: Date;
}): ErrorDetail[] {
  const { rules, kind, cases, goldCases } = input;
  const faults: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    faults.push({ code: `batch.${code}`, path: `claimRules.${path}`, message });
  if (rules.casePriorities !== undefined && input.project.intendedUse === 'test_reference')
    add(
      'active_learning',
      'casePriorities',
      'A test reference is read in a random order, without active learning (R5).',
    );
  if (rules.dueAt && rules.dueAt <= input.now)
    add('due_past', 'dueAt', 'The deadline has passed. Give one that lies ahead.');
  if (rules.goldExposureLimit && input.goldMode !== 'dealt')
    add('exposure', 'goldExposureLimit', 'A limit on gold needs gold that is dealt in.');
  if ((rules.repeatAfterDays || rules.repeatShareBasisPoints) && input.rounds < 2)
    add(
      'repeats',
      'repeatAfterDays',
      'Repeats need at least two rounds (R23). Set the rounds, or leave these out.',
    );
  if (kind === 'exam' || kind === 'training') faults.push(...taughtFaults(kind, rules, cases, goldCases));
  else if (rules.passLevelBasisPoints != null)
    add('pass_level', 'passLevelBasisPoints', 'Only an exam has a pass level.');
  return faults;
}

/** An exam and a training hold known cases only, and an exam enough of them to be passed. */
function taughtFaults(
  kind: 'exam' | 'training',
  rules: ClaimRulesInput,
  cases: number,
  goldCases: number,
): ErrorDetail[] {
  const faults: ErrorDetail[] = [];
  if (goldCases < cases)
    faults.push({
      code: 'batch.unknown_answers',
      path: 'caseIds',
      message: `${cases - goldCases} of the ${cases} cases have no known answer. ${kind === 'exam' ? 'An exam' : 'A training'} is made of gold cases; choose those, or sign a gold set that covers the rest.`,
    });
  const level = (rules.passLevelBasisPoints ?? PASS_LEVEL_BASIS_POINTS) / 10_000;
  if (kind === 'exam' && cases > 0 && cases < leastCases(level))
    faults.push({
      code: 'batch.exam_too_short',
      path: 'claimRules.passLevelBasisPoints',
      message: `${cases} cases cannot show ${Math.round(level * 1000) / 10} %: all right gives an interval from ${((wilsonInterval(cases, cases)?.[0] ?? 0) * 100).toFixed(1)} %. Take at least ${leastCases(level)} cases, or a lower level.`,
    });
  return faults;
}

/** Fewest right answers of `cases` whose Wilson interval lies at or above `level`; null when even all are too few. */
export function leastRight(cases: number, level: number): number | null {
  for (let right = 0; right <= cases; right += 1)
    if ((wilsonInterval(right, cases)?.[0] ?? 0) >= level) return right;
  return null;
}

/** Fewest cases with which an exam can be passed at all: with all right, Wilson's interval begins at n ÷ (n + z²). */
export function leastCases(level: number): number {
  return Math.ceil((normalCritical(0.95) ** 2 * level) / (1 - level) - 1e-9);
}

/**
 * Whether a sitting counts as a try: not where so few cases are left that all right would be no pass, because known answers were wrong
 * or cases unusable (R7). The person does not pay for that. Cases that they gave up are among those that are left, and those that they took
 * out by a report of their own (R24) count as left here: no report makes a failing sitting none.
 */
export function isTry(one: {
  verdict: 'pass' | 'inconclusive' | 'fail';
  cases: number;
  takenOut: number;
  passLevel: number;
}): boolean {
  return one.verdict === 'pass' || one.cases + one.takenOut >= leastCases(one.passLevel);
}

/** R10 for an exam: pass when the near bound clears the level, fail when the far bound does not reach it. */
export function examVerdict(
  right: number,
  cases: number,
  level: number,
): { verdict: 'pass' | 'inconclusive' | 'fail'; lower: number; upper: number } {
  const [lower, upper] = wilsonInterval(right, cases) ?? [0, 1];
  return { verdict: lower >= level ? 'pass' : upper < level ? 'fail' : 'inconclusive', lower, upper };
}

/** Attempts at an exam on one protocol version: the first and one retry. */
export const EXAM_ATTEMPTS = 2;

/**
 * Most first reads one person may take of a batch now: the lower of the number and the share of all first reads; null: no cap. Repeats
 * that are asked of one reader (R23) are no part of what is shared out.
 */
export function readsCapOf(
  batch: Pick<Batch, 'maxReadsPerReader' | 'maxReaderShareBasisPoints' | 'slotCount' | 'askedRepeats'>,
): number | null {
  const firstReads = batch.slotCount - batch.askedRepeats;
  const byShare =
    batch.maxReaderShareBasisPoints === null
      ? null
      : Math.max(1, Math.floor((firstReads * batch.maxReaderShareBasisPoints) / 10_000));
  const caps = [batch.maxReadsPerReader, byShare].filter((one) => one !== null);
  return caps.length === 0 ? null : Math.min(...caps);
}

/** The price and fee of a reader's reads: their pool's where a vendor has its own contract, else the batch's. */
export function priceOfPool(
  batch: Pick<Batch, 'pricePerReadMinor' | 'feeBasisPoints'>,
  pools: readonly Pool[] | null,
  poolNo: number,
): { pricePerReadMinor: bigint; feeBasisPoints: number } {
  const own = pools?.[poolNo - 1];
  return {
    pricePerReadMinor: own?.pricePerReadMinor ? BigInt(own.pricePerReadMinor) : batch.pricePerReadMinor,
    feeBasisPoints: own?.feeBasisPoints ?? batch.feeBasisPoints,
  };
}

/** Why somebody who has read up to their cap gets nothing more. */
export function capReason(cap: number): { code: string; message: string } {
  return {
    code: 'cap.reads',
    message: `You have read as much of this batch as one person may: ${cap.toLocaleString('en')} ${cap === 1 ? 'case' : 'cases'}. Other batches may have work for you.`,
  };
}
