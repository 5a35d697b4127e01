import type { Database } from '#db/client.ts';
import { checkpoints, proposals, rootCauses } from '#db/schema/governance.ts';
import { newId } from '#server/core/ids.ts';
import { hashContent } from '#server/protocols/content-hash.ts';
import type { CheckpointEvidence } from '#server/scores/checkpoint-schemas.ts';
import type { ProposalEvidence, RootCauseEvidence } from '#server/scores/governance-schemas.ts';

/** A proposal as the watch leaves it: told, nothing changed; with `isPaused` one that was decided by pausing a person. */
export async function makeProposal(
  db: Database,
  input: { projectId: string; batchId: string; field: string; isPaused?: boolean },
): Promise<string> {
  const id = newId();
  const evidence: ProposalEvidence = { reference: 'gold', confusions: [], chart: null };
  const at = new Date();
  await db.insert(proposals).values({
    id,
    projectId: input.projectId,
    batchId: input.batchId,
    trigger: 'bound',
    subjectKind: input.isPaused ? 'reader' : 'batch',
    subjectId: input.isPaused ? newId() : input.batchId,
    field: input.field,
    metric: 'accuracy',
    action: 'notify',
    done: 'told',
    threshold: 0.9,
    value: 0.7,
    lower: 0.5,
    upper: 0.85,
    n: 40,
    method: 'accuracy;wilson:0.99',
    evidence,
    openedAt: at,
    dueAt: at,
    ...(input.isPaused
      ? { status: 'decided', decision: 'pause_person', decisionReason: 'Because.', decidedAt: at }
      : {}),
  });
  return id;
}

/** A root-cause case in a state, with one case in its evidence. */
export async function makeRootCause(
  db: Database,
  input: {
    projectId: string;
    batchId: string;
    field: string;
    status: 'open' | 'diagnosed' | 'acting' | 'closed';
    taskId: string;
    ownerId: string;
  },
): Promise<{ rootCauseId: string; taskId: string }> {
  const id = newId();
  const none = { value: null, interval: null, n: 0, reason: 'no_data' };
  const evidence: RootCauseEvidence = {
    reference: 'others',
    overall: none,
    reliability: none,
    confusions: [],
    readers: [],
    factors: [],
    taskIds: [input.taskId],
  };
  const isDiagnosed = input.status !== 'open';
  const isActing = input.status === 'acting' || input.status === 'closed';
  await db.insert(rootCauses).values({
    id,
    projectId: input.projectId,
    batchId: input.batchId,
    field: input.field,
    status: input.status,
    evidence,
    openedAt: new Date(),
    ...(isDiagnosed
      ? { disagreement: 'slip', errorKind: 'mislabel', route: 'training', diagnosis: 'Slips.' }
      : {}),
    ...(isActing
      ? {
          action: 'Train.',
          ownerId: input.ownerId,
          dueOn: '2026-12-24',
          effectiveFrom: new Date('2026-12-24T00:00:00Z'),
        }
      : {}),
  });
  return { rootCauseId: id, taskId: input.taskId };
}

/** A checkpoint at 25 % that waits for its signature, with evidence of nothing. */
export async function makeCheckpoint(
  db: Database,
  input: { projectId: string; batchId: string; shareBasisPoints: number },
): Promise<{ checkpointId: string; evidenceSha256: string }> {
  const id = newId();
  const at = new Date();
  const evidence: CheckpointEvidence = {
    progress: {
      reads: 3,
      planned: 9,
      cases: 3,
      casesFinal: 1,
      readers: 1,
      readersAway: 0,
      medianSeconds: 12.5,
    },
    fields: [],
    sample: [],
  };
  const evidenceSha256 = hashContent(evidence);
  await db.insert(checkpoints).values({
    ...input,
    id,
    trigger: 'share',
    reachedAt: at,
    reason: 'Checkpoint at 25 % of the batch.',
    evidence,
    evidenceSha256,
    evidenceAt: at,
  });
  return { checkpointId: id, evidenceSha256 };
}
