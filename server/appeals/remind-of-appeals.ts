import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId } from '#server/core/ids.ts';
import { listOperators } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { listDueBy } from './queries.ts';
import { APPEAL_DESK, REMINDER_MS, reminderStage } from './rules.ts';

const PER_PASS = 500;
/** What is overdue longer was reminded of while it was not; a worker that slept for a month starts here. */
const LOOK_BACK = 30 * DAY;

/**
 * Tells the operators of an appeal two days before its answer is due, and when it is overdue, once each (R31). Nothing is decided by
 * waiting. Safe to repeat. Returns how many appeals waited.
 */
export async function remindOfAppeals(ctx: CommandContext): Promise<number> {
  const now = ctx.clock.now();
  let after = { dueAt: plus(now, -LOOK_BACK), labelId: '00000000-0000-0000-0000-000000000000' };
  for (let waiting = 0; ; ) {
    const due = await listDueBy(ctx.db, { after, until: plus(now, REMINDER_MS), limit: PER_PASS });
    for (const { batchId, labelId, dueAt } of due) {
      const stage = reminderStage(dueAt, now);
      if (stage === null) continue;
      await transact(ctx, async (tx) => {
        for (const operator of await listOperators(tx.db))
          await notifyPerson(tx, {
            ...operator,
            href: APPEAL_DESK,
            id: derivedId('appeal reminder', batchId, labelId, stage, operator.personId),
            kind: `appeal.${stage}`,
            title:
              stage === 'due' ? 'The answer to an appeal is due soon' : 'The answer to an appeal is overdue',
            detail: { batchId, labelId },
          });
      });
      waiting += 1;
    }
    const last = due.at(-1);
    if (last === undefined || due.length < PER_PASS) return waiting;
    after = { dueAt: last.dueAt, labelId: last.labelId };
  }
}
