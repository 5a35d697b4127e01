import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { proportion } from '#server/quality/proportion.ts';
import { type Batch, batchesById, listBatches, type Reader, readersOf } from '#server/work/reads.ts';
import { figureOf, storedFigure } from './figures.ts';
import { listProposals, listRootCauses, type Proposal, type RootCause } from './governance-queries.ts';
import { boundNow, decisionsFor } from './governance-rules.ts';
import { type InboxView, type ProposalView, proposalEvidence } from './governance-schemas.ts';
import { classLabelOf } from './schema-options.ts';
import { listUnwatchedBounds } from './unwatched-bounds.ts';

const MOST_OPEN = 200;
const MOST_DECIDED = 50;

/** What waits for a decision in a project of the acting sponsor, what was decided last, and its root-cause cases. */
export async function viewInbox(ctx: OrgContext, input: { projectId: string }): Promise<InboxView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const [open, decided, causes, listed] = await Promise.all([
    listProposals(ctx.db, { projectId: project.id, status: 'open', limit: MOST_OPEN }),
    listProposals(ctx.db, { projectId: project.id, status: 'decided', limit: MOST_DECIDED }),
    listRootCauses(ctx.db, project.id),
    listBatches(ctx.db, project.id),
  ]);
  const unwatched = await listUnwatchedBounds(ctx.db, { project, batches: listed });
  const all = [...open, ...decided];
  // What is asked about may be of a batch that the list has no room for.
  const asked = await batchesById(ctx.db, [
    ...all.flatMap(({ batchId, calibrationBatchId }) => [batchId, calibrationBatchId ?? batchId]),
    ...causes.map((one) => one.batchId),
  ]);
  const batches = [...asked.values()];
  const policy = project.qualityPolicy;
  const world = await gather(ctx.db, { batches, proposals: all, causes, policy }, [
    ...all.map((one) => one.decidedBy),
    ...causes.map((one) => one.ownerId),
  ]);
  return {
    asOf: now,
    open: open.map((one) => proposalOf(one, world, now)),
    decided: decided.map((one) => proposalOf(one, world, now)),
    rootCauses: causes.map((one) => ({
      id: one.id,
      batchId: one.batchId,
      batchName: world.batches.get(one.batchId)?.name ?? 'Batch',
      fieldLabel: world.field(one.batchId, one.field)?.label ?? one.field,
      status: one.status,
      openedAt: one.openedAt,
      owner: world.names.get(one.ownerId ?? '')?.name ?? null,
      dueOn: one.dueOn,
      verdict: one.verdict,
    })),
    unwatched,
    mayDecide: ctx.actor.capabilities.has('quality.decide'),
  };
}

type World = {
  policy: QualityPolicy;
  batches: ReadonlyMap<string, Batch>;
  /** Readers by batch and person. */
  readers: ReadonlyMap<string, Reader>;
  names: ReadonlyMap<string, { name: string }>;
  /** Root-cause cases by batch and field. */
  causes: ReadonlyMap<string, string>;
  field(batchId: string, key: string): LabelField | undefined;
};

async function gather(
  q: Queryable,
  of: {
    batches: readonly Batch[];
    proposals: readonly Proposal[];
    causes: readonly RootCause[];
    policy: QualityPolicy;
  },
  people: readonly (string | null)[],
): Promise<World> {
  const { batches, proposals, causes } = of;
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  const asked = proposals.flatMap(({ batchId, calibrationBatchId, subjectId }) =>
    [batchId, calibrationBatchId].flatMap((id) =>
      id === null ? [] : [{ batchId: id, personId: subjectId }],
    ),
  );
  const versions = await Promise.all(
    [...new Set(batches.map((batch) => batch.protocolVersionId))].map((id) => getProtocolVersion(q, id)),
  );
  const fields = new Map(
    versions.flatMap((version) =>
      version.labelSchema.fields.map((field) => [`${version.id} ${field.key}`, field]),
    ),
  );
  return {
    policy: of.policy,
    batches: byId,
    readers: new Map(
      (await readersOf(q, asked, 'label')).map((row) => [`${row.batchId} ${row.annotatorId}`, row]),
    ),
    names: await namesOfPeople(q, [...new Set(people.filter((id) => id !== null))]),
    // Oldest first, so that an open case of a field, or else its newest, is the one that is led to.
    causes: new Map(causes.toReversed().map((one) => [`${one.batchId} ${one.field}`, one.id])),
    field: (batchId, key) => fields.get(`${byId.get(batchId)?.protocolVersionId} ${key}`),
  };
}

/** A bound that has changed, or is gone, since a proposal was opened on it; what a drift is told from is not the policy's. */
function policyNowOf(one: Proposal, policy: QualityPolicy): ProposalView['policyNow'] {
  if (one.status !== 'open' || one.trigger !== 'bound') return null;
  const now = boundNow(policy, one);
  return now?.threshold === one.threshold ? null : { threshold: now?.threshold ?? null };
}

function proposalOf(one: Proposal, world: World, now: Date): ProposalView {
  const batch = world.batches.get(one.batchId);
  const reader = world.readers.get(`${one.batchId} ${one.subjectId}`);
  const calibration = one.calibrationBatchId;
  const progress = world.readers.get(`${calibration} ${one.subjectId}`);
  return {
    id: one.id,
    batchId: one.batchId,
    batchName: batch?.name ?? 'Batch',
    trigger: one.trigger,
    subjectKind: one.subjectKind,
    subject: one.subjectKind === 'batch' ? (batch?.name ?? 'Batch') : (reader?.alias ?? 'Reader'),
    field: one.field,
    fieldLabel: world.field(one.batchId, one.field)?.label ?? one.field,
    className: one.className,
    classLabel: classLabelOf(world.field(one.batchId, one.field), one.className),
    metric: one.metric,
    action: one.action,
    done: one.done,
    threshold: one.threshold,
    policyNow: policyNowOf(one, world.policy),
    figure: storedFigure(one),
    renewedAt: one.renewedAt,
    method: one.method,
    evidence: proposalEvidence.parse(one.evidence),
    calibration:
      calibration === null
        ? null
        : {
            batchId: calibration,
            cases: world.batches.get(calibration)?.taskCount ?? 0,
            reads: progress?.submitted ?? 0,
            gold: figureOf(
              proportion(progress?.goldOk ?? 0, progress?.goldN ?? 0, { reason: 'not_started' }),
            ),
          },
    calibrationNote: one.calibrationNote,
    standing: one.subjectKind === 'reader' ? (reader?.status ?? null) : null,
    status: one.status,
    openedAt: one.openedAt,
    dueAt: one.dueAt,
    isOverdue: one.status === 'open' && one.dueAt < now,
    decisions: one.status === 'open' ? [...decisionsFor(one, batch ?? { status: 'settled' })] : [],
    decision: one.decision,
    decisionReason: one.decisionReason,
    decisionEvidence: one.decisionEvidence,
    decidedBy: world.names.get(one.decidedBy ?? '')?.name ?? null,
    decidedAt: one.decidedAt,
    rootCauseId:
      one.subjectKind === 'batch' ? (world.causes.get(`${one.batchId} ${one.field}`) ?? null) : null,
  };
}
