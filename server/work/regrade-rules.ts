import { examVerdict } from './claim-rules.ts';
import type { ExamAttempt } from './exam-queries.ts';

/** What a decision on a pass in doubt leads to. */
export type PassDecision = 'kept' | 'taken';

/** The marking of a sitting that holds: the last that does not wait for a decision. */
export function markingInForce<T extends Pick<ExamAttempt, 'regrade'>>(
  markings: readonly T[],
): T | undefined {
  return markings.findLast((one) => one.regrade !== 'waits');
}

/**
 * The marking that follows from what is counted now: none when it was counted so before (also when a person has decided on just
 * that); one that waits when the pass in force would be lost by it; else one that holds at once.
 */
export function nextMarking<
  T extends Pick<ExamAttempt, 'regrade' | 'verdict' | 'cases' | 'correct' | 'passLevel'>,
>(
  markings: readonly T[],
  count: { cases: number; correct: number },
): { before: T; last: T; regrade: 'recounted' | 'waits' } | null {
  const before = markingInForce(markings);
  const last = markings.at(-1);
  if (before === undefined || last === undefined) return null;
  if (last.cases === count.cases && last.correct === count.correct) return null;
  const { verdict } = examVerdict(count.correct, count.cases, before.passLevel);
  const isLost = before.verdict === 'pass' && verdict !== 'pass';
  return { before, last, regrade: isLost ? 'waits' : 'recounted' };
}

/** When the pass in force was won: at the first marking after which the sitting has been passed throughout. */
export function passedAt(
  markings: readonly Pick<ExamAttempt, 'regrade' | 'verdict' | 'regradedAt' | 'finishedAt'>[],
): Date {
  const held = markings.filter((one) => one.regrade !== 'waits');
  const lostLast = held.findLastIndex((one) => one.verdict !== 'pass');
  const won = held[lostLast + 1] ?? held[0];
  return won?.regradedAt ?? won?.finishedAt ?? new Date(0);
}
