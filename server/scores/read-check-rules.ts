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
  kind: 'label_mix' | 'extremes' | 'too_fast';
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
      },
    });
  }
  return found;
}

export type TimeCount = { readerId: string; bin: number; n: number };

/**
 * The time under which a read counts as too fast, in milliseconds: three standard deviations under the mean of log times about
 * the median, and at least the floor (one second, or a tenth of the median). Null under thirty timed reads.
 */
export function fastLimit(times: readonly TimeCount[]): { limitMs: number; medianMs: number } | null {
  const timed = times.filter((one) => one.bin >= 0).sort((a, b) => a.bin - b.bin);
  const n = timed.reduce((sum, one) => sum + one.n, 0);
  if (n < FEWEST_READS) return null;
  let below = 0;
  let median = 0;
  for (const one of timed) {
    below += one.n;
    median = one.bin;
    if (below * 2 >= n) break;
  }
  const variance = timed.reduce((sum, one) => sum + one.n * (one.bin - median) ** 2, 0) / (n - 1);
  const medianMs = timeOfBin(median);
  const statistical = timeOfBin(median - 3 * Math.sqrt(variance));
  return { limitMs: Math.max(statistical, FLOOR_MS, medianMs / 10), medianMs };
}

/** Readers with three reads or more, and one in fifty, under the limit. Speed is a question to look into, never a verdict. */
export function fastChecks(times: readonly TimeCount[]): FoundCheck[] {
  const limit = fastLimit(times);
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
        },
      },
    ];
  });
}
