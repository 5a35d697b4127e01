import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { quarantineCase } from '#server/datasets/quarantine-case.ts';
import { listSameContent, lockCopies } from '#server/datasets/same-content.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { escalateAsk } from './escalate-case.ts';
import { listIncidentDesk, listSponsorDesk } from './flag-desk.ts';
import { caseOfTask, countFlagsSince, findOwnReport, findPastTask, insertFlag } from './flag-queries.ts';
import { holdCase } from './hold-case.ts';
import { leaseGone } from './lease-errors.ts';
import { listTasksOfCase, lockLeasesOfTask } from './lease-queries.ts';
import { parkTask } from './park-queries.ts';
import { type Batch, findLease, getBatch } from './reads.ts';
import { releaseSlots } from './release-slots.ts';
import { deskOf, dueHours, type FlagKind, MOST_FLAGS_PER_HOUR } from './trouble-rules.ts';

const TITLES: Record<FlagKind, string> = {
  ask: 'A reader asks about a case',
  phi_seen: 'Protected health information was seen in a case; it is quarantined',
  incidental_finding: 'A reader saw an incidental finding',
  technical: 'A case has a technical problem',
};

/**
 * R24: says something about the case at hand, which costs neither pay nor score. The clinical lead is told, with a due
 * time. "PHI seen" shuts the case for everyone at once, takes its leases back, and pays who raised it in full, to whom it comes back no more, first read or repeat. It is taken also of a case that
 * the person holds no more, once: handed in before they noticed, or run out while their device was offline. That shuts the case as any
 * report, and changes nothing in what they are paid (`isHeld`).
 */
export async function flagCase(
  ctx: OrgContext,
  input: { batchId: string; leaseId: string; kind: FlagKind; note: string },
): Promise<{ flagId: string; dueAt: Date; isHeld: boolean }> {
  const annotatorId = ctx.actor.personId;
  return transact(ctx, async (tx) => {
    const lease = await findLease(tx.db, { ...input, personId: annotatorId, now: tx.now });
    const past =
      lease === null && input.kind === 'phi_seen'
        ? await findPastTask(tx.db, { ...input, annotatorId })
        : null;
    const taskId = lease?.taskId ?? past?.taskId;
    if (taskId === undefined) throw leaseGone();
    const isHeld = past === null || past.isHeld;
    const before = isHeld ? null : await findOwnReport(tx.db, { ...input, taskId, annotatorId });
    if (before !== null) return { ...before, isHeld };
    const batch = await getBatch(tx.db, input.batchId);
    const since = plus(tx.now, -HOUR);
    const said = await countFlagsSince(tx.db, { annotatorId, since });
    // A person who has seen protected information in the case before them is never turned away.
    if (said >= MOST_FLAGS_PER_HOUR && !(isHeld && input.kind === 'phi_seen')) throw tooManyFlags();
    if (input.kind === 'phi_seen') await lockCopies(tx.db, batch.datasetId, 'change');
    const flagId = newId();
    const { qualityPolicy } = await getProject(tx.db, batch.projectId);
    const dueAt = plus(tx.now, dueHours(qualityPolicy.trouble, input.kind) * HOUR);
    await insertFlag(tx.db, {
      batchId: batch.id,
      id: flagId,
      taskId,
      annotatorId,
      kind: input.kind,
      note: input.note,
      createdAt: tx.now,
      dueAt,
    });
    if (input.kind === 'phi_seen') await quarantine(tx, batch, taskId, annotatorId);
    if (input.kind === 'ask') await escalateAsk(tx, { batchId: batch.id, taskId });
    await tellDesk(tx, batch, input.kind, flagId);
    await tx.audit({
      action: 'work.case_flagged',
      subject: { kind: 'case_flag', id: flagId },
      detail: { batchId: batch.id, kind: input.kind, isHeld },
    });
    return { flagId, dueAt, isHeld };
  });
}

/** Shuts the case, and every copy of it that the sponsor has: what was seen in one is in all. */
async function quarantine(tx: CommandTx, batch: Batch, taskId: string, finder: string): Promise<void> {
  const { datasetId } = batch;
  const caseId = present(await caseOfTask(tx.db, { batchId: batch.id, taskId }), 'The case of the task');
  for (const one of await listSameContent(tx.db, { datasetId, caseId })) {
    await quarantineCase(tx, one);
    for (const task of await listTasksOfCase(tx.db, one)) {
      // Whoever is being given it at this moment has it by then, and where the settling job sends it is known.
      await holdCase(tx.db, task);
      const slots = await lockLeasesOfTask(tx.db, task);
      await releaseSlots(tx, {
        batchId: task.batchId,
        slots,
        cause: 'revoked',
        reason: 'quarantine',
        paidInFull: finder,
      });
      await parkTask(tx.db, task);
    }
  }
}

function tooManyFlags(): AppError {
  return new AppError({
    kind: 'limit',
    reason: 'flags_too_many',
    message: `You have said ${MOST_FLAGS_PER_HOUR} things about cases within an hour. Skip what you cannot read, and go on asking in a while.`,
  });
}

/** Who must act is told (R24): the operator of an incident, besides the sponsor's clinical lead; its keepers of data of what is broken. */
async function tellDesk(tx: CommandTx, batch: Batch, kind: FlagKind, flagId: string): Promise<void> {
  const { id: projectId, orgId } = await getProject(tx.db, batch.projectId);
  const asked = [
    ...(await listSponsorDesk(tx.db, { projectId, orgId, kind })),
    ...(deskOf(kind) === 'operator' ? await listIncidentDesk(tx.db) : []),
  ];
  for (const member of asked)
    await notifyPerson(tx, {
      ...member,
      kind: `case_flag.${kind}`,
      title: TITLES[kind],
      detail: { batchId: batch.id, flagId },
    });
}
