import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { quarantineCase } from '#server/datasets/quarantine-case.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { caseOfTask, insertFlag } from './flag-queries.ts';
import { leaseGone } from './lease-errors.ts';
import { listTasksOfCase, lockLeasesOfTask, parkTask } from './lease-queries.ts';
import { type Batch, findLease, getBatch } from './reads.ts';
import { releaseSlots } from './release-slots.ts';
import type { FLAG_KINDS } from './schemas.ts';

type FlagKind = (typeof FLAG_KINDS)[number];

/** When somebody must have looked, in hours. */
const DUE_HOURS: Record<FlagKind, number> = {
  ask: 48,
  phi_seen: 4,
  incidental_finding: 24,
  technical: 48,
};

const TITLES: Record<FlagKind, string> = {
  ask: 'A reader asks about a case',
  phi_seen: 'Protected health information was seen in a case; it is quarantined',
  incidental_finding: 'A reader saw an incidental finding',
  technical: 'A case has a technical problem',
};

/**
 * R24: says something about the case at hand, which costs neither pay nor score. The clinical lead is told, with a due
 * time. "PHI seen" shuts the case for everyone at once, takes its leases back, and pays who raised it in full.
 */
export async function flagCase(
  ctx: OrgContext,
  input: { batchId: string; leaseId: string; kind: FlagKind; note: string },
): Promise<{ flagId: string; dueAt: Date }> {
  const annotatorId = ctx.actor.personId;
  return transact(ctx, async (tx) => {
    const lease = await findLease(tx.db, { ...input, personId: annotatorId, now: tx.now });
    if (lease === null) throw leaseGone();
    const batch = await getBatch(tx.db, input.batchId);
    const flagId = newId();
    const dueAt = plus(tx.now, DUE_HOURS[input.kind] * HOUR);
    await insertFlag(tx.db, {
      batchId: batch.id,
      id: flagId,
      taskId: lease.taskId,
      annotatorId,
      kind: input.kind,
      note: input.note,
      createdAt: tx.now,
      dueAt,
    });
    if (input.kind === 'phi_seen') await quarantine(tx, batch, lease.taskId, annotatorId);
    await tellLeads(tx, batch, input.kind, flagId);
    await tx.audit({
      action: 'work.case_flagged',
      subject: { kind: 'case_flag', id: flagId },
      detail: { batchId: batch.id, kind: input.kind },
    });
    return { flagId, dueAt };
  });
}

async function quarantine(tx: CommandTx, batch: Batch, taskId: string, finder: string): Promise<void> {
  const { datasetId } = batch;
  const caseId = present(await caseOfTask(tx.db, { batchId: batch.id, taskId }), 'The case of the task');
  await quarantineCase(tx, { datasetId, caseId });
  for (const task of await listTasksOfCase(tx.db, { datasetId, caseId })) {
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

async function tellLeads(tx: CommandTx, batch: Batch, kind: FlagKind, flagId: string): Promise<void> {
  const project = await getProject(tx.db, batch.projectId);
  const members = await listOrgMembers(tx.db, project.orgId);
  const leads = members.filter((member) => member.roles.includes('clinical_lead'));
  for (const lead of leads) {
    await notifyPerson(tx, {
      personId: lead.personId,
      orgId: project.orgId,
      kind: `case_flag.${kind}`,
      title: TITLES[kind],
      href: `/sponsor/projects/${project.id}/questions`,
      detail: { batchId: batch.id, flagId },
    });
  }
}
