import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import { goldAnswers } from '#server/gold/schemas.ts';
import { BY_APPEAL } from '#server/labels/schemas.ts';
import { answersRecord, labelSchema } from '#server/protocols/schemas.ts';
import { countsFor } from './gold-sql.ts';
import { SLOTS_PER_USE } from './rules.ts';

/*
 * What is counted as people work, counted anew from the rows that it counts. Each query returns the rows that differ; all must be empty.
 */

/** Transactions before the mark `m` of a roll-up have ended: rows that they wrote are counted, later ones are not. */
const beforeMark = (row: string) =>
  `m.horizon > 0 and ((m.horizon - ${row}.xmin::text::bigint) & 4294967295) between 1 and 2147483648`;
const BEFORE_MARK = beforeMark('l');

export const RECOUNTS = {
  'what a reader skipped, let run out and gave back, each equal what is remembered of it': `
    select r.batch_id, r.annotator_id, r.tier, r.skipped, r.expired, r.released from readers r
    left join (
      select batch_id, annotator_id, tier, count(*) filter (where cause = 'skipped') as skipped,
        count(*) filter (where cause = 'expired') as expired, count(*) filter (where cause in ('closed', 'revoked')) as released
      from slot_releases group by 1, 2, 3) x
      on x.batch_id = r.batch_id and x.annotator_id = r.annotator_id and x.tier = r.tier
    where (r.skipped, r.expired, r.released) <> (coalesce(x.skipped, 0), coalesce(x.expired, 0), coalesce(x.released, 0))`,
  'repeats that a reader holds or has handed in count to no cap': `
    select r.batch_id, r.annotator_id, r.tier, r.repeats_taken, coalesce(s.n, 0) as recounted from readers r
    left join (
      select batch_id, annotator_id, count(*) as n from slots
      where tier = 'label' and round > 1 and annotator_id is not null and status <> 'superseded' group by 1, 2) s
      on s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and r.tier = 'label'
    where r.repeats_taken <> coalesce(s.n, 0)`,
  'corrections that a reader has made or holds count to no cap': `
    select r.batch_id, r.annotator_id, r.tier, r.corrected, c.n as made, h.n as held from readers r
    cross join lateral (
      select count(*) as n from labels l join labels o on o.batch_id = l.batch_id and o.id = l.supersedes_id
      where l.batch_id = r.batch_id and l.annotator_id = r.annotator_id and l.tier = r.tier and l.is_amendment is not true
        and o.annotator_id = l.annotator_id) c
    cross join lateral (
      select count(*) as n from slots s
      where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier and s.status = 'leased'
        and s.label_id is not null) h
    where r.corrected <> c.n + h.n`,
  'the skips of a task are those remembered of it, returned reads that were passed on left out': `
    select t.batch_id, t.id, t.skips, coalesce(x.n, 0) as remembered from tasks t
    left join (
      select x.batch_id, x.task_id, count(*) as n from slot_releases x
      where x.cause = 'skipped' and not exists (
        select 1 from labels l where l.batch_id = x.batch_id and l.task_id = x.task_id and l.slot_no = x.slot_no
          and l.annotator_id = x.annotator_id and l.submitted_at <= x.at)
      group by 1, 2) x on x.batch_id = t.batch_id and x.task_id = t.id
    where t.skips <> coalesce(x.n, 0)`,
  'a batch that is loaded has as many cases, and as much gold to deal, as it says': `
    select b.id, b.task_count, b.gold_count, coalesce(t.cases, 0) as cases, coalesce(t.gold, 0) as gold from batches b
    left join (select batch_id, count(*) filter (where not is_dealt_gold) as cases, count(*) filter (where is_dealt_gold) as gold
      from tasks group by 1) t on t.batch_id = b.id
    where b.load_state = 'complete' and (b.task_count, b.gold_count) <> (coalesce(t.cases, 0), coalesce(t.gold, 0))`,
  // A rejected read is replaced; repeats that are asked of one reader are counted besides (R23).
  'a batch that is loaded has as many first reads as it says': `
    select b.id, b.slot_count, b.asked_repeats, s.reads from batches b
    cross join lateral (
      select count(*) as reads from slots s
      where s.batch_id = b.id and s.tier = 'label' and s.slot_no < ${SLOTS_PER_USE} and s.status <> 'rejected') s
    where b.load_state = 'complete' and b.slot_count - b.asked_repeats <> s.reads`,
  'repeats asked of readers are counted, and so reserved, for every case (R23, R29)': `
    select b.id, b.task_count, b.asked_repeats, r.rounds from batches b
    cross join lateral (
      select coalesce(sum(r.repeat_rounds - 1), 0) as rounds from readers r where r.batch_id = b.id and r.tier = 'label') r
    where b.load_state = 'complete' and b.asked_repeats <> b.task_count * r.rounds`,
  'hours rolled up are those of the first submits before their mark': `
    with counted as (
      select l.batch_id, date_trunc('hour', l.submitted_at, 'UTC') as hour_at, count(*) as reads, sum(l.active_ms) as active_ms
      from roll_up_marks m join labels l on l.batch_id = m.batch_id
      where ${BEFORE_MARK} and l.tier = 'label' and l.revision = 1 group by 1, 2)
    select batch_id, hour_at, h.reads, c.reads as counted from counted c full join read_hours h using (batch_id, hour_at)
    where (coalesce(h.reads, 0), coalesce(h.active_ms, 0)) <> (coalesce(c.reads, 0), coalesce(c.active_ms, 0))`,
  'answers rolled up by day are those of the labels before their mark that no other one before it replaces and none of it rejects': `
    with written as materialized (
      select l.batch_id, l.id, l.task_id, l.supersedes_id, l.answers, l.submitted_at from roll_up_marks m
      join labels l on l.batch_id = m.batch_id where ${BEFORE_MARK} and l.tier = 'label'),
    counted as (
      select w.batch_id, f.field ->> 'key' as field, to_char(w.submitted_at at time zone 'UTC', 'YYYY-MM-DD') as day, a.answer, count(*) as n
      from written w join batches b on b.id = w.batch_id join protocol_versions p on p.id = b.protocol_version_id
      cross join lateral jsonb_array_elements(p.label_schema -> 'fields') f (field)
      cross join lateral (select w.answers -> (f.field ->> 'key') as given) g
      cross join lateral jsonb_array_elements_text(case jsonb_typeof(g.given) when 'array' then g.given
        when 'object' then '[]' when 'null' then '[]' else coalesce(jsonb_build_array(g.given), '[]') end) a (answer)
      where f.field ->> 'type' in ('boolean', 'categorical', 'ordinal', 'multi_label') and g.given is not null
        and not exists (select 1 from written o where o.batch_id = w.batch_id and o.supersedes_id = w.id)
        and coalesce((
          select count(*) filter (where v.outcome = 'reject') <= count(*) filter (where v.slot_no = ${BY_APPEAL})
          from roll_up_marks m join reviews v on v.batch_id = m.batch_id
          where m.batch_id = w.batch_id and v.task_id = w.task_id and v.label_id = w.id and ${beforeMark('v')}), true)
      group by 1, 2, 3, 4)
    select batch_id, field, day, answer, d.n, c.n as counted
    from counted c full join answer_days d using (batch_id, field, day, answer) where coalesce(d.n, 0) <> coalesce(c.n, 0)`,
};

export const GOLD_RECOUNT =
  'known answers met, and met rightly, equal the labels in force on gold that counts for the reader';

type GoldRead = { batchId: string; annotatorId: string; schemaId: string; gold: unknown; answers: unknown };
type GoldCount = { batchId: string; annotatorId: string; tier: string; n: number; ok: number };

/** Readers whose counts of gold are not those of their reads (`GOLD_RECOUNT`): whether one is right is told by the protocol's rules. */
export async function listGoldMiscounted(q: Queryable): Promise<(GoldCount & { found: string })[]> {
  const reads = await q.execute<GoldRead>(sql`
    select s.batch_id as "batchId", s.annotator_id as "annotatorId", t.protocol_version_id as "schemaId", g.answers as gold, l.answers
    from gold_answers g join slots s on s.batch_id = g.batch_id and s.task_id = g.task_id and s.tier = 'label'
    join labels l on l.batch_id = s.batch_id and l.id = s.label_id
    join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = l.terms_no
    where ${sql.raw(countsFor('g', 's.annotator_id'))}`);
  const counts = await q.execute<GoldCount>(sql`
    select batch_id as "batchId", annotator_id as "annotatorId", tier, gold_n as n, gold_ok as ok from readers`);
  const schemas = new Map(
    [
      ...(await q.execute<{ id: string; schema: unknown }>(
        sql`select id, label_schema as schema from protocol_versions
          where id = any (${sql.param([...new Set([...reads].map((read) => read.schemaId))])}::uuid[])`,
      )),
    ].map((row) => [row.id, labelSchema.parse(row.schema)]),
  );
  const found = new Map<string, { n: number; ok: number }>();
  for (const read of reads) {
    const schema = schemas.get(read.schemaId);
    const correct = schema
      ? isCorrectLabel(schema, goldAnswers.parse(read.gold), answersRecord.parse(read.answers))
      : null;
    if (correct === null) continue;
    const key = `${read.batchId} ${read.annotatorId} label`;
    const own = found.get(key) ?? { n: 0, ok: 0 };
    found.set(key, { n: own.n + 1, ok: own.ok + (correct ? 1 : 0) });
  }
  return [...counts].flatMap((one) => {
    const own = found.get(`${one.batchId} ${one.annotatorId} ${one.tier}`) ?? { n: 0, ok: 0 };
    return own.n === one.n && own.ok === one.ok ? [] : [{ ...one, found: `${own.ok} of ${own.n}` }];
  });
}
