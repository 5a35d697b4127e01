import { MOMENTS, momentsOfItem } from '#server/quality/moment-agreement.ts';
import {
  ALL_DAYS,
  addTo,
  type CountedRead,
  type Counts,
  dayOf,
  type MomentKey,
  type PairKey,
  type PatternKey,
  subjectsOfCase,
} from './counts.ts';
import type { MeasuredField } from './rules.ts';

/** A measurement as a whole number of millionths of its unit: sums of these are exact. Finer differences are none. */
export const inMillionths = (answer: string): bigint => BigInt(Math.round(Number(answer) * 1e6));

/**
 * What agreement on a field depends on, for the batch and each team: of numbers sums of answers and of their squares, else how
 * often which answers met on a case; and the cross table of every two of its readers.
 */
export function countAgreement(
  counts: Counts,
  of: { batchId: string; field: MeasuredField; reads: readonly CountedRead[]; sign: 1 | -1 },
): void {
  const { batchId, field, reads, sign } = of;
  for (const { kind, id, own } of subjectsOfCase(batchId, reads)) {
    const given = answersOf(own, field.key);
    if (given === null) continue;
    for (const day of [given.day, ALL_DAYS]) {
      if (field.scale === 'interval') addMoments(counts, [kind, id, field.key, day], given.answers, sign);
      else {
        const pattern = patternOf(given.answers);
        addTo(counts.patterns, [kind, id, field.key, day, pattern] satisfies PatternKey, sign);
      }
    }
  }
  const sorted = [...reads].sort((a, b) => (a.readerId < b.readerId ? -1 : 1));
  for (const [index, first] of sorted.entries())
    for (const second of sorted.slice(index + 1)) {
      const [a, b] = [first.values[field.key] ?? null, second.values[field.key] ?? null];
      if (a !== null && b !== null)
        addTo(counts.pairs, [field.key, first.readerId, second.readerId, a, b] satisfies PairKey, sign);
    }
}

function addMoments(
  counts: Counts,
  subject: readonly [PatternKey[0], string, string, string],
  answers: readonly string[],
  sign: 1 | -1,
): void {
  const moved = momentsOfItem(answers.map(inMillionths));
  for (const moment of MOMENTS) {
    const key = JSON.stringify([...subject, answers.length, moment] satisfies MomentKey);
    counts.moments.set(key, (counts.moments.get(key) ?? 0n) + BigInt(sign) * moved[moment]);
  }
}

/** The answers that were given, and the day of the last; null without an answer. */
function answersOf(reads: readonly CountedRead[], field: string): { answers: string[]; day: string } | null {
  const answers: string[] = [];
  let last = 0;
  for (const read of reads) {
    const value = read.values[field] ?? null;
    if (value === null) continue;
    answers.push(value);
    last = Math.max(last, read.at.getTime());
  }
  return answers.length === 0 ? null : { answers, day: dayOf(new Date(last)) };
}

/** How often each answer was given, in an order that does not depend on who gave it. */
function patternOf(answers: readonly string[]): string {
  const votes = new Map<string, number>();
  for (const answer of answers) votes.set(answer, (votes.get(answer) ?? 0) + 1);
  return JSON.stringify([...votes].sort(([a], [b]) => (a < b ? -1 : 1)));
}
