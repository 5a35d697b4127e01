import type { Database } from '#db/client.ts';
import { engagements } from '#db/schema/staffing.ts';
import { readers, slots, tasks, terms } from '#db/schema/work.ts';
import { batches } from '#db/schema/work-batches.ts';
import { type Clock, MINUTE, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import { makeProtocol } from './protocols.ts';

export type MadeLease = { batchId: string; leaseId: string; taskId: string; leaseUntil: Date };

/**
 * One person holding one case, inserted directly, for tests of what happens at a lease (the claim itself is tested in
 * server/work). The lease runs for 15 minutes unless told otherwise.
 */
export async function makeLease(
  db: Database,
  input: {
    projectId: string;
    datasetId: string;
    dataClass: DataClass;
    caseId: string;
    personId: string;
    viaOrgId: string;
    createdBy: string;
    kind?: 'self_label' | 'pilot' | 'production';
    leaseMinutes?: number;
    clock?: Clock;
  },
): Promise<MadeLease> {
  const now = (input.clock ?? systemClock).now();
  const [batchId, taskId, leaseId, engagementId] = [newId(), newId(), newId(), newId()];
  const kind = input.kind ?? 'production';
  const protocol = await makeProtocol(db, { projectId: input.projectId, createdBy: input.createdBy });
  await db.insert(engagements).values({
    id: engagementId,
    projectId: input.projectId,
    personId: input.personId,
    viaOrgId: input.viaOrgId,
    role: kind === 'self_label' ? 'panel' : 'annotator',
    createdAt: now,
  });
  await db.insert(batches).values({
    id: batchId,
    projectId: input.projectId,
    vendorOrgId: input.viaOrgId,
    datasetId: input.datasetId,
    protocolVersionId: protocol.id,
    name: 'A batch with one lease',
    kind,
    status: 'open',
    overlap: 1,
    adjudicationRule: {},
    pricePerReadMinor: 100n,
    pricePerReviewMinor: 100n,
    currency: 'USD',
    feeBasisPoints: 1500,
    dataClass: input.dataClass,
    seed: 1,
    taskCount: 1,
    slotCount: 1,
    createdAt: now,
    openedAt: now,
  });
  await db.insert(tasks).values({ batchId, id: taskId, caseId: input.caseId, sortKey: 1n, readsNeeded: 1 });
  await db.insert(readers).values({
    batchId,
    annotatorId: input.personId,
    tier: 'label',
    engagementId,
    readerNo: 1,
    alias: 'R01',
    lane: 1,
    afterKey: 0n,
    lateKey: 0n,
    termsNo: 1,
    claimed: 1,
    held: [taskId],
    encumberedMinor: 115n,
    accruedMinor: 0n,
    postedMinor: 0n,
    joinedAt: now,
    lastSeenAt: now,
    checkedAt: now,
  });
  await db.insert(terms).values({
    batchId,
    annotatorId: input.personId,
    tier: 'label',
    termsNo: 1,
    protocolVersionId: protocol.id,
    priceMinor: 100n,
    feeMinor: 15n,
    currency: 'USD',
    payeeOrgId: input.viaOrgId,
    engagementId,
    credentialSnapshot: { takenAt: now.toISOString(), credentials: [] },
    trainingRecord: [],
    gateBasis: 'test',
    validFrom: now,
  });
  const leaseUntil = plus(now, (input.leaseMinutes ?? 15) * MINUTE);
  await db.insert(slots).values({
    batchId,
    taskId,
    slotNo: 0,
    tier: 'label',
    lane: 1,
    sortKey: 1n,
    status: 'leased',
    annotatorId: input.personId,
    leaseId,
    leaseUntil,
    claimedAt: now,
    termsNo: 1,
  });
  return { batchId, leaseId, taskId, leaseUntil };
}
