import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { listIncidentDesk, listSponsorDesk } from './flag-desk.ts';
import { listFlagsDueBy, type WaitingFlag } from './flag-queries.ts';
import { deskOf, FLAG_REMINDER_MS, type FlagKind, flagReminder } from './trouble-rules.ts';

const PER_PASS = 500;
/** What is overdue longer was reminded of while it was not; a worker that slept for a week starts here. */
const LOOK_BACK = 7 * DAY;

const WHAT: Record<FlagKind, string> = {
  ask: 'A reader’s question',
  phi_seen: 'A report of protected information',
  incidental_finding: 'An incidental finding',
  technical: 'A technical problem of a case',
};

/**
 * Tells whoever must act on what a reader said (R24) when it is about to be due and when it is overdue, once each; what was answered
 * meanwhile is left alone. Safe to repeat. Returns how many flags waited.
 */
export async function remindOfFlags(ctx: CommandContext): Promise<number> {
  const now = ctx.clock.now();
  const until = plus(now, FLAG_REMINDER_MS);
  let after = { dueAt: plus(now, -LOOK_BACK), id: '00000000-0000-0000-0000-000000000000' };
  let waiting = 0;
  for (;;) {
    const flags = await listFlagsDueBy(ctx.db, { after, until, limit: PER_PASS });
    for (const flag of flags) if (await remind(ctx, flag, now)) waiting += 1;
    const last = flags.at(-1);
    if (last === undefined || flags.length < PER_PASS) return waiting;
    after = { dueAt: last.dueAt, id: last.id };
  }
}

async function remind(ctx: CommandContext, flag: WaitingFlag, now: Date): Promise<boolean> {
  const stage = flagReminder(flag, now);
  if (stage === null) return false;
  const { id, batchId, kind } = flag;
  await transact(ctx, async (tx) => {
    const desk =
      deskOf(kind) === 'operator' ? await listIncidentDesk(tx.db) : await listSponsorDesk(tx.db, flag);
    for (const member of desk)
      await notifyPerson(tx, {
        ...member,
        id: derivedId('flag reminder', id, stage, member.personId),
        kind: `case_flag.${stage}`,
        title:
          stage === 'due'
            ? `${WHAT[kind]} waits for an answer and is due soon`
            : `${WHAT[kind]} is overdue for an answer`,
        detail: { batchId, flagId: id },
      });
  });
  return true;
}
