import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { type Answers, answersRecord } from '#server/protocols/schemas.ts';
import { shown } from '#server/work/schemas.ts';
import { BY_APPEAL } from './schemas.ts';

/** One reviewer's decision on one label; `slotNo` is the turn of the label's author, over all its revisions. */
export type ReviewStep = {
  taskId: string;
  labelId: string;
  slotNo: number;
  outcome: 'accept' | 'fix_accept' | 'return' | 'reject';
  reason: string | null;
  comment: string;
  reviewerId: string;
  /** The reviewer's name in the batch; "Sponsor" for a decision from the sponsor's own desk, "Appeal" for an operator's on an appeal (R31). */
  reviewerAlias: string;
  /** Number of the reviewer's terms then (tier `review`); null for the sponsor's own desk and an appeal. */
  termsNo: number | null;
  decidedAt: Date;
};

/** What a panel member decided for a case (R25), in force. */
export type AdjudicationStep = {
  taskId: string;
  labelId: string;
  adjudicatorId: string;
  adjudicatorAlias: string;
  /** Number of their terms then (tier `adjudicate`). */
  termsNo: number;
  answers: Answers;
  rationale: string | null;
  decidedAt: Date;
};

type Row<T extends { decidedAt: Date }> = Record<string, unknown> &
  Omit<T, 'decidedAt'> & { decidedAt: string };

/**
 * How some tasks of a batch were reviewed and adjudicated, each list in the order of the decisions. Indexes:
 * reviews_task_idx, labels_task_key.
 */
export async function listDecisions(
  q: Queryable,
  input: { batchId: string; taskIds: readonly string[] },
): Promise<{ reviews: ReviewStep[]; adjudications: AdjudicationStep[] }> {
  const tasks = sql`any (${sql.param([...input.taskIds])}::uuid[])`;
  const reviews = await q.execute<Row<ReviewStep>>(sql`
    select v.task_id as "taskId", v.label_id as "labelId", l.slot_no as "slotNo", v.outcome, v.reason, v.comment,
      v.reviewer_id as "reviewerId", case when v.slot_no = ${BY_APPEAL} then 'Appeal' else coalesce(r.alias, 'Sponsor') end as "reviewerAlias", own.terms_no as "termsNo",
      v.created_at as "decidedAt"
    from reviews v
    join labels l on l.batch_id = v.batch_id and l.id = v.label_id
    left join lateral (
      select w.terms_no from slots w
      where w.batch_id = v.batch_id and w.task_id = v.task_id and w.slot_no = v.slot_no and w.tier = 'review'
        and w.annotator_id = v.reviewer_id) own on true
    left join readers r on own.terms_no is not null and r.batch_id = v.batch_id and r.annotator_id = v.reviewer_id
      and r.tier = 'review'
    where v.batch_id = ${input.batchId} and v.task_id = ${tasks}
    order by v.created_at, v.id`);
  const adjudications = await q.execute<Row<AdjudicationStep>>(sql`
    select l.task_id as "taskId", l.id as "labelId", l.annotator_id as "adjudicatorId", r.alias as "adjudicatorAlias",
      l.terms_no as "termsNo", l.answers, l.rationale, l.submitted_at as "decidedAt"
    from labels l
    join slots s on s.batch_id = l.batch_id and s.task_id = l.task_id and s.slot_no = l.slot_no and s.label_id = l.id
      and s.status in ('submitted', 'accepted')
    join readers r on r.batch_id = l.batch_id and r.annotator_id = l.annotator_id and r.tier = l.tier
    where l.batch_id = ${input.batchId} and s.batch_id = ${input.batchId} and s.task_id = ${tasks} and l.tier = 'adjudicate'
    order by l.submitted_at, l.id`);
  return {
    reviews: [...reviews].map((row) => ({ ...row, decidedAt: new Date(row.decidedAt) })),
    adjudications: [...adjudications].map((row) => ({
      ...row,
      answers: answersRecord.parse(row.answers),
      decidedAt: new Date(row.decidedAt),
    })),
  };
}

/** What was on the screen when a label was made, and on which screen (stored at submit, design rule 10). */
export type Circumstances = {
  labelId: string;
  assetIds: string[];
  contextFields: string[];
  prelabel: { id: string; model: string; version: string } | null;
  appBuild: string;
  viewport: string;
};

/** The circumstances of some labels, by label id. Index: the primary key. */
export async function circumstancesOf(
  q: Queryable,
  input: { batchId: string; labelIds: readonly string[] },
): Promise<Map<string, Circumstances>> {
  const rows = await q.execute<{ labelId: string; shown: unknown; appBuild: string; viewport: string }>(sql`
    select id as "labelId", shown, coalesce(app_build, 'unknown') as "appBuild",
      coalesce(viewport, 'unknown') as viewport from labels
    where batch_id = ${input.batchId} and id = any (${sql.param([...input.labelIds])}::uuid[])`);
  return new Map(
    [...rows].map(({ shown: stored, ...row }) => [row.labelId, { ...row, ...shown.parse(stored ?? {}) }]),
  );
}
