import { DAY, plus } from '#server/core/clock.ts';

/** Where the operators decide appeals. */
export const APPEAL_DESK = '/operator/appeals';
/** R31: so long after a rejection its author may appeal. */
export const APPEAL_DAYS = 7;
/** So long after an appeal its answer is due (design §6). */
export const ANSWER_DAYS = 7;
/** So long before the answer is due the operators are reminded of it. */
export const REMINDER_MS = 2 * DAY;

/** Until when a rejection can be appealed; the last instant is in it. */
export const appealUntil = (rejectedAt: Date): Date => plus(rejectedAt, APPEAL_DAYS * DAY);

/** The first instant of a rejection that can still be appealed now. */
export const appealableSince = (now: Date): Date => plus(now, -APPEAL_DAYS * DAY);

/** When the answer to an appeal is due. */
export const answerDue = (appealedAt: Date): Date => plus(appealedAt, ANSWER_DAYS * DAY);

export type AppealState = 'open_to_appeal' | 'too_late' | 'appealed' | 'upheld' | 'overturned';

/** How a rejection stands for its author: may be appealed, may no more, waits for the answer, or is answered. */
export function appealState(
  one: { rejectedAt: Date; appealedAt: Date | null; outcome: 'upheld' | 'overturned' | null },
  now: Date,
): AppealState {
  if (one.outcome !== null) return one.outcome;
  if (one.appealedAt !== null) return 'appealed';
  return now <= appealUntil(one.rejectedAt) ? 'open_to_appeal' : 'too_late';
}

/** Which reminder an appeal that waits has come to; null before the first. */
export function reminderStage(dueAt: Date, now: Date): 'due' | 'overdue' | null {
  if (dueAt <= now) return 'overdue';
  return dueAt <= plus(now, REMINDER_MS) ? 'due' : null;
}
