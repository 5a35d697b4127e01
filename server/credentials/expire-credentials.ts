import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { lookAgainAtClaims } from '#server/work/close-work-without.ts';
import { expireCredentials as expireDue } from './queries.ts';
import { dayOf } from './rules.ts';

/** Credentials expired in one transaction; the rest follow in the next. */
const PER_TRANSACTION = 200;

/**
 * Moves every credential whose last day has passed to `expired`, tells its holder and audits each. Safe to repeat and
 * to run in several processes at once. Returns how many were moved.
 */
export async function expireCredentials(ctx: CommandContext): Promise<number> {
  let moved = 0;
  for (;;) {
    const count = await transact(ctx, async (tx) => {
      const rows = await expireDue(tx.db, { today: dayOf(tx.now), now: tx.now, limit: PER_TRANSACTION });
      for (const row of rows) {
        await tx.audit({
          action: 'credentials.expired',
          subject: { kind: 'credential', id: row.id },
          detail: { expiresOn: row.expiresOn },
        });
        await lookAgainAtClaims(tx, row.personId);
        await notifyPerson(tx, {
          personId: row.personId,
          kind: 'credential.expired',
          title: `"${row.title}" has expired. Renew it and add the new one to keep getting its work.`,
          href: '/work/credentials',
        });
      }
      return rows.length;
    });
    moved += count;
    if (count < PER_TRANSACTION) return moved;
  }
}
