import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { listDeciders } from '#server/scores/reads.ts';
import { listIncidentDesk, listSponsorDesk } from './flag-desk.ts';
import { listFlagsDueBy, type WaitingFlag } from './flag-queries.ts';
import { listPassesDueBy, type WaitingPasses } from './held-pass-queries.ts';
import { listAlertsDueBy, type WaitingAlert } from './trouble-queries.ts';
import { deskOf, FLAG_REMINDER_MS, type FlagKind, flagReminder, type Timed } from './trouble-rules.ts';

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
 * Tells whoever must act on what a reader said, the clinical lead of an edge case (R24), and who decides on passes in doubt (R26), when
 * it is about to be due and when it is overdue, once each; what was answered or decided meanwhile is left alone. Safe to repeat. Returns how many waited.
 */
export async function remindOfFlags(ctx: CommandContext): Promise<number> {
  const now = ctx.clock.now();
  const flags = await eachDue(now, {
    list: (page) => listFlagsDueBy(ctx.db, page),
    remind: (flag, stage) => remind(ctx, flag, stage),
  });
  const alerts = await eachDue(now, {
    list: (page) => listAlertsDueBy(ctx.db, page),
    remind: (alert, stage) => remindOfAlert(ctx, alert, stage),
  });
  const passes = await eachDue(now, {
    list: (page) => listPassesDueBy(ctx.db, page),
    remind: (exam, stage) => remindOfPasses(ctx, exam, stage),
  });
  return flags + alerts + passes;
}

type Stage = 'due' | 'overdue';
type DuePage = { after: { dueAt: Date; id: string }; until: Date; limit: number };

/** Goes through what is due soon or was lately, page by page, and reminds of what has come to a stage. Returns how many had. */
async function eachDue<T extends Timed & { id: string }>(
  now: Date,
  of: { list: (page: DuePage) => Promise<T[]>; remind: (one: T, stage: Stage) => Promise<void> },
): Promise<number> {
  const until = plus(now, FLAG_REMINDER_MS);
  let after = { dueAt: plus(now, -LOOK_BACK), id: '00000000-0000-0000-0000-000000000000' };
  let waiting = 0;
  for (;;) {
    const page = await of.list({ after, until, limit: PER_PASS });
    for (const one of page) {
      const stage = flagReminder(one, now);
      if (stage === null) continue;
      await of.remind(one, stage);
      waiting += 1;
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PER_PASS) return waiting;
    after = { dueAt: last.dueAt, id: last.id };
  }
}

async function remind(ctx: CommandContext, flag: WaitingFlag, stage: Stage): Promise<void> {
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
}

async function remindOfAlert(ctx: CommandContext, alert: WaitingAlert, stage: Stage): Promise<void> {
  const { id, batchId } = alert;
  await transact(ctx, async (tx) => {
    for (const member of await listSponsorDesk(tx.db, { ...alert, kind: 'ask' }))
      await notifyPerson(tx, {
        ...member,
        id: derivedId('alert reminder', id, stage, member.personId),
        kind: `case_alert.${stage}`,
        title:
          stage === 'due'
            ? 'An edge case waits for a decision and is due soon'
            : 'An edge case is overdue for a decision',
        detail: { batchId, alertId: id },
      });
  });
}

/** One note per exam, day and stage, however many passes a wrong known answer has put in doubt (R7). */
async function remindOfPasses(ctx: CommandContext, exam: WaitingPasses, stage: Stage): Promise<void> {
  const { id: batchId, batchName, projectId, orgId, day, n } = exam;
  const what = n === 1 ? `A pass of ${batchName} waits` : `${n} passes of ${batchName} wait`;
  await transact(ctx, async (tx) => {
    for (const { personId } of await listDeciders(tx.db, orgId))
      await notifyPerson(tx, {
        personId,
        orgId,
        id: derivedId('pass reminder', batchId, day, stage, personId),
        kind: `exam_pass.${stage}`,
        title: stage === 'due' ? `${what} for your decision, due soon` : `${what} for your decision, overdue`,
        href: `/sponsor/projects/${projectId}/quality/inbox#passes`,
        detail: { batchId },
      });
  });
}
