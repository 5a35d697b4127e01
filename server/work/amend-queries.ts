import { sql } from 'drizzle-orm';
import type { Tx } from '#db/client.ts';
import { isCaseShut } from '#server/datasets/shut-cases.ts';
import { activeToday } from './active-day.ts';
import { countsFor } from './gold-sql.ts';
import { SLOT_BASE, type Tier } from './rules.ts';

/** A submitted label with what stands behind it, its slot locked. */
export type AmendableLabel = {
  taskId: string;
  slotNo: number;
  tier: Tier;
  round: number;
  revision: number;
  leaseId: string;
  termsNo: number;
  annotatorId: string;
  answers: unknown;
  shown: unknown;
  labelOrigin: string;
  appBuild: string | null;
  viewport: string | null;
  country: string | null;
  protocolVersionId: string;
  /** When the read was submitted; amendments do not move it. */
  submittedAt: Date;
  /** When this label was written: at the submit, or at the last amendment. */
  writtenAt: Date;
  isCurrent: boolean;
  slotStatus: string;
  taskStatus: string;
  batchStatus: string;
  batchKind: string;
  /** True once an exam was marked with this read. */
  isMarked: boolean;
  /** True once a review, audit or adjudication of the task with this read was claimed (R22); one of what was read before is over. */
  isUnderReview: boolean;
  /** True while the case is shut for protected information (R24). */
  isShut: boolean;
  /** The organisation that the read goes through. */
  viaOrgId: string;
  /** What its reader held when they took the case; raw JSON. */
  snapshot: unknown;
  /** True once somebody has rejected this label, also when an appeal has overturned that (R31). */
  isJudged: boolean;
  gold: unknown;
};

type Row = Record<string, unknown> & { submittedAt: string; writtenAt: string };

/** Index: labels primary key, slots primary key. Shares the known answer, locks the slot, then the task. */
export async function lockAmendable(
  tx: Tx,
  input: { batchId: string; labelId: string },
): Promise<AmendableLabel | null> {
  await tx.execute(sql`select 1 from labels l join gold_answers g on g.batch_id = l.batch_id and g.task_id = l.task_id
    where l.batch_id = ${input.batchId} and l.id = ${input.labelId} for share of g`);
  const [row] = await tx.execute<Row>(sql`
    select l.task_id as "taskId", l.slot_no as "slotNo", l.tier, l.round, s.revision, l.lease_id as "leaseId",
      l.terms_no as "termsNo", l.annotator_id as "annotatorId", l.answers, l.shown, coalesce(l.label_origin, 'manual') as "labelOrigin",
      l.app_build as "appBuild", l.viewport, l.country, t.protocol_version_id as "protocolVersionId",
      s.submitted_at as "submittedAt", l.submitted_at as "writtenAt", s.label_id = l.id as "isCurrent", s.status as "slotStatus",
      k.status as "taskStatus", b.status as "batchStatus", b.kind as "batchKind",
      exists (select 1 from exam_attempts a where a.batch_id = l.batch_id and a.annotator_id = l.annotator_id) as "isMarked",
      exists (select 1 from slots o where o.batch_id = l.batch_id and o.task_id = l.task_id and o.tier <> 'label'
        and (o.status = 'leased' or o.annotator_id is not null and o.submitted_at >= s.submitted_at)) as "isUnderReview",
      exists (select 1 from reviews v where v.batch_id = l.batch_id and v.task_id = l.task_id and v.label_id = l.id) as "isJudged",
      ${isCaseShut({ datasetId: sql`b.dataset_id`, caseId: sql`k.case_id` })} as "isShut", t.payee_org_id as "viaOrgId", t.credential_snapshot as snapshot,
      (select g.answers from gold_answers g where g.batch_id = l.batch_id and g.task_id = l.task_id) as gold
    from labels l
    join slots s on s.batch_id = l.batch_id and s.task_id = l.task_id and s.slot_no = l.slot_no
    join tasks k on k.batch_id = l.batch_id and k.id = l.task_id
    join terms t on t.batch_id = l.batch_id and t.annotator_id = l.annotator_id and t.tier = l.tier and t.terms_no = l.terms_no
    join batches b on b.id = l.batch_id
    where l.batch_id = ${input.batchId} and l.id = ${input.labelId}
    for update of s, k`);
  if (!row) return null;
  const { submittedAt, writtenAt } = row;
  return {
    ...(row as unknown as AmendableLabel),
    submittedAt: new Date(submittedAt),
    writtenAt: new Date(writtenAt),
  };
}

/** Points the slot at its new revision, corrects the gold count, and has a settled task settled again. */
export async function applyAmendment(
  tx: Tx,
  p: {
    batchId: string;
    taskId: string;
    slotNo: number;
    tier: Tier;
    annotatorId: string;
    labelId: string;
    activeMs: number;
    goldOk: number;
    now: Date;
  },
): Promise<void> {
  const today = activeToday('readers', `${p.activeMs}::int`, `'${p.now.toISOString()}'::timestamptz`);
  await tx.execute(sql`update slots set label_id = ${p.labelId}, revision = revision + 1
    where batch_id = ${p.batchId} and task_id = ${p.taskId} and slot_no = ${p.slotNo}`);
  await tx.execute(sql`update readers set active_ms = active_ms + ${p.activeMs}::int,
      ${sql.raw(today)}, gold_ok = gold_ok + ${p.goldOk}::int *
      (select count(*)::int from gold_answers g where g.batch_id = ${p.batchId} and g.task_id = ${p.taskId}
        and ${sql.raw(countsFor('g', 'readers.annotator_id'))})
    where batch_id = ${p.batchId} and annotator_id = ${p.annotatorId} and tier = ${p.tier}`);
  // What nobody has taken is withdrawn, checks too: they are drawn or opened anew by what the label says next (ADR 014).
  await tx.execute(sql`
    with gone as (
      delete from slots where batch_id = ${p.batchId} and task_id = ${p.taskId}
        and tier in ('adjudicate', 'audit') and status = 'open'
      returning tier, slot_no)
    update audit_samples set status = 'waiting'
    where batch_id = ${p.batchId} and task_id = ${p.taskId} and status = 'open' and purpose in (
      select case when slot_no >= ${SLOT_BASE.reread}::int then 'reread' else 'audit' end from gone where tier = 'audit')`);
  await tx.execute(sql`update tasks set status = 'labelled'
    where batch_id = ${p.batchId} and id = ${p.taskId} and status in ('final', 'in_adjudication')`);
}
