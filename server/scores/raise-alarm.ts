import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { openCalibration } from '#server/work/open-calibration.ts';
import { type Batch, getBatch } from '#server/work/reads.ts';
import { setStanding } from '#server/work/set-standing.ts';
import { stopClaims } from '#server/work/stop-claims.ts';
import { insertProposal, updateProposal } from './governance-queries.ts';
import { type Bound, decisionDue, type Response, responseTo, type SubjectKind } from './governance-rules.ts';
import type { ProposalEvidence } from './governance-schemas.ts';
import { listDeciders } from './list-deciders.ts';
import { openCheckpoint } from './open-checkpoint.ts';
import { openRootCauseOf } from './open-root-cause.ts';
import { METHOD_VERSION } from './rules.ts';

/** Something that the watch has found. */
export type Alarm = {
  trigger: 'bound' | 'drift';
  subject: { kind: SubjectKind; id: string };
  bound: Bound;
  measurement: Measurement;
  evidence: ProposalEvidence;
  /** The reader's name in the batch; null for the batch itself. */
  alias: string | null;
};

type Raised = { batch: Batch; project: Project; alarm: Alarm };

/**
 * Opens a proposal and does what the policy names, in one transaction: tells the people who decide, puts the person into
 * paid calibration, or stops new claims of the batch, beside whatever else holds it. A person without a calibration to read stays at work: nobody is left
 * without paid work by a machine (R26). A batch out of tolerance opens a root-cause case. False when it is open already.
 */
export async function raiseAlarm(ctx: CommandContext, raised: Raised): Promise<boolean> {
  const { batch, project, alarm } = raised;
  const { subject, bound, measurement: m } = alarm;
  return transact(ctx, async (tx) => {
    const id = newId();
    const isNew = await insertProposal(tx.db, {
      id,
      projectId: project.id,
      batchId: batch.id,
      trigger: alarm.trigger,
      subjectKind: subject.kind,
      subjectId: subject.id,
      field: bound.field,
      className: bound.className,
      metric: bound.metric,
      action: bound.action,
      done: 'told',
      threshold: bound.threshold,
      value: m.value,
      lower: m.ci?.[0] ?? null,
      upper: m.ci?.[1] ?? null,
      n: m.n,
      method: m.method,
      methodVersion: METHOD_VERSION,
      evidence: alarm.evidence,
      openedAt: tx.now,
      dueAt: decisionDue(tx.now),
    });
    if (!isNew) return false;
    const response = await respond(tx, raised, id);
    await updateProposal(tx.db, id, response);
    if (subject.kind === 'batch')
      await openRootCauseOf(tx, { batch, field: bound.field, proposalId: id, openedBy: null });
    await tellDeciders(tx, raised, response.done);
    await tx.audit({
      action: 'scores.proposal_opened',
      subject: { kind: 'quality_proposal', id },
      detail: {
        batchId: batch.id,
        trigger: alarm.trigger,
        subject: `${subject.kind} ${subject.id}`,
        metric: bound.metric,
        field: bound.field,
        threshold: bound.threshold,
        value: m.value,
        n: m.n,
        action: bound.action,
        done: response.done,
      },
    });
    return true;
  });
}

type Responded = { done: Response; calibrationBatchId?: string; calibrationNote?: string };

async function respond(tx: CommandTx, { batch, alarm }: Raised, proposalId: string): Promise<Responded> {
  const { subject, bound } = alarm;
  const wanted = responseTo(bound.action, subject.kind);
  if (wanted === 'told') return { done: 'told' };
  if (wanted === 'batch_paused' && bound.action === 'checkpoint') {
    const held = await openCheckpoint(tx, {
      batch,
      trigger: 'bound',
      proposalId,
      about: metricWords(bound.metric),
    });
    return { done: held ? 'batch_paused' : 'told' };
  }
  if (wanted === 'batch_paused') {
    const reason = `${metricWords(bound.metric)} is below the ${bound.threshold} that the project asks for.`;
    return (await stopClaims(tx, { batchId: batch.id, proposalId, reason }))
      ? { done: 'batch_paused' }
      : { done: 'told' };
  }
  // Nobody is to read a batch again that is closing. In one that is paused, by whatever, calibration is read at once: it is a batch of its own.
  if (!['open', 'paused'].includes((await getBatch(tx.db, batch.id)).status)) return { done: 'told' };
  const calibration = await openCalibration(tx, { batch, personId: subject.id, alias: alarm.alias ?? '' });
  if ('refused' in calibration) return { done: 'told', calibrationNote: calibration.refused };
  await setStanding(tx, {
    batchId: batch.id,
    personId: subject.id,
    tier: 'label',
    from: ['active'],
    to: 'calibration_only',
    reason: 'A measure of your reads has crossed a bound. A person looks at it within a business day.',
  });
  await notifyPerson(tx, {
    personId: subject.id,
    kind: 'quality.calibration_only',
    title: `Paid calibration ${calibration.opensWithProject ? 'waits for you until its project goes on' : 'is ready for you'}; a person decides within a business day how you go on in ${batch.name}`,
    href: `/work/read/${calibration.batchId}`,
    detail: { batchId: batch.id, cases: calibration.cases },
  });
  return { done: 'calibration_only', calibrationBatchId: calibration.batchId };
}

async function tellDeciders(tx: CommandTx, { batch, project, alarm }: Raised, done: Response): Promise<void> {
  const who = alarm.alias ?? batch.name;
  const what = alarm.trigger === 'drift' ? 'is drifting' : 'has crossed a bound';
  const then = {
    told: 'Nothing was changed.',
    calibration_only: 'They read paid calibration until you decide.',
    batch_paused: 'New claims are stopped until you decide.',
  }[done];
  for (const member of await listDeciders(tx.db, project.orgId)) {
    await notifyPerson(tx, {
      personId: member.personId,
      orgId: project.orgId,
      kind: 'quality.proposal',
      title: `${who} ${what} in ${metricWords(alarm.bound.metric)}. ${then}`,
      href: `/sponsor/projects/${project.id}/quality/inbox`,
      detail: { batchId: batch.id },
    });
  }
}

const METRIC_WORDS: Readonly<Record<string, string>> = {
  consensus_agreement: 'agreement with the others',
  krippendorff_alpha: 'Krippendorff’s alpha',
  weighted_kappa: 'Fleiss’ kappa',
};

function metricWords(metric: string): string {
  return METRIC_WORDS[metric] ?? metric.replaceAll('_', ' ');
}
