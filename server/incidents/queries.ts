import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { datasets } from '#db/schema/datasets.ts';
import { organisations } from '#db/schema/identity.ts';
import { incidentLetters, incidents } from '#db/schema/incidents.ts';
import type { IncidentFacts } from './rules.ts';
import type { Affected, RegisterPlace, ReportPlace } from './schemas.ts';

export type IncidentRow = typeof incidents.$inferSelect;
export type LetterRow = typeof incidentLetters.$inferSelect;

export type UnregisteredRow = {
  flagId: string;
  batchId: string;
  reportedAt: Date;
  datasetName: string;
  sponsorName: string;
  dataClass: string;
  subjectRegion: string | null;
  isConfirmed: boolean;
};

export async function insertIncident(tx: Tx, row: typeof incidents.$inferInsert): Promise<void> {
  await tx.insert(incidents).values(row);
}

/** The incident, locked until the transaction ends, so that assessing, telling and closing take turns. */
export async function findIncidentForUpdate(tx: Tx, id: string): Promise<IncidentRow | null> {
  const [row] = await tx.select().from(incidents).where(eq(incidents.id, id)).for('update');
  return row ?? null;
}

export async function updateIncident(tx: Tx, id: string, set: Partial<IncidentRow>): Promise<void> {
  await tx.update(incidents).set(set).where(eq(incidents.id, id));
}

export async function insertLetter(tx: Tx, row: typeof incidentLetters.$inferInsert): Promise<void> {
  await tx.insert(incidentLetters).values(row);
}

/** Letters of incidents (incident_letters_incident_idx), in order. */
export async function listLetters(q: Queryable, incidentIds: readonly string[]): Promise<LetterRow[]> {
  if (incidentIds.length === 0) return [];
  return q
    .select()
    .from(incidentLetters)
    .where(inArray(incidentLetters.incidentId, [...incidentIds]))
    .orderBy(asc(incidentLetters.sentAt), asc(incidentLetters.id))
    .limit(5000);
}

const isClosed = sql<boolean>`(${incidents.status} = 'closed')`;

/** A page of the register (incidents_status_idx): those not closed first, by what is due first. */
export async function listIncidents(q: Queryable, of: { after: RegisterPlace | null; limit: number }) {
  const { after, limit } = of;
  return q
    .select({ incident: incidents, sponsorName: organisations.legalName, datasetName: datasets.name })
    .from(incidents)
    .innerJoin(organisations, eq(organisations.id, incidents.sponsorOrgId))
    .innerJoin(datasets, eq(datasets.id, incidents.datasetId))
    .where(
      after === null
        ? undefined
        : sql`(${isClosed}, ${incidents.contractDueAt}, ${incidents.id})
            > (${after.isClosed}::boolean, ${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`,
    )
    .orderBy(isClosed, asc(incidents.contractDueAt), asc(incidents.id))
    .limit(limit);
}

/** What says until when somebody must be told, of every incident that is not closed; few at any time. Index: incidents_status_idx. */
export async function listOpenFacts(q: Queryable): Promise<IncidentFacts[]> {
  return q
    .select({
      status: incidents.status,
      decision: incidents.decision,
      contractDueAt: incidents.contractDueAt,
      authorityDueAt: incidents.authorityDueAt,
      notifyDueAt: incidents.notifyDueAt,
      letterKinds: sql<LetterRow['kind'][]>`array(
        select l.kind from incident_letters l where l.incident_id = ${incidents.id})`,
    })
    .from(incidents)
    .where(ne(incidents.status, 'closed'));
}

/** How many incidents there are, closed ones among them. */
export async function countIncidents(q: Queryable): Promise<number> {
  return q.$count(incidents);
}

/** Which of these reports are in the register. Index: incidents_flag_key. */
export async function listRegisteredFlags(q: Queryable, flagIds: readonly string[]): Promise<string[]> {
  if (flagIds.length === 0) return [];
  const rows = await q
    .select({ flagId: incidents.flagId })
    .from(incidents)
    .where(inArray(incidents.flagId, [...flagIds]));
  return rows.flatMap(({ flagId }) => flagId ?? []);
}

/** Readers' reports that nobody has registered and nobody has found to be a false alarm: known since they were made. */
const UNREGISTERED = sql`
  from case_flags f join batches b on b.id = f.batch_id join datasets d on d.id = b.dataset_id
  join organisations o on o.id = d.org_id
  where f.kind = 'phi_seen' and f.reply_to is null
    and not exists (select from incidents i where i.flag_id = f.id)
    and not exists (select from case_flags a where a.batch_id = f.batch_id and a.reply_to = f.id and a.outcome = 'false_alarm')`;

/** A page of them, the oldest, which is due first, first. Index: case_flags_incident_idx. */
export async function listUnregistered(
  q: Queryable,
  of: { after: ReportPlace | null; limit: number },
): Promise<UnregisteredRow[]> {
  const { after, limit } = of;
  const isAfter =
    after === null
      ? sql`true`
      : sql`(f.created_at, f.id) > (${after.at.toISOString()}::timestamptz, ${after.id}::uuid)`;
  const rows = await q.execute<Omit<UnregisteredRow, 'reportedAt'> & { reportedAt: string }>(sql`
    select f.id as "flagId", f.batch_id as "batchId", f.created_at as "reportedAt", d.name as "datasetName", o.legal_name as "sponsorName",
      d.data_class as "dataClass", d.subject_region as "subjectRegion",
      exists (select from case_flags a where a.batch_id = f.batch_id and a.reply_to = f.id and a.outcome = 'confirmed') as "isConfirmed"
    ${UNREGISTERED} and ${isAfter} order by f.created_at, f.id limit ${limit}`);
  return [...rows].map((row) => ({ ...row, reportedAt: new Date(row.reportedAt) }));
}

/** How many of them there are, how many were made before an instant, and when the first was. */
export async function countUnregistered(
  q: Queryable,
  before: Date,
): Promise<{ waiting: number; overdue: number; oldestAt: Date | null }> {
  const [row] = await q.execute<{ waiting: number; overdue: number; oldest: string | null }>(sql`
    select count(*)::int as waiting, count(*) filter (where f.created_at < ${before.toISOString()}::timestamptz)::int as overdue,
      min(f.created_at)::text as oldest ${UNREGISTERED}`);
  const oldest = row?.oldest ?? null;
  return {
    waiting: row?.waiting ?? 0,
    overdue: row?.overdue ?? 0,
    oldestAt: oldest === null ? null : new Date(oldest),
  };
}

/** A reader's report with the data set and case it is about, or null when there is none such. */
export async function findReport(
  q: Queryable,
  at: { batchId: string; flagId: string },
): Promise<{ datasetId: string; caseId: string; at: Date; personId: string } | null> {
  const [row] = await q.execute<{ dataset_id: string; case_id: string; at: string; person_id: string }>(sql`
    select b.dataset_id, t.case_id, f.created_at as at, f.annotator_id as person_id
    from case_flags f
    join batches b on b.id = f.batch_id
    join tasks t on t.batch_id = f.batch_id and t.id = f.task_id
    where f.batch_id = ${at.batchId} and f.id = ${at.flagId} and f.kind = 'phi_seen' and f.reply_to is null`);
  if (row === undefined) return null;
  return { datasetId: row.dataset_id, caseId: row.case_id, at: new Date(row.at), personId: row.person_id };
}

/**
 * Which files it is about and who had opened them until now, from the access log (asset_openings_asset_idx): only what
 * was allowed was seen.
 */
export async function readAffected(
  q: Queryable,
  at: { datasetId: string; caseId?: string | undefined; assetIds?: readonly string[] | undefined },
): Promise<Affected> {
  const ofCase = at.caseId === undefined ? sql`true` : sql`a.case_id = ${at.caseId}`;
  const ofList =
    at.assetIds === undefined ? sql`true` : sql`a.id = any(${sql.param([...at.assetIds])}::uuid[])`;
  const rows = await q.execute<{
    person_id: string | null;
    openings: number;
    first_at: string;
    last_at: string;
    countries: string[] | null;
    assets: number;
  }>(sql`
    with concerned as (select a.id from assets a where a.dataset_id = ${at.datasetId} and ${ofCase} and ${ofList})
    select o.person_id, count(o.at)::int as openings, min(o.at)::text as first_at, max(o.at)::text as last_at,
      array_agg(distinct o.country) filter (where o.country is not null) as countries,
      (select count(*)::int from concerned) as assets
    from (select 1) as one left join asset_openings o on o.allowed and o.asset_id in (select id from concerned)
    group by o.person_id order by min(o.at), o.person_id limit 5000`);
  return {
    assetCount: rows[0]?.assets ?? 0,
    people: [...rows].flatMap((row) =>
      row.person_id === null
        ? []
        : [
            {
              personId: row.person_id,
              openings: row.openings,
              firstAt: row.first_at,
              lastAt: row.last_at,
              countries: row.countries ?? [],
            },
          ],
    ),
  };
}

/** The data set with what decides on the due times, or null. */
export async function findConcernedDataset(q: Queryable, datasetId: string) {
  const [row] = await q
    .select({
      orgId: datasets.orgId,
      dataClass: datasets.dataClass,
      subjectRegion: datasets.subjectRegion,
      name: datasets.name,
    })
    .from(datasets)
    .where(and(eq(datasets.id, datasetId)));
  return row ?? null;
}
