import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { listExpiring } from './queries.ts';
import { dayOf } from './rules.ts';

/** Days before the last one at which the holder is told (facts B6); on the day itself `expireCredentials` does. */
const STEPS = [
  { from: 31, to: 90 },
  { from: 0, to: 30 },
] as const;
const PER_TRANSACTION = 200;

/**
 * Tells holders that a credential expires within 90 days and again within 30, each once per credential and last day,
 * however often it runs and in however many processes. Returns how many credentials it looked at.
 */
export async function remindExpiring(ctx: CommandContext): Promise<number> {
  let seen = 0;
  for (const step of STEPS) {
    for (let after: string | null = null; ; ) {
      const last: { id: string | null; count: number } = await transact(ctx, async (tx) => {
        const rows = await listExpiring(tx.db, {
          from: dayOf(plus(tx.now, step.from * DAY)),
          to: dayOf(plus(tx.now, step.to * DAY)),
          after,
          limit: PER_TRANSACTION,
        });
        for (const row of rows) {
          if (row.expiresOn === null) continue;
          await notifyPerson(tx, {
            id: derivedId('credential.expiring', row.id, row.expiresOn, String(step.to)),
            personId: row.personId,
            kind: 'credential.expiring',
            title: `"${row.title}" expires on ${sayDay(row.expiresOn)}. Renew it and add the new one, so that its work stays open to you.`,
            href: '/work/credentials',
          });
        }
        return { id: rows.at(-1)?.id ?? null, count: rows.length };
      });
      seen += last.count;
      after = last.id;
      if (last.count < PER_TRANSACTION) break;
    }
  }
  return seen;
}
