import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { tellSignatories } from './notify.ts';
import { findAgreement, updateAgreement } from './queries.ts';
import { addDays, dueReminder, REMINDER_DAYS } from './rules.ts';
import { KIND_TITLES } from './schemas.ts';
import { listEndingBy } from './term-queries.ts';

const PER_TRANSACTION = 100;

/**
 * Tells both sides of agreements that end in 90 and 30 days and on the day, once each, unless a renewal is signed.
 * Returns how many were told.
 */
export async function remindOfEnds(ctx: CommandContext): Promise<number> {
  let told = 0;
  for (;;) {
    const count = await transact(ctx, async (tx) => {
      const today = tx.now.toISOString().slice(0, 10);
      const due = await listEndingBy(tx.db, addDays(today, REMINDER_DAYS[0]), PER_TRANSACTION);
      for (const agreement of due) {
        const until = present(agreement.effectiveUntil, 'The end of an agreement that ends');
        const days = dueReminder(until, agreement.remindedDays, today);
        if (days === null) continue;
        await updateAgreement(
          tx.db,
          { id: agreement.id, expected: agreement.status },
          { remindedDays: days },
        );
        const whole = present(await findAgreement(tx.db, agreement.id), 'The agreement');
        await tellSignatories(tx, [whole.partyA, whole.partyB], {
          agreementId: agreement.id,
          kind: 'agreement.expiring',
          title:
            days === 0
              ? `${KIND_TITLES[agreement.kind]} ends today`
              : `${KIND_TITLES[agreement.kind]} ends on ${sayDay(until)}; renew it without a gap`,
        });
      }
      return due.length;
    });
    told += count;
    if (count < PER_TRANSACTION) return told;
  }
}
