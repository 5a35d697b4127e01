import { type SQL, sql } from 'drizzle-orm';
import type { Database, Queryable } from '#db/client.ts';
import { streamRows } from '#db/stream-rows.ts';
import { type LocationLimit, locationLimitsSql } from '#server/agreements/location-limits.ts';
import { comparableByCurrency, type MedianPrice } from '#server/bids/price-privacy.ts';
import type { CredentialLevel, Proficiency } from '#server/credentials/schemas.ts';
import { type ComingWeek, comingWeek, daysAwaySql, freeHoursSql } from '#server/staffing/free-hours.ts';
import type { CredentialFact } from './credential-columns.ts';

/** Roles whose holders read for an organisation. */
const READING_ROLES = sql`('vendor_annotator', 'independent_annotator', 'qa_lead')`;

/** A credential that counts (R19), in the order of `CREDENTIAL`. */
type CredentialValues = [
  kind: string,
  specialty: string | null,
  jurisdiction: string | null,
  region: string | null,
  taxonomyCode: string | null,
  proficiency: Proficiency | null,
  level: CredentialLevel,
  issuedOn: string | null,
  expiresOn: string | null,
];

/** What somebody has read of one kind of work (modality/anatomy), in the order of `WORK`. */
type WorkValues = [
  taskType: string,
  goldN: number,
  goldOk: number,
  reads: number,
  activeMs: number,
  /** Reads whose agreement with the others is known, and how many agreed (R8). */
  othersN: number,
  othersAgreed: number,
  lastReadOn: string,
];

export type PersonRow = {
  personId: string;
  /** Separated by blanks. */
  orgIds: string;
  isVerified: boolean;
  isIndependent: boolean;
  /** Reads for a vendor too, or for one alone. */
  isStaff: boolean;
  country: string | null;
  timezone: string | null;
  isBarred: boolean;
  /** Hours they can still give in the coming seven days (`freeHoursSql`); null when they have said nothing. */
  hoursFree: number | null;
  /** Both as JSON, so that a person is a few values and not hundreds; null for none. */
  credentials: string | null;
  work: string | null;
  /** Where their own agreements, on their own account, let data be shown. */
  ownLimits: readonly LocationLimit[] | null;
};

const CREDENTIAL = sql`kind, specialty, jurisdiction, region, taxonomy_code, proficiency, level, issued_on, expires_on`;
const WORK = sql`task_type, gold_n, gold_ok, reads, active_ms, others_n, others_agreed, last_read_on`;

/** Everybody is read in two parts at once, each by a connection of its own: people before the middle one, by id, and the others. */
type Part = { before: string } | { since: string };
/** The ids that tell the middle one: so many per cent of all people, and some in any case. */
const SAMPLED_PERCENT = 1;
const SAMPLED_AT_LEAST = 100;
/** The middle of all ids there could be, where there is nobody. */
const MIDDLE_ID = '80000000-0000-0000-0000-000000000000';

/** Of a reader's batch: nothing it says of them can tell any more which case was gold (ADR 009). As in `viewOwnSkill`. */
const OVER = sql`b.status = 'settled' or exists (
          select 1 from exam_attempts a where a.batch_id = b.id and a.annotator_id = r.annotator_id)`;

/**
 * A part of everybody who reads for somebody, or those of `ids` who do: where they read from (on one's own account where one is registered), their
 * credentials that count (R19), and what they have read here: pace, and of what is over known answers met and right and agreement with the
 * others; sums of readers' own rows and running scores, never of labels. Pilots are left out: what they say is told to nobody but their
 * sponsor (R16), and is a vendor's, whoever read it; of one's own account an exam stands in a pilot's place (R17). For few people by memberships_person_idx, credentials_person_idx,
 * readers_person_idx and running_scores_pkey; for all, each table once.
 */
function readingPeople(of: ({ ids: readonly string[] } | Part) & { week: ComingWeek; today: string }): SQL {
  // Said of each table: the planner does not conclude it, and would read all of them for a few people.
  const wanted = (column: SQL) => {
    if ('ids' in of) return sql`${column} = any(${sql.param([...of.ids])}::uuid[])`;
    // `is true` keeps the planner from an index: half a table is read sooner in its own order than by one page per person.
    return 'before' in of
      ? sql`(${column} < ${of.before}::uuid) is true`
      : sql`(${column} >= ${of.since}::uuid) is true`;
  };
  return sql`
    with reading as (
      select m.person_id,
        -- A sponsor's own staff comes last: it is there for that sponsor's conflicts, and never names anybody.
        array_agg(distinct m.org_id) filter (where o.in_house_of is null)
          || coalesce(array_agg(distinct m.org_id) filter (where o.in_house_of is not null), '{}') as org_ids,
        bool_or(o.status = 'verified' and o.in_house_of is null) as is_verified,
        bool_or(o.kind = 'independent') as is_independent, bool_or(o.kind <> 'independent' and o.in_house_of is null) as is_staff,
        (array_agg(o.id) filter (where o.kind = 'independent'))[1] as own_org_id,
        coalesce(max(o.country) filter (where o.kind = 'independent'), p.country) as country, u.timezone
      from memberships m
      join organisations o on o.id = m.org_id
      join people p on p.id = m.person_id and p.erased_at is null and ${wanted(sql`p.id`)}
      left join users u on u.person_id = m.person_id and ${wanted(sql`u.person_id`)}
      where m.status = 'active' and m.role in ${READING_ROLES} and ${wanted(sql`m.person_id`)}
      group by m.person_id, p.country, u.timezone
      -- Who reads for a sponsor's own staff alone is nobody else's to find (ADR 029).
      having bool_or(o.in_house_of is null)
    ), held as (
      select person_id, json_agg(json_build_array(${CREDENTIAL}))::text as credentials
      from credentials where status in ('claimed', 'verifying', 'verified') and ${wanted(sql`person_id`)} group by person_id
    ), done as (
      select r.annotator_id, p.modality || '/' || p.anatomy as task_type, coalesce(sum(r.gold_n) filter (where ${OVER}), 0) as gold_n,
        coalesce(sum(r.gold_ok) filter (where ${OVER}), 0) as gold_ok,
        sum(r.submitted) as reads, sum(r.active_ms) as active_ms, coalesce(sum(s.n) filter (where ${OVER}), 0) as others_n,
        coalesce(sum(s.agreed) filter (where ${OVER}), 0) as others_agreed, max(r.last_seen_at)::date as last_read_on
      from readers r
      join batches b on b.id = r.batch_id and b.kind not in ('self_label', 'pilot')
      join projects p on p.id = b.project_id
      left join lateral (
        select sum(x.n) as n, sum(x.n * x.value) as agreed from running_scores x
        where x.batch_id = r.batch_id and x.subject_kind = 'reader' and x.subject_id = r.annotator_id
          and x.day = 'all' and x.metric = 'consensus_agreement' and x.class_name = '' and x.value is not null
      ) s on true
      where r.tier = 'label' and r.submitted > 0 and ${wanted(sql`r.annotator_id`)}
      group by 1, 2
    ), worked as (
      select annotator_id, json_agg(json_build_array(${WORK}))::text as work from done group by annotator_id
    ), limited as (${locationLimitsSql(sql`select own_org_id from reading where own_org_id is not null`, of.today)}
    ), away as (${daysAwaySql(of.week, wanted)}
    )
    select r.person_id as "personId", array_to_string(r.org_ids, ' ') as "orgIds", r.is_verified as "isVerified",
      r.is_independent as "isIndependent", r.is_staff as "isStaff", r.country, coalesce(a.timezone, r.timezone) as timezone,
      exists (select from screening_hits h where h.person_id = r.person_id and h.status = 'confirmed') as "isBarred",
      ${freeHoursSql(of.week)} as "hoursFree", h.credentials, w.work, l.limits as "ownLimits"
    from reading r
    left join availability a on a.person_id = r.person_id
    left join away f on f.person_id = a.person_id
    left join held h on h.person_id = r.person_id
    left join worked w on w.annotator_id = r.person_id
    left join limited l on l.org_id = r.own_org_id`;
}

/** Those of `ids` who read for somebody. */
export async function listReadingPeople(
  q: Queryable,
  of: { ids: readonly string[]; today: string },
): Promise<PersonRow[]> {
  const week = await comingWeek(
    q,
    of.today,
    (column) => sql`${column} = any(${sql.param([...of.ids])}::uuid[])`,
  );
  return [...(await q.execute<PersonRow>(readingPeople({ ...of, week })))];
}

/** Everybody who reads for somebody, some at a time: the server makes the next of one part while `each` takes those of another. */
export async function eachReadingPerson(
  db: Database,
  of: { today: string },
  each: (people: readonly PersonRow[]) => void,
): Promise<void> {
  const middle = await findMiddlePerson(db);
  const week = await comingWeek(db, of.today, () => sql`true`);
  const parts: Part[] = [{ before: middle }, { since: middle }];
  await Promise.all(
    parts.map((part) => streamRows<PersonRow>(db, readingPeople({ ...part, ...of, week }), each)),
  );
}

/** An id that about half of all people come before. */
async function findMiddlePerson(q: Queryable): Promise<string> {
  const [row] = await q.execute<{ id: string | null }>(sql`
    select percentile_disc(0.5) within group (order by id) as id from (
      select id from people tablesample bernoulli (${SAMPLED_PERCENT}::real)
      union all (select id from people limit ${SAMPLED_AT_LEAST})
    ) sampled`);
  return row?.id ?? MIDDLE_ID;
}

export const credentialsOf = (person: PersonRow): CredentialFact[] =>
  (JSON.parse(person.credentials ?? '[]') as CredentialValues[]).map(
    ([kind, specialty, jurisdiction, region, taxonomyCode, proficiency, level, issuedOn, expiresOn]) => ({
      kind,
      specialty,
      jurisdiction,
      region,
      taxonomyCode,
      proficiency,
      level,
      issuedOn,
      expiresOn,
    }),
  );

export type WorkDone = {
  taskType: string;
  goldN: number;
  goldOk: number;
  reads: number;
  activeMs: number;
  othersN: number;
  othersAgreed: number;
  lastReadOn: string;
};

export const workOf = (person: PersonRow): WorkDone[] =>
  (JSON.parse(person.work ?? '[]') as WorkValues[]).map(
    ([taskType, goldN, goldOk, reads, activeMs, othersN, othersAgreed, lastReadOn]) => ({
      taskType,
      goldN,
      goldOk,
      reads,
      activeMs,
      othersN,
      othersAgreed,
      lastReadOn,
    }),
  );

/**
 * The medians of organisations' bid prices per read by currency as they may be compared, in minor units; sealed bids tell nothing yet.
 */
export async function listMedianPrices(q: Queryable): Promise<Map<string, Record<string, number>>> {
  const rows = await q.execute<MedianPrice>(sql`
    select b.vendor_org_id as "orgId", b.currency, percentile_cont(0.5) within group (order by b.price_per_read_minor)::float8 as "medianMinor"
    from bids b join calls c on c.id = b.call_id and not (c.is_sealed and c.status = 'open')
    where b.status in ('submitted', 'shortlisted', 'piloting', 'awarded') group by b.vendor_org_id, b.currency`);
  return comparableByCurrency([...rows]);
}

export type Touch = {
  eventId: string;
  isOfOrganisation: boolean;
  personIds: string[];
  [key: string]: unknown;
};

/**
 * Who may stand otherwise since an audit event (its id is its time): people whose credentials, roles, account or organisation
 * a command has changed. Events younger than the mark only; the caller looks a little back. Index: audit_events_pkey.
 */
export async function listTouchedPeople(
  q: Queryable,
  page: { since: string; limit: number },
): Promise<Touch[]> {
  return [
    ...(await q.execute<Touch>(sql`
      select e.id as "eventId", e.action like 'identity.org%' or e.action like 'bids.%' or e.action like 'agreements.%' as "isOfOrganisation", array_remove(array[
        case when e.subject_kind = 'person' then e.subject_id end,
        e.person_id,
        (select c.person_id from credentials c where e.subject_kind = 'credential' and c.id = e.subject_id)
      ] || case when e.subject_kind = 'agreement'
        then array(select m.person_id from agreements g join organisations o on o.id = g.party_b_org_id and o.kind = 'independent'
          join memberships m on m.org_id = o.id where g.id = e.subject_id)
        when e.subject_kind = 'organisation'
        then array(select m.person_id from memberships m where m.org_id = e.subject_id limit 5000) else '{}'::uuid[] end, null) as "personIds"
      from audit_events e
      where e.id > ${page.since}::uuid and (e.action like 'credentials.%' or e.action like 'identity.%' or e.action like 'registers.%'
        or e.action like 'staffing.%' or e.action like 'bids.%' or (e.action like 'agreements.%' and e.subject_kind = 'agreement'))
        and e.action not in ('identity.signed_in', 'identity.signed_out', 'identity.sign_in_refused', 'identity.reauthenticated')
      order by e.id limit ${page.limit}`)),
  ];
}

/** The newest audit event, or the lowest id when there is none. */
export async function findNewestEvent(q: Queryable): Promise<string> {
  const [row] = await q.execute<{ id: string }>(sql`select id from audit_events order by id desc limit 1`);
  return row?.id ?? '00000000-0000-7000-8000-000000000000';
}
