import { type SQL, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { CredentialLevel, Proficiency } from '#server/credentials/schemas.ts';

/** Roles whose holders read for an organisation. */
const READING_ROLES = sql`('vendor_annotator', 'independent_annotator', 'qa_lead')`;

/** Rows as one JSON text, so that a page of ten thousand is taken apart in one go and not value by value. */
async function allAtOnce<Row>(q: Queryable, query: SQL): Promise<Row[]> {
  const [found] = await q.execute<{ rows: string }>(
    sql`select coalesce(json_agg(found), '[]')::text as rows from (${query}) found`,
  );
  return JSON.parse(found?.rows ?? '[]') as Row[];
}

/** People by their ids, or the next so many after an id. */
export type Whom = { ids: readonly string[] } | { after: string; upTo: string };

export type PersonRow = {
  personId: string;
  orgIds: string[];
  isVerified: boolean;
  isIndependent: boolean;
  country: string | null;
  timezone: string | null;
  isBarred: boolean;
  /** Hours a week they say they have, less those of rosters in force this week; null when they say nothing. */
  hoursFree: number | null;
};

const within = (column: SQL, whom: Whom): SQL =>
  'ids' in whom
    ? sql`${column} = any(${sql.param([...whom.ids])}::uuid[])`
    : sql`${column} > ${whom.after}::uuid and ${column} <= ${whom.upTo}::uuid`;

/** The next people who read for somebody, in the order of their ids; who works on their own account reads from where they are registered. Index: memberships_person_idx. */
export async function listReadingPeople(
  q: Queryable,
  page: ({ after: string; limit: number } | { ids: readonly string[] }) & { today: string },
): Promise<PersonRow[]> {
  // Said of each table: the planner does not conclude it, and would read all of them from the start for every page.
  const wanted = (column: SQL) =>
    'ids' in page ? within(column, page) : sql`${column} > ${page.after}::uuid`;
  const limit = 'ids' in page ? sql`` : sql`limit ${page.limit}`;
  return allAtOnce(
    q,
    sql`
      with reading as (
        select m.person_id, array_agg(distinct m.org_id) as org_ids, bool_or(o.status = 'verified') as is_verified,
          bool_or(o.kind = 'independent') as is_independent,
          coalesce(max(o.country) filter (where o.kind = 'independent'), p.country) as country, u.timezone
        from memberships m
        join organisations o on o.id = m.org_id
        join people p on p.id = m.person_id and p.erased_at is null and ${wanted(sql`p.id`)}
        left join users u on u.person_id = m.person_id and ${wanted(sql`u.person_id`)}
        where m.status = 'active' and m.role in ${READING_ROLES} and ${wanted(sql`m.person_id`)}
        group by m.person_id, p.country, u.timezone order by m.person_id ${limit}
      )
      select r.person_id as "personId", r.org_ids as "orgIds", r.is_verified as "isVerified", r.is_independent as "isIndependent",
        r.country, coalesce(a.timezone, r.timezone) as timezone,
        exists (select from screening_hits h where h.person_id = r.person_id and h.status = 'confirmed') as "isBarred",
        case when a.person_id is null then null
          when exists (select from absences x where x.person_id = r.person_id and x.withdrawn_at is null
            and ${page.today}::date between x.from_on and x.to_on) then 0
          else greatest(0, a.hours_per_week - coalesce((
            select sum((s.hours ->> ((${page.today}::date - p.start_on) / 7))::numeric)
            from roster_assignments s join roster_plans p on p.id = s.plan_id and p.status = 'chosen'
              and ${page.today}::date between p.start_on and p.start_on + p.weeks * 7 - 1
            where s.person_id = r.person_id and s.status in ('proposed', 'accepted')), 0))::float8
        end as "hoursFree"
      from reading r left join availability a on a.person_id = r.person_id order by r.person_id`,
  );
}

export type CountingCredential = {
  personId: string;
  kind: string;
  specialty: string | null;
  jurisdiction: string | null;
  region: string | null;
  taxonomyCode: string | null;
  proficiency: Proficiency | null;
  level: CredentialLevel;
  issuedOn: string | null;
  expiresOn: string | null;
};

/** The credentials of people that count (R19). Index: credentials_person_idx. */
export async function listCountingCredentials(q: Queryable, whom: Whom): Promise<CountingCredential[]> {
  return allAtOnce(
    q,
    sql`
      select person_id as "personId", kind, specialty, jurisdiction, region,
        taxonomy_code as "taxonomyCode", proficiency, level, issued_on as "issuedOn", expires_on as "expiresOn"
      from credentials where ${within(sql`person_id`, whom)} and status in ('claimed', 'verifying', 'verified')`,
  );
}

export type WorkDone = {
  personId: string;
  taskType: string;
  goldN: number;
  goldOk: number;
  reads: number;
  activeMs: number;
  /** Reads whose agreement with the others is known, and how many agreed (R8). */
  othersN: number;
  othersAgreed: number;
  lastReadOn: string;
  [key: string]: unknown;
};

/**
 * What people have read here by kind of work (modality/anatomy): known answers met and right, pace, agreement with the
 * others. Sums of readers' own rows and running scores, never of labels. Indexes: readers_person_idx, running_scores_pkey.
 */
export async function listWorkDone(q: Queryable, whom: Whom): Promise<WorkDone[]> {
  return [
    ...(await q.execute<WorkDone>(sql`
      select r.annotator_id as "personId", p.modality || '/' || p.anatomy as "taskType",
        sum(r.gold_n)::int as "goldN", sum(r.gold_ok)::int as "goldOk", sum(r.submitted)::int as reads,
        sum(r.active_ms)::float8 as "activeMs", coalesce(sum(s.n), 0)::int as "othersN",
        coalesce(sum(s.agreed), 0)::float8 as "othersAgreed", max(r.last_seen_at)::date::text as "lastReadOn"
      from readers r
      join batches b on b.id = r.batch_id and b.kind <> 'self_label'
      join projects p on p.id = b.project_id
      left join lateral (
        select sum(x.n) as n, sum(x.n * x.value) as agreed from running_scores x
        where x.batch_id = r.batch_id and x.subject_kind = 'reader' and x.subject_id = r.annotator_id
          and x.day = 'all' and x.metric = 'consensus_agreement' and x.class_name = '' and x.value is not null
      ) s on true
      where r.tier = 'label' and r.submitted > 0 and ${within(sql`r.annotator_id`, whom)}
      group by 1, 2`)),
  ];
}

/** The medians of organisations' bid prices per read, in minor units; sealed bids tell nothing yet. */
export async function listMedianPrices(q: Queryable): Promise<Map<string, number>> {
  const rows = await q.execute<{ orgId: string; median: number }>(sql`
    select b.vendor_org_id as "orgId", percentile_cont(0.5) within group (order by b.price_per_read_minor)::float8 as median
    from bids b join calls c on c.id = b.call_id and not (c.is_sealed and c.status = 'open')
    where b.status in ('submitted', 'shortlisted', 'piloting', 'awarded') group by b.vendor_org_id`);
  return new Map([...rows].map((row) => [row.orgId, row.median]));
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
      select e.id as "eventId", e.action like 'identity.org%' or e.action like 'bids.%' as "isOfOrganisation", array_remove(array[
        case when e.subject_kind = 'person' then e.subject_id end,
        e.person_id,
        (select c.person_id from credentials c where e.subject_kind = 'credential' and c.id = e.subject_id)
      ] || case when e.subject_kind = 'organisation'
        then array(select m.person_id from memberships m where m.org_id = e.subject_id limit 5000) else '{}'::uuid[] end, null) as "personIds"
      from audit_events e
      where e.id > ${page.since}::uuid and (e.action like 'credentials.%' or e.action like 'identity.%' or e.action like 'registers.%'
        or e.action like 'staffing.%' or e.action like 'bids.%')
        and e.action not in ('identity.signed_in', 'identity.signed_out', 'identity.sign_in_refused', 'identity.reauthenticated')
      order by e.id limit ${page.limit}`)),
  ];
}

/** The newest audit event, or the lowest id when there is none. */
export async function findNewestEvent(q: Queryable): Promise<string> {
  const [row] = await q.execute<{ id: string }>(sql`select id from audit_events order by id desc limit 1`);
  return row?.id ?? '00000000-0000-7000-8000-000000000000';
}
