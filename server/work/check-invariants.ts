import type { Queryable } from '#db/client.ts';
import { driverOf } from '#db/driver.ts';
import { GOLD_RECOUNT, listGoldMiscounted, RECOUNTS } from './counter-invariants.ts';
import { PARKED } from './park-queries.ts';
import { SLOT_BASE, SLOTS_PER_USE, sawReadsSql } from './rules.ts';

export const PASSED_ON =
  'a case that somebody passed on, or whose reads they saw, does not come back to them';
export const OF_REPEATS = 'a repeat keeps its reader from the case only when they skipped it';
export const LISTED = 'what a reader holds is listed on their row, once for each lease';
export const KEPT_FROM = 'nobody holds a case that is kept from them';

/** Each query returns the rows that break one rule; all must be empty. At the end of db tests and of the kill test. */
const RULES = {
  'the overlap of a task is never exceeded, save by a read that was given back on appeal': `
    select s.batch_id, s.task_id from slots s join batches b on b.id = s.batch_id
    where s.tier = 'label' and s.round = 1 and s.slot_no < ${SLOTS_PER_USE} and s.status not in ('rejected', 'superseded')
      and not exists (select 1 from appeal_decisions d where d.batch_id = s.batch_id and d.label_id = s.label_id
        and d.outcome = 'overturned')
    group by s.batch_id, s.task_id, b.overlap, b.max_overlap having count(*) > coalesce(b.max_overlap, b.overlap)`,
  'nobody has two slots of a task in a tier and round': `
    select batch_id, task_id, annotator_id from slots where annotator_id is not null
    group by batch_id, task_id, annotator_id, tier, round having count(*) > 1`,
  'nobody works on a task in two tiers': `
    select batch_id, task_id, annotator_id from slots where annotator_id is not null
    group by batch_id, task_id, annotator_id having count(distinct tier) > 1`,
  // One that ran out comes back once, and a repeat to nobody else (ADR 036). What was passed on of a correction was the correction.
  [PASSED_ON]: `
    select s.batch_id, s.task_id, s.annotator_id, s.slot_no, s.status, x.cause from slots s
    join slot_releases x on x.batch_id = s.batch_id and x.annotator_id = s.annotator_id and x.task_id = s.task_id
      and x.at <= s.claimed_at and x.lease_id is distinct from s.lease_id
    where s.round = 1 and x.slot_no < ${SLOT_BASE.repeat} and (x.excludes or (s.tier = 'label' and ${sawReadsSql('x')}))
      and (x.cause = 'returned' or not exists (
        select 1 from labels l where l.batch_id = x.batch_id and l.task_id = x.task_id and l.slot_no = x.slot_no
          and l.annotator_id = x.annotator_id and l.submitted_at <= x.at))`,
  [OF_REPEATS]: `
    select x.batch_id, x.task_id, x.annotator_id, x.cause from slot_releases x
    where x.slot_no >= ${SLOT_BASE.repeat} and x.excludes and x.cause in ('expired', 'closed', 'revoked') and not exists (
      select 1 from labels l where l.batch_id = x.batch_id and l.task_id = x.task_id and l.slot_no = x.slot_no
        and l.annotator_id = x.annotator_id and l.submitted_at <= x.at)`,
  // Of what they have read before it was kept from them, a correction and a repeat are theirs (R23, R31).
  [KEPT_FROM]: `
    select s.batch_id, s.task_id, s.annotator_id, s.tier from slots s
    join reader_exclusions e on e.batch_id = s.batch_id and e.annotator_id = s.annotator_id and e.task_id = s.task_id
    where s.status = 'leased' and s.round = 1 and s.label_id is null`,
  'every task belongs to a batch': `
    select t.batch_id, t.id from tasks t where not exists (select 1 from batches b where b.id = t.batch_id)`,
  'every slot belongs to a task': `
    select s.batch_id, s.task_id from slots s
    where not exists (select 1 from tasks t where t.batch_id = s.batch_id and t.id = s.task_id)`,
  'a lease has a holder, an end, terms and a reader': `
    select s.batch_id, s.task_id from slots s
    where s.status = 'leased' and (s.lease_id is null or s.lease_until is null or s.terms_no is null or not exists (
      select 1 from terms t join readers r on r.batch_id = t.batch_id and r.annotator_id = t.annotator_id and r.tier = t.tier
      where t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no))`,
  'an open slot has neither lease nor terms': `
    select batch_id, task_id from slots where status = 'open' and (lease_id is not null or terms_no is not null)`,
  'a submitted slot has its label, and it is the last revision': `
    select s.batch_id, s.task_id from slots s
    where s.status in ('submitted', 'accepted') and not exists (
      select 1 from labels l where l.batch_id = s.batch_id and l.id = s.label_id and l.task_id = s.task_id
        and l.slot_no = s.slot_no and l.annotator_id = s.annotator_id and l.revision = s.revision)`,
  'the labels of a slot have each their own revision': `
    select batch_id, task_id, slot_no from labels group by batch_id, task_id, slot_no, revision having count(*) > 1`,
  'the last label of a slot, and what each replaces, lead to all of its labels': `
    with recursive led as (
      select s.batch_id, i.id from slots s cross join lateral unnest(array[s.label_id, s.earlier_label_id]) as i (id)
      where i.id is not null
      union select l.batch_id, l.supersedes_id from led join labels l on l.batch_id = led.batch_id and l.id = led.id
      where l.supersedes_id is not null)
    select batch_id, id from labels except select batch_id, id from led`,
  'every label belongs to a slot': `
    select l.batch_id, l.id from labels l where not exists (
      select 1 from slots s where s.batch_id = l.batch_id and s.task_id = l.task_id and s.slot_no = l.slot_no)`,
  'readsDone counts the submitted reads': `
    select t.batch_id, t.id from tasks t where not t.is_dealt_gold and t.reads_done <> (
      select count(*) from slots s where s.batch_id = t.batch_id and s.task_id = t.id and s.tier = 'label'
        and s.status in ('submitted', 'accepted'))`,
  'a task is labelled when all its reads are in': `
    select batch_id, id from tasks where not is_dealt_gold
      and ((status = 'open' and reads_needed > 0 and reads_done >= reads_needed) or (status = 'labelled' and reads_done < reads_needed))`,
  'a case that waits for reads has one to be made': `
    select t.batch_id, t.id from tasks t
    where t.status = 'open' and not t.is_dealt_gold and t.reads_done < t.reads_needed and not exists (
      select 1 from slots s where s.batch_id = t.batch_id and s.task_id = t.id and s.tier = 'label'
        and s.status in ('open', 'leased', 'returned'))`,
  'a case goes on once nobody is to read it any more': `
    select t.batch_id, t.id from tasks t join batches b on b.id = t.batch_id and b.status = 'open'
    where t.status = 'labelled' and not t.is_dealt_gold and exists (
      select 1 from slots s where s.batch_id = t.batch_id and s.task_id = t.id and s.tier = 'label'
        and s.status in ('open', 'leased', 'returned'))`,
  'a reader’s claims are what is out, submitted, skipped, expired or released': `
    select r.batch_id, r.annotator_id, r.tier from readers r
    where r.claimed - r.submitted - r.skipped - r.expired - r.released <> (
      select count(*) from slots s where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id
        and s.tier = r.tier and s.status = 'leased')`,
  [LISTED]: `
    select r.batch_id, r.annotator_id, r.tier, r.held from readers r
    where array(select h.task_id from unnest(r.held) as h (task_id) order by 1) <> array(
      select s.task_id from slots s where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier
        and s.status = 'leased' order by 1)`,
  'a slot is accepted at an instant, and no other is': `
    select batch_id, task_id, slot_no, status from slots where (accepted_at is null) = (status = 'accepted')`,
  'submits and active time equal the labels': `
    select r.batch_id, r.annotator_id, r.tier from readers r
    where (r.submitted, r.active_ms) <> (
      select count(*) filter (where l.is_amendment is not true), coalesce(sum(l.active_ms), 0) from labels l
      where l.batch_id = r.batch_id and l.annotator_id = r.annotator_id and l.tier = r.tier)`,
  'a review or a decision is open on a case that waits for it, once': `
    select s.batch_id, s.task_id, s.tier, t.status, count(*) as turns from slots s
    join tasks t on t.batch_id = s.batch_id and t.id = s.task_id
    where s.tier in ('review', 'adjudicate') and s.status = 'open' group by 1, 2, 3, 4
    having count(*) > 1 or t.status not in ('unusable', case s.tier when 'review' then 'in_review' else 'in_adjudication' end)`,
  'accepted, rejected, returned and waiting repeats equal the slots': `
    select r.batch_id, r.annotator_id, r.tier from readers r
    where (r.accepted, r.rejected, r.returned) <> (
      select count(*) filter (where s.status = 'accepted'), count(*) filter (where s.status = 'rejected'),
        count(*) filter (where s.status = 'returned')
      from slots s where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier)
    or r.repeats <> (select count(*) from slots s where s.batch_id = r.batch_id and s.reserved_for = r.annotator_id
      and s.tier = r.tier and s.annotator_id is null and s.sort_key < ${PARKED})`,
  'what is encumbered is the price and fee of unsettled slots': `
    select r.batch_id, r.annotator_id, r.tier from readers r
    where r.encumbered_minor <> (
      select coalesce(sum(t.price_minor + t.fee_minor), 0) from slots s
      join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no
      where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier
        and s.status in ('leased', 'submitted', 'returned'))`,
  'what has accrued is the price and fee of accepted slots and partial pay, and no more was posted': `
    select r.batch_id, r.annotator_id, r.tier from readers r
    where r.posted_minor > r.accrued_minor or r.posted_fee_minor > r.accrued_fee_minor
      or (r.posted_minor = r.accrued_minor and r.posted_fee_minor <> r.accrued_fee_minor)
      or (r.accrued_minor, r.accrued_fee_minor) <> (
      select coalesce(sum(u.price), 0), coalesce(sum(u.fee), 0) from (
      select t.price_minor as price, t.fee_minor as fee from slots s
      join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no
      where s.batch_id = r.batch_id and s.annotator_id = r.annotator_id and s.tier = r.tier and s.status = 'accepted'
      union all select x.paid_minor, x.fee_minor from slot_releases x
      where x.batch_id = r.batch_id and x.annotator_id = r.annotator_id and x.tier = r.tier) u)`,
  'every version of a reader’s terms names the payee of the engagement they joined by': `
    select r.batch_id, r.annotator_id from readers r join engagements e on e.id = r.engagement_id
    join terms t on t.batch_id = r.batch_id and t.annotator_id = r.annotator_id and t.tier = r.tier
    where t.payee_org_id <> e.via_org_id`,
  'a reader’s number in a batch is theirs alone': `
    select batch_id, annotator_id, tier from (
      select batch_id, annotator_id, tier, count(*) over (partition by batch_id, tier, reader_no) as n from readers) r
    where n > 1`,
  'a reader’s copy of “open” is the batch’s': `
    select r.batch_id, r.annotator_id from readers r join batches b on b.id = r.batch_id
    where r.batch_open <> (b.status = 'open' or (b.status = 'closing' and r.tier <> 'label'))`,
  'a read of a shared batch is made by whom its pool is for': `
    select s.batch_id, s.task_id, s.slot_no from slots s
    join batches b on b.id = s.batch_id and b.pools is not null
    join terms t on t.batch_id = s.batch_id and t.annotator_id = s.annotator_id and t.tier = s.tier and t.terms_no = s.terms_no
    cross join lateral (select b.pools -> (case when s.lane <= 0 then -s.lane else (s.lane - 1) / 100 end - 1) as pool) p
    where s.tier = 'label' and s.slot_no < ${SLOTS_PER_USE} and s.lane <> 0
      and (p.pool is null or (p.pool ->> 'orgId')::uuid <> t.payee_org_id
        or ((p.pool ->> 'isOnshore')::boolean and t.country is distinct from b.onshore_country))`,
  'an open read of a shared batch is in a pool of it': `
    select s.batch_id, s.task_id, s.slot_no from slots s join batches b on b.id = s.batch_id and b.pools is not null
    where s.tier = 'label' and s.status = 'open' and s.reserved_for is null
      and (case when s.lane <= 0 then -s.lane else (s.lane - 1) / 100 end) not between 1 and jsonb_array_length(b.pools)`,
  'dealt gold was shown to no fewer readers than hold or have read it': `
    select t.batch_id, t.id from tasks t where t.is_dealt_gold and t.exposures < (
      select count(*) from slots s where s.batch_id = t.batch_id and s.task_id = t.id and s.slot_no between ${SLOT_BASE.gold} and ${SLOT_BASE.repeat - 1})`,
  'a read is accepted on appeal where an appeal was overturned, and rejected where it was upheld': `
    select d.batch_id, d.label_id from appeal_decisions d
    where not exists (select 1 from appeals a where a.batch_id = d.batch_id and a.label_id = d.label_id)
      or not exists (select 1 from slots s where s.batch_id = d.batch_id and s.label_id = d.label_id
        and s.status = case d.outcome when 'overturned' then 'accepted' else 'rejected' end)`,
  'an appeal waits until it is decided': `
    select coalesce(a.batch_id, w.batch_id) as batch_id, coalesce(a.label_id, w.label_id) as label_id
    from (select batch_id, label_id from appeals a where not exists (
      select 1 from appeal_decisions d where d.batch_id = a.batch_id and d.label_id = a.label_id)) a
    full join waiting_appeals w on w.batch_id = a.batch_id and w.label_id = a.label_id
    where a.label_id is null or w.label_id is null`,
  'an exam that is passed is a qualification': `
    select a.batch_id, a.annotator_id from exam_attempts a where a.verdict = 'pass' and a.general_exam_id is null and not exists (
      select 1 from qualifications q where q.person_id = a.annotator_id and q.protocol_version_id = a.protocol_version_id
        and q.kind = case a.kind when 'exam' then 'exam' else 'protocol_training' end)`,
  'a general exam that is passed is a credential': `
    select a.batch_id, a.annotator_id from exam_attempts a join general_exams e on e.id = a.general_exam_id
    where a.verdict = 'pass' and not exists (select 1 from credentials c where c.person_id = a.annotator_id
      and c.kind = 'general_exam' and c.specialty = e.specialty and (a.revision > 0 or c.issued_on = a.finished_at::date))`,
  'a final task of a scored batch has a final label': `
    select t.batch_id, t.id from tasks t join batches b on b.id = t.batch_id
    where t.status = 'final' and b.kind in ('pilot', 'production', 'relabel') and not exists (
      select 1 from final_labels f where f.batch_id = t.batch_id and f.task_id = t.id)`,
};

/** A rule of the hot tables, by its words. */
export type RuleName = keyof typeof RULES | keyof typeof RECOUNTS | typeof GOLD_RECOUNT;

/**
 * All rules at once: the rows of each that is broken, and one of them. Prepared, so that a connection plans the sixty queries once; a
 * statement without parameters has no plan of its own for other values.
 */
export const EVERY_RULE = Object.entries({ ...RULES, ...RECOUNTS })
  .map(
    ([rule, query]) => `select '${rule.replaceAll("'", "''")}' as rule, b.n as rows, b.example from (
      select count(*)::int as n, (jsonb_agg(to_jsonb(r)))[0] as example from (${query}
      ) r) b where b.n > 0`,
  )
  .join('\nunion all ');

export type BrokenInvariant = { rule: string; rows: number; example: unknown };

/** Every rule of the hot tables that does not hold, with one example each; empty when all is well. */
export async function checkWorkInvariants(q: Queryable): Promise<BrokenInvariant[]> {
  const rows = await driverOf(q).unsafe<BrokenInvariant[]>(EVERY_RULE, [], { prepare: true });
  const broken = rows.map(({ rule, rows: n, example }) => ({ rule, rows: n, example }));
  const miscounted = await listGoldMiscounted(q);
  if (miscounted.length > 0)
    broken.push({ rule: GOLD_RECOUNT, rows: miscounted.length, example: miscounted[0] });
  return broken;
}
