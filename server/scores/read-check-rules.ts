import { proportion } from '#server/quality/proportion.ts';
import { compareSubgroups } from '#server/quality/subgroup-comparison.ts';
import { figureOf } from './figures.ts';
import type { ReadCheckEvidence } from './read-check-schemas.ts';
import type { MeasuredField } from './rules.ts';
import { timeOfBin } from './task-counts.ts';

/** Reads of a field before a reader's mix of answers is compared. */
export const FEWEST_READS = 30;
/** Family-wise chance of a false flag per field, after Holm over readers and Bonferroni over answers. */
const SIGNIFICANT = 0.01;
/** A difference below this is not worth a look, however certain. */
const LEAST_DIFFERENCE = 0.1;
/** Fast reads before they are mentioned. */
const FEWEST_FAST = 3;
const FLOOR_MS = 1000;

export type AnswerCount = { readerId: string; answer: string; n: number };
export type FoundCheck = {
  readerId: string;
  kind: 'label_mix' | 'extremes' | 'too_fast' | 'unit';
  field: string;
  evidence: ReadCheckEvidence;
};

/**
 * Readers whose share of some answer differs from that of all others by ten points or more, beyond chance. Cases are dealt in a
 * shuffled order, so shares should be alike; a difference asks for a look and proves nothing (it may be the others).
 */
export function labelMixChecks(field: MeasuredField, counts: readonly AnswerCount[]): FoundCheck[] {
  if (field.scale === null || field.scale === 'interval') return [];
  const answers = [...new Set(counts.map((one) => one.answer))].filter((answer) => answer !== '').sort();
  const strongest = new Map<string, FoundCheck>();
  for (const answer of answers) {
    for (const found of sharesThatDiffer(counts, (given) => given === answer, answers.length)) {
      const before = strongest.get(found.readerId);
      if (before && (before.evidence.p ?? 1) <= (found.evidence.p ?? 1)) continue;
      strongest.set(found.readerId, {
        ...found,
        kind: 'label_mix',
        field: field.key,
        evidence: { ...found.evidence, answer },
      });
    }
  }
  return [...strongest.values()];
}

/** Readers who answer at the ends of an ordinal field, or at the limits of a number, more or less often than all others. */
export function extremeChecks(field: MeasuredField, counts: readonly AnswerCount[]): FoundCheck[] {
  const isNumber = field.scale === 'interval';
  if (!isNumber && (field.scale !== 'ordinal' || field.categories.length < 4)) return [];
  const ends = isNumber ? ['at_limit'] : [field.categories[0] ?? '', field.categories.at(-1) ?? ''];
  return sharesThatDiffer(counts, (given) => ends.includes(given), 1).map((found) => ({
    ...found,
    kind: 'extremes',
    field: field.key,
  }));
}

/**
 * Readers whose share differs, the clearest first; who has been found no longer counts among "all others", because one odd
 * reader would make everybody else look odd.
 */
function sharesThatDiffer(
  counts: readonly AnswerCount[],
  isMeant: (answer: string) => boolean,
  tests: number,
): { readerId: string; evidence: ReadCheckEvidence }[] {
  let groups = [...Map.groupBy(counts, (one) => one.readerId)].map(([readerId, own]) => ({
    subgroup: readerId,
    right: own.reduce((sum, one) => (isMeant(one.answer) ? sum + one.n : sum), 0),
    n: own.reduce((sum, one) => sum + one.n, 0),
  }));
  const found: { readerId: string; evidence: ReadCheckEvidence }[] = [];
  for (let left = groups.length; left > 1; left -= 1) {
    const [clearest] = compareSubgroups(groups, { minimumN: FEWEST_READS })
      .filter((result) => Math.abs(result.difference.value ?? 0) >= LEAST_DIFFERENCE)
      .sort(
        (a, b) =>
          (a.adjustedP ?? 1) - (b.adjustedP ?? 1) ||
          Math.abs(b.difference.value ?? 0) - Math.abs(a.difference.value ?? 0) ||
          (a.subgroup < b.subgroup ? -1 : 1),
      );
    const p = Math.min(1, (clearest?.adjustedP ?? 1) * tests);
    if (!clearest || p >= SIGNIFICANT) break;
    groups = groups.filter((group) => group.subgroup !== clearest.subgroup);
    const others = groups.reduce((sum, group) => ({ right: sum.right + group.right, n: sum.n + group.n }), {
      right: 0,
      n: 0,
    });
    found.push({
      readerId: clearest.subgroup,
      evidence: {
        answer: null,
        own: figureOf(clearest.accuracy),
        others: figureOf(proportion(others.right, others.n, { name: 'share' })),
        p,
        seconds: null,
        factor: null,
      },
    });
  }
  return found;
}

export type TimeCount = { readerId: string; bin: number; n: number };

/**
 * The time under which a read counts as too fast, in milliseconds: three standard deviations under the mean of log times about
 * the median, and at least the batch's floor; where it names none, one second or a tenth of the median. Under thirty timed reads only a
 * floor says anything; null without one.
 */
export function fastLimit(
  times: readonly TimeCount[],
  floorSeconds: number | null = null,
): { limitMs: number; medianMs: number } | null {
  const timed = times.filter((one) => one.bin >= 0).sort((a, b) => a.bin - b.bin);
  const n = timed.reduce((sum, one) => sum + one.n, 0);
  if (n === 0 || (n < FEWEST_READS && floorSeconds === null)) return null;
  let below = 0;
  let median = 0;
  for (const one of timed) {
    below += one.n;
    median = one.bin;
    if (below * 2 >= n) break;
  }
  const floorMs = floorSeconds === null ? Math.max(FLOOR_MS, timeOfBin(median) / 10) : 1000 * floorSeconds;
  if (n < FEWEST_READS) return { limitMs: floorMs, medianMs: timeOfBin(median) };
  const variance = timed.reduce((sum, one) => sum + one.n * (one.bin - median) ** 2, 0) / (n - 1);
  const medianMs = timeOfBin(median);
  const statistical = timeOfBin(median - 3 * Math.sqrt(variance));
  return { limitMs: Math.max(statistical, floorMs), medianMs };
}

/** Readers with three reads or more, and one in fifty, under the limit. Speed is a question to look into, never a verdict. */
export function fastChecks(times: readonly TimeCount[], floorSeconds: number | null = null): FoundCheck[] {
  const limit = fastLimit(times, floorSeconds);
  if (limit === null) return [];
  return [...Map.groupBy(times, (one) => one.readerId)].flatMap(([readerId, own]) => {
    const timed = own.filter((one) => one.bin >= 0);
    const n = timed.reduce((sum, one) => sum + one.n, 0);
    const fast = timed.reduce((sum, one) => (timeOfBin(one.bin) < limit.limitMs ? sum + one.n : sum), 0);
    if (fast < FEWEST_FAST || fast * 50 < n) return [];
    const all = times.reduce((sum, one) => (one.bin >= 0 ? sum + one.n : sum), 0);
    const allFast = times.reduce(
      (sum, one) => (one.bin >= 0 && timeOfBin(one.bin) < limit.limitMs ? sum + one.n : sum),
      0,
    );
    return [
      {
        readerId,
        kind: 'too_fast' as const,
        field: '',
        evidence: {
          answer: null,
          own: figureOf(proportion(fast, n, { name: 'share_fast' })),
          others: figureOf(proportion(allFast - fast, all - n, { name: 'share_fast', reason: 'no_data' })),
          p: null,
          seconds: { limit: limit.limitMs / 1000, median: limit.medianMs / 1000 },
          factor: null,
        },
      },
    ];
  });
}

export type PairCount = {
  firstId: string;
  secondId: string;
  firstAnswer: string;
  secondAnswer: string;
  n: number;
};

/** What a number is off by when somebody thinks in another unit: tens (mm, cm, m; mg, g), or inches for millimetres. */
const UNIT_FACTORS = [10, 25.4, 100, 1000];
const NEAR = Math.log(1.1);
const FEWEST_OFF = 3;
const LEAST_OFF = 0.1;

/** By which factor, of another unit, one number is a multiple of the other or the other of it; null when by none. */
export function unitFactor(one: number, other: number): number | null {
  if (!(one * other > 0)) return null;
  const ratio = Math.abs(Math.log(one / other));
  return UNIT_FACTORS.find((factor) => Math.abs(ratio - Math.log(factor)) <= NEAR) ?? null;
}

/**
 * Readers of a number field whose answers are off by a unit's factor from the others' in three shared reads and one in ten.
 * Who has been found no longer counts among the others; of two who differ alike, as when nobody else read, both are named.
 */
export function unitChecks(field: MeasuredField, pairs: readonly PairCount[]): FoundCheck[] {
  if (field.scale !== 'interval') return [];
  const found: FoundCheck[] = [];
  for (let left = pairs; ; ) {
    const groups = unitGroups(left);
    const worst = Math.max(0, ...groups.map((group) => group.off / group.n));
    const named = groups.filter((group) => group.off >= FEWEST_OFF && group.off / group.n === worst);
    if (worst < LEAST_OFF || named.length === 0) return found;
    const ids = new Set(named.map((group) => group.readerId));
    left = left.filter((pair) => !ids.has(pair.firstId) && !ids.has(pair.secondId));
    const rest = unitGroups(left).reduce((sum, group) => ({ off: sum.off + group.off, n: sum.n + group.n }), {
      off: 0,
      n: 0,
    });
    for (const group of named)
      found.push({
        readerId: group.readerId,
        kind: 'unit',
        field: field.key,
        evidence: {
          answer: null,
          own: figureOf(proportion(group.off, group.n, { name: 'share_off_by_unit' })),
          // A pair is counted for both of its readers.
          others: figureOf(
            proportion(rest.off / 2, rest.n / 2, { name: 'share_off_by_unit', reason: 'no_data' }),
          ),
          p: null,
          seconds: null,
          factor: group.factor,
        },
      });
  }
}

type UnitGroup = { readerId: string; n: number; off: number; factor: number | null };

/** For each reader the shared reads, those off by a unit's factor, and the most frequent factor. */
function unitGroups(pairs: readonly PairCount[]): UnitGroup[] {
  const sides = pairs.flatMap((pair) => {
    const factor = unitFactor(Number(pair.firstAnswer), Number(pair.secondAnswer));
    return [pair.firstId, pair.secondId].map((readerId) => ({ readerId, factor, n: pair.n }));
  });
  return [...Map.groupBy(sides, (side) => side.readerId)].map(([readerId, own]) => {
    const byFactor = UNIT_FACTORS.map((factor) => ({
      factor,
      n: own.reduce((sum, side) => (side.factor === factor ? sum + side.n : sum), 0),
    })).sort((a, b) => b.n - a.n || a.factor - b.factor);
    const n = own.reduce((sum, side) => sum + side.n, 0);
    const off = byFactor.reduce((sum, one) => sum + one.n, 0);
    return { readerId, n, off, factor: off === 0 ? null : (byFactor[0]?.factor ?? null) };
  });
}
