import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { lookAgainAtClaims } from '#server/work/close-work-without.ts';
import { listDueAgain, listOverdue, updateCredential } from './queries.ts';
import { dayOf } from './rules.ts';

const PER_TRANSACTION = 200;
/** How long before its day a check is asked for again, so that the desk has time. */
export const RECHECK_AHEAD_DAYS = 60;

/**
 * Asks the desk to check verified credentials again ahead of their day (recredentialing, at most 36 months), and takes the level
 * away from those whose day has passed without a check: what nobody has asked the source about for so long is the person's own
 * word. Safe to repeat. Returns how many it asked for and how many it lowered.
 */
export async function recheckCredentials(ctx: CommandContext): Promise<{ asked: number; lowered: number }> {
  let asked = 0;
  let lowered = 0;
  for (let n = PER_TRANSACTION; n === PER_TRANSACTION; ) {
    n = await lowerOverdue(ctx);
    lowered += n;
  }
  for (let n = PER_TRANSACTION; n === PER_TRANSACTION; ) {
    n = await askAgain(ctx);
    asked += n;
  }
  return { asked, lowered };
}

function askAgain(ctx: CommandContext): Promise<number> {
  return transact(ctx, async (tx) => {
    const by = dayOf(plus(tx.now, RECHECK_AHEAD_DAYS * DAY));
    const rows = await listDueAgain(tx.db, { by, limit: PER_TRANSACTION });
    for (const row of rows) {
      await updateCredential(
        tx.db,
        { id: row.id, expected: 'verified' },
        { deskSince: tx.now, deskReason: 'recheck', updatedAt: tx.now },
      );
      await tx.audit({
        action: 'credentials.recheck_due',
        subject: { kind: 'credential', id: row.id },
        detail: { recheckOn: row.recheckOn },
      });
    }
    return rows.length;
  });
}

function lowerOverdue(ctx: CommandContext): Promise<number> {
  return transact(ctx, async (tx) => {
    const rows = await listOverdue(tx.db, { today: dayOf(tx.now), limit: PER_TRANSACTION });
    for (const row of rows) {
      await updateCredential(
        tx.db,
        { id: row.id, expected: 'verified' },
        {
          status: 'verifying',
          level: 'self_claimed',
          deskSince: row.deskSince ?? tx.now,
          deskReason: row.deskReason ?? 'recheck',
          updatedAt: tx.now,
        },
      );
      await lookAgainAtClaims(tx, row.personId);
      await tx.audit({
        action: 'credentials.recheck_overdue',
        subject: { kind: 'credential', id: row.id },
        detail: { recheckOn: row.recheckOn },
      });
      await notifyPerson(tx, {
        personId: row.personId,
        kind: 'credential.recheck_overdue',
        title: `"${row.title}" has to be checked at its source again; until then it counts as your own word`,
        href: '/work/credentials',
      });
    }
    return rows.length;
  });
}
