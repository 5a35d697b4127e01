import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { lockEndingBy, updateEvidence } from './queries.ts';
import { dueReminder, REMINDER_DAYS } from './rules.ts';
import { EVIDENCE_TITLES } from './schemas.ts';
import { tellVendor } from './tell-vendor.ts';

const PER_TRANSACTION = 100;

/**
 * Reminds vendors of documents that end in 90 and 30 days and on the day, once each, and expires those whose day has come.
 * Safe to repeat and in several processes. Returns how many were reminded of or expired.
 */
export async function expireEvidence(ctx: CommandContext): Promise<number> {
  let done = 0;
  for (let after: string | null = null; ; ) {
    const page: { last: string | null; count: number; done: number } = await transact(ctx, async (tx) => {
      const today = tx.now.toISOString().slice(0, 10);
      const horizon = plus(tx.now, REMINDER_DAYS[0] * DAY)
        .toISOString()
        .slice(0, 10);
      const rows = await lockEndingBy(tx.db, { day: horizon, after, limit: PER_TRANSACTION });
      let moved = 0;
      for (const row of rows) {
        const days = dueReminder(row.expiresOn, row.remindedDays, today);
        const isOver = row.expiresOn <= today;
        if (days === null && !isOver) continue;
        await updateEvidence(
          tx.db,
          { id: row.id, expected: row.status },
          {
            ...(days === null ? {} : { remindedDays: days }),
            ...(isOver ? { status: 'expired', endedAt: tx.now } : {}),
          },
        );
        moved += 1;
        const title = EVIDENCE_TITLES[row.kind];
        await tellVendor(tx, row.orgId, {
          id: `${row.id} ${isOver ? 'expired' : days}`,
          title: isOver
            ? `Your ${title} has expired; sponsors see it as expired`
            : `Your ${title} ends on ${sayDay(row.expiresOn)}; upload the one that follows`,
        });
        if (isOver)
          await tx.audit({
            action: 'vendors.evidence_expired',
            subject: { kind: 'vendor_evidence', id: row.id },
            detail: { from: row.status, expiresOn: row.expiresOn },
          });
      }
      return { last: rows.at(-1)?.id ?? null, count: rows.length, done: moved };
    });
    done += page.done;
    after = page.last;
    if (page.count < PER_TRANSACTION) return done;
  }
}
