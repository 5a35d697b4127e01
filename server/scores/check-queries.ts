import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { readChecks } from '#db/schema/governance.ts';
import { newId } from '#server/core/ids.ts';
import { BY_APPEAL } from '#server/labels/schemas.ts';
import type { AnswerCount, FoundCheck, TimeCount } from './read-check-rules.ts';

export type ReadCheck = typeof readChecks.$inferSelect;

/** Live batches whose counts moved since `since`. */
export async function listMovedBatches(q: Queryable, since: Date): Promise<string[]> {
  const rows = await q.execute<{ id: string }>(sql`
    select b.id from score_marks m join batches b on b.id = m.batch_id
    where m.advanced_at >= ${since.toISOString()}::timestamptz and b.status in ('open', 'paused', 'closing')
      and b.kind in ('production', 'relabel') order by m.advanced_at limit 500`);
  return [...rows].map((row) => row.id);
}

/** Answers given and reading times by reader over all days. */
export async function listAnswerCounts(
  q: Queryable,
  batchId: string,
): Promise<{ answers: (AnswerCount & { field: string })[]; times: TimeCount[] }> {
  const rows = await q.execute<AnswerCount & { field: string; reference: string }>(sql`
    select subject_id as "readerId", field, reference, answer, n from score_cells
    where batch_id = ${batchId} and subject_kind = 'reader' and day = 'all' and reference in ('answers', 'time')`);
  return {
    answers: [...rows].filter((row) => row.reference === 'answers'),
    times: [...rows]
      .filter((row) => row.reference === 'time')
      .map((row) => ({ readerId: row.readerId, bin: Number(row.answer), n: row.n })),
  };
}

/** Stores what was found of a batch; what is not found any more stands no longer. */
export async function putChecks(
  tx: Tx,
  input: { batchId: string; found: readonly FoundCheck[]; now: Date },
): Promise<void> {
  await tx.update(readChecks).set({ isStanding: false }).where(eq(readChecks.batchId, input.batchId));
  for (const one of input.found) {
    await tx
      .insert(readChecks)
      .values({ id: newId(), batchId: input.batchId, foundAt: input.now, isStanding: true, ...one })
      .onConflictDoUpdate({
        target: [readChecks.batchId, readChecks.readerId, readChecks.kind, readChecks.field],
        set: { evidence: one.evidence, isStanding: true },
      });
  }
}

/** Standing checks of some batches, newest first; at most 500. */
export async function listStandingChecks(q: Queryable, batchIds: readonly string[]): Promise<ReadCheck[]> {
  if (batchIds.length === 0) return [];
  return q
    .select()
    .from(readChecks)
    .where(and(inArray(readChecks.batchId, [...batchIds]), eq(readChecks.isStanding, true)))
    .orderBy(desc(readChecks.foundAt))
    .limit(500);
}

export type ReviewerCounts = {
  batchId: string;
  reviewerId: string;
  decided: number;
  changed: number;
  answered: number;
  overturned: number;
  shared: number;
  alike: number;
  onGold: number;
  rightOnGold: number;
};

/** A batch and the keys of its measured fields: free text is a person's own words and never compared. */
export type MeasuredBatch = { batchId: string; fields: readonly string[] };

/** The batches as a table `m (batch_id, fields)`. */
const measured = (batches: readonly MeasuredBatch[]) => sql`
  measured as (
    select (e ->> 0)::uuid as batch_id, array(select jsonb_array_elements_text(e -> 1)) as fields
    from jsonb_array_elements(${JSON.stringify(batches.map((one) => [one.batchId, one.fields]))}::jsonb) e)`;

/** The measured answers of a record, so that two records can be compared whole. Answers are stored in one spelling. */
const ownAnswers = (answers: SQL, fields: SQL) => sql`
  (select coalesce(jsonb_object_agg(a.key, a.value), '{}') from jsonb_each(${answers}) a
    where a.key = any (${fields}) and a.value <> 'null'::jsonb)`;

/** Whether a decision agrees with a read in every field that it answers. */
const saysTheSame = (decision: SQL, read: SQL) => sql`
  (select coalesce(bool_and(coalesce(${read} -> f.key = f.value, false)), true) from jsonb_each(${decision}) f)`;

/**
 * What reviewers of some batches decided, how often the panel's answer overturned it (a read accepted that the panel
 * answered otherwise, or changed that it confirmed), how often two decided alike on the same read, and how often they accepted
 * what gold has as right and changed what it has as wrong. Gold that a batch knows is not reviewed, which would give it
 * away; this is gold of cases that were read in another way, or whose answer became known later.
 */
export async function countReviews(
  q: Queryable,
  batches: readonly MeasuredBatch[],
): Promise<ReviewerCounts[]> {
  if (batches.length === 0) return [];
  return [
    ...(await q.execute<ReviewerCounts>(sql`
      with ${measured(batches)},
      decided as (
        select r.batch_id, r.label_id, r.reviewer_id, r.outcome = 'accept' as is_accepted,
          ${ownAnswers(sql`l.answers`, sql`m.fields`)} as given,
          (select ${ownAnswers(sql`a.answers`, sql`m.fields`)} from slots w
            join labels a on a.batch_id = w.batch_id and a.id = w.label_id
            where w.batch_id = r.batch_id and w.task_id = r.task_id and w.tier = 'adjudicate'
            order by a.submitted_at desc limit 1) as panel,
          (select bool_and(exists (select 1 from jsonb_array_elements(k.value) e where e = l.answers -> k.key))
            from tasks t join gold_items g on g.project_id = b.project_id and g.case_id = t.case_id
              and g.status = 'active'
            cross join jsonb_each(g.answers) k
            where t.batch_id = r.batch_id and t.id = r.task_id and k.key = any (m.fields)) as is_right
        from measured m join batches b on b.id = m.batch_id join reviews r on r.batch_id = m.batch_id and r.slot_no <> ${BY_APPEAL}
        join labels l on l.batch_id = r.batch_id and l.id = r.label_id
      )
      select d.batch_id as "batchId", d.reviewer_id as "reviewerId", count(*)::int as decided,
        count(*) filter (where not d.is_accepted)::int as changed,
        count(*) filter (where d.panel is not null)::int as answered,
        count(*) filter (where d.panel is not null and d.is_accepted <> ${saysTheSame(sql`d.panel`, sql`d.given`)})::int
          as overturned,
        coalesce(sum(o.n), 0)::int as shared, coalesce(sum(o.alike), 0)::int as alike,
        count(d.is_right)::int as "onGold", count(*) filter (where d.is_accepted = d.is_right)::int as "rightOnGold"
      from decided d
      left join lateral (
        select count(*) as n, count(*) filter (where e.is_accepted = d.is_accepted) as alike from decided e
        where e.batch_id = d.batch_id and e.label_id = d.label_id and e.reviewer_id <> d.reviewer_id
      ) o on true
      group by 1, 2 order by 1, 2 limit 2000`)),
  ];
}

export type AdjudicatorCounts = {
  batchId: string;
  annotatorId: string;
  decided: number;
  led: number;
  against: number;
};

/** Panel decisions on cases where one set of answers led among the readers, and how many went against it. */
export async function countAdjudications(
  q: Queryable,
  batches: readonly MeasuredBatch[],
): Promise<AdjudicatorCounts[]> {
  if (batches.length === 0) return [];
  return [
    ...(await q.execute<AdjudicatorCounts>(sql`
      with ${measured(batches)},
      panel as (
        select a.batch_id, a.task_id, a.annotator_id, ${ownAnswers(sql`a.answers`, sql`m.fields`)} as answers, (
          select case when count(*) filter (where v.n = v.most) = 1 then min(v.answers::text) filter (where v.n = v.most) end
          from (select g.answers, count(*) as n, max(count(*)) over () as most
            from (select ${ownAnswers(sql`l.answers`, sql`m.fields`)} as answers
              from slots s join labels l on l.batch_id = s.batch_id and l.id = s.label_id
              where s.batch_id = a.batch_id and s.task_id = a.task_id and s.tier = 'label' and s.round = 1
                and s.status in ('submitted', 'accepted')) g
            group by g.answers) v) as leader
        from measured m join labels a on a.batch_id = m.batch_id and a.tier = 'adjudicate'
      )
      select batch_id as "batchId", annotator_id as "annotatorId", count(*)::int as decided,
        count(leader)::int as led, count(*) filter (where leader is not null and not ${saysTheSame(sql`answers`, sql`leader::jsonb`)})::int as against
      from panel group by 1, 2 order by 1, 2 limit 2000`)),
  ];
}
