import { and, desc, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { datasets, intakeFindings } from '#db/schema/datasets.ts';
import { projects } from '#db/schema/projects.ts';
import type { Finding, KnownCase } from './intake-rules.ts';
import { FINDING_CODES, type FindingCode, type FindingsInput } from './intake-schemas.ts';

/**
 * Lets imports into a project take turns from here to their end, so that of two at once the second sees the cases of the first. What is
 * asked after it sees what was committed while it waited: transactions are `read committed`.
 */
export async function lockIntake(tx: Tx, projectId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`intake|${projectId}`}, 0))`);
}

/** Cases that a project has already, but not those that an intake has excluded: a copy of one of these is no copy in use. */
export async function listKnownCases(q: Queryable, projectId: string): Promise<KnownCase[]> {
  const rows = await q.execute<KnownCase & Record<string, unknown>>(sql`
    select c.dataset_id as "datasetId", c.id as "caseId", c.patient_key as "patientKey", c.split,
      c.content_sha256 as "contentSha256", c.near_key as "nearKey"
    from datasets d join cases c on c.dataset_id = d.id
    where d.project_id = ${projectId} and c.excluded_reason is null
    order by d.created_at, c.position limit 1000000`);
  return [...rows];
}

/** Adds findings; one that is there already stays as it is. Rows travel as JSON, in chunks. */
export async function insertFindings(
  tx: Tx,
  input: {
    datasetId: string;
    source: 'automatic' | 'person';
    foundAt: Date;
    findings: readonly Finding[];
  },
): Promise<number> {
  let added = 0;
  for (let from = 0; from < input.findings.length; from += 5000) {
    const rows = JSON.stringify(
      input.findings.slice(from, from + 5000).map(({ caseId, code, says, other }) => ({
        caseId,
        code,
        says,
        otherDatasetId: other ? (other.datasetId ?? input.datasetId) : null,
        otherCaseId: other?.caseId ?? null,
      })),
    );
    const made = await tx.execute(sql`
      insert into intake_findings (dataset_id, case_id, code, source, says, other_dataset_id, other_case_id, found_at)
      select ${input.datasetId}::uuid, "caseId", code, ${input.source}, says, "otherDatasetId", "otherCaseId",
        ${input.foundAt.toISOString()}::timestamptz
      from jsonb_to_recordset(${rows}::text::jsonb) as r ("caseId" uuid, code text, says text, "otherDatasetId" uuid,
        "otherCaseId" uuid)
      on conflict do nothing returning 1`);
    added += made.length;
  }
  return added;
}

/** Locks a dataset's row against another decision on its intake. */
export async function lockDataset(tx: Tx, datasetId: string): Promise<typeof datasets.$inferSelect | null> {
  const [row] = await tx.select().from(datasets).where(eq(datasets.id, datasetId)).for('update');
  return row ?? null;
}

/**
 * Holds the accepted set of a dataset as it is until the caller's transaction ends: nobody opens its intake meanwhile, and what is asked
 * after it sees what was committed while it waited.
 */
export async function holdAccepted(tx: Tx, datasetId: string): Promise<void> {
  await tx.execute(sql`select 1 from datasets where id = ${datasetId} for share`);
}

export async function updateDataset(
  tx: Tx,
  datasetId: string,
  set: Partial<typeof datasets.$inferInsert>,
): Promise<void> {
  await tx
    .update(datasets)
    .set(set)
    .where(and(eq(datasets.id, datasetId)));
}

/** Findings of a dataset by kind and what became of them. */
export async function countFindings(
  q: Queryable,
  datasetId: string,
): Promise<{ code: FindingCode; open: number; exclude: number; keep: number }[]> {
  const rows = await q.execute<{ code: FindingCode; open: number; exclude: number; keep: number }>(sql`
    select code, count(*) filter (where decision is null)::int as open,
      count(*) filter (where decision = 'exclude')::int as exclude, count(*) filter (where decision = 'keep')::int as keep
    from intake_findings where dataset_id = ${datasetId} group by code`);
  return FINDING_CODES.flatMap((code) => [...rows].filter((row) => row.code === code));
}

export type FindingRow = {
  caseId: string;
  externalId: string;
  site: string;
  position: number;
  code: FindingCode;
  source: 'automatic' | 'person';
  says: string;
  otherDatasetId: string | null;
  otherCaseId: string | null;
  otherExternalId: string | null;
  decision: 'exclude' | 'keep' | null;
  note: string | null;
};

/** Findings in the order of the dataset's file, keyset by position and kind. */
export async function listFindings(q: Queryable, page: FindingsInput): Promise<FindingRow[]> {
  const state =
    page.state === undefined
      ? sql``
      : page.state === 'open'
        ? sql`and f.decision is null`
        : sql`and f.decision = ${page.state}`;
  const after = page.after
    ? sql`and (c.position, f.code) > (${page.after.position}::int, ${page.after.code}::text)`
    : sql``;
  const rows = await q.execute<FindingRow & Record<string, unknown>>(sql`
    select f.case_id as "caseId", c.external_id as "externalId", c.site, c.position, f.code, f.source, f.says,
      f.other_dataset_id as "otherDatasetId", f.other_case_id as "otherCaseId", o.external_id as "otherExternalId",
      f.decision, f.note
    from intake_findings f
    join cases c on c.dataset_id = f.dataset_id and c.id = f.case_id
    left join cases o on o.dataset_id = f.other_dataset_id and o.id = f.other_case_id
    where f.dataset_id = ${page.datasetId} ${page.code ? sql`and f.code = ${page.code}` : sql``} ${state} ${after}
    order by c.position, f.code limit ${page.limit}`);
  return [...rows];
}

/** Decides on findings, or takes a decision back. Returns how many. */
export async function updateFindings(
  tx: Tx,
  input: {
    datasetId: string;
    findings: readonly { caseId: string; code: string }[] | null;
    allOpenOf: string | null;
    decision: 'exclude' | 'keep' | null;
    note: string | null;
    by: string;
    at: Date;
  },
): Promise<number> {
  const which =
    input.findings === null
      ? input.allOpenOf === null
        ? sql`decision is null`
        : sql`code = ${input.allOpenOf} and decision is null`
      : sql`(case_id, code) in (select * from unnest(${sql.param(input.findings.map((one) => one.caseId))}::uuid[],
          ${sql.param(input.findings.map((one) => one.code))}::text[]))`;
  const rows = await tx.execute(sql`
    update intake_findings set decision = ${input.decision}::text, note = ${input.note}::text,
      decided_by = case when ${input.decision}::text is null then null else ${input.by}::uuid end,
      decided_at = case when ${input.decision}::text is null then null else ${input.at.toISOString()}::timestamptz end
    where dataset_id = ${input.datasetId} and ${which} returning 1`);
  return rows.length;
}

/** Decisions of one person at one instant, where they are of several findings and still stand; latest first, ten at most. */
export async function listDecidedTogether(
  q: Queryable,
  datasetId: string,
): Promise<{ by: string; at: Date; decision: 'exclude' | 'keep'; codes: FindingCode[]; findings: number }[]> {
  const { decidedBy, decidedAt, decision, code } = intakeFindings;
  const rows = await q
    .select({
      by: decidedBy,
      at: decidedAt,
      decision,
      codes: sql<FindingCode[]>`array_agg(distinct ${code})`,
      findings: sql<number>`count(*)::int`,
    })
    .from(intakeFindings)
    .where(and(eq(intakeFindings.datasetId, datasetId), isNotNull(decision)))
    .groupBy(decidedBy, decidedAt, decision)
    .having(sql`count(*) > 1`)
    .orderBy(desc(decidedAt), decidedBy, decision)
    .limit(10);
  return rows.flatMap(({ by, at, decision: made, codes, findings }) =>
    by === null || at === null || made === null ? [] : [{ by, at, decision: made, codes, findings }],
  );
}

/**
 * Opens the findings again that one person decided so at one instant; what was decided anew since then stays. Only of an
 * open intake of the organisation's own projects, whoever calls it. Returns how many.
 */
export async function reopenDecided(
  tx: Tx,
  act: { orgId: string; datasetId: string; by: string; at: Date; decision: 'exclude' | 'keep' },
): Promise<number> {
  const own = tx
    .select({ id: datasets.id })
    .from(datasets)
    .innerJoin(projects, eq(projects.id, datasets.projectId))
    .where(
      and(eq(datasets.id, act.datasetId), eq(datasets.intakeStatus, 'open'), eq(projects.orgId, act.orgId)),
    );
  const rows = await tx
    .update(intakeFindings)
    .set({ decision: null, note: null, decidedBy: null, decidedAt: null })
    .where(
      and(
        inArray(intakeFindings.datasetId, own),
        eq(intakeFindings.decidedBy, act.by),
        eq(intakeFindings.decidedAt, act.at),
        eq(intakeFindings.decision, act.decision),
      ),
    )
    .returning({ caseId: intakeFindings.caseId });
  return rows.length;
}

/** Marks the cases that the decisions keep out, each with one reason, and clears all others. Returns how many are out. */
export async function markExcluded(tx: Tx, datasetId: string): Promise<number> {
  const order = sql.param([...FINDING_CODES]);
  await tx.execute(sql`
    update cases c set excluded_reason = r.reason
    from (
      select k.id, (
        select f.code from intake_findings f
        where f.dataset_id = k.dataset_id and f.case_id = k.id and f.decision = 'exclude'
        order by array_position(${order}::text[], f.code) limit 1) as reason
      from cases k where k.dataset_id = ${datasetId}) r
    where c.dataset_id = ${datasetId} and c.id = r.id and c.excluded_reason is distinct from r.reason`);
  const [row] = await tx.execute<{ n: number }>(
    sql`select count(*)::int as n from cases where dataset_id = ${datasetId} and excluded_reason is not null`,
  );
  return row?.n ?? 0;
}

/** Names of assets and in how many cases they are, most first. */
export async function countAssetNames(
  q: Queryable,
  datasetId: string,
): Promise<{ name: string; cases: number }[]> {
  const rows = await q.execute<{ name: string; cases: number }>(sql`
    select name, count(distinct case_id)::int as cases from assets where dataset_id = ${datasetId}
    group by name order by 2 desc, 1 limit 60`);
  return [...rows];
}

/** Every case with the names of its assets; for the check of required views alone. */
export async function listAssetNames(
  q: Queryable,
  datasetId: string,
): Promise<{ caseId: string; names: string[] }[]> {
  const rows = await q.execute<{ caseId: string; names: string[] }>(sql`
    select case_id as "caseId", array_agg(name) as names from assets where dataset_id = ${datasetId} group by case_id`);
  return [...rows];
}

/** Counts of found and excluded cases by a dimension: site, or a subgroup column. */
export async function countExcluded(
  q: Queryable,
  datasetId: string,
): Promise<{ dimension: string; value: string; found: number; excluded: number }[]> {
  const rows = await q.execute<{ dimension: string; value: string; found: number; excluded: number }>(sql`
    select d.dimension, d.value, count(*)::int as found, count(c.excluded_reason)::int as excluded
    from cases c
    cross join lateral (
      select 'site' as dimension, c.site as value
      union all select 'subgroup:' || e.key, e.value from jsonb_each_text(c.subgroups) e) d
    where c.dataset_id = ${datasetId}
    group by 1, 2 order by 4 desc, 1, 3 desc, 2 limit 400`);
  return [...rows];
}

/** Excluded cases by reason. */
export async function countReasons(
  q: Queryable,
  datasetId: string,
): Promise<{ reason: FindingCode; cases: number }[]> {
  const rows = await q.execute<{ reason: FindingCode; cases: number }>(sql`
    select excluded_reason as reason, count(*)::int as cases from cases
    where dataset_id = ${datasetId} and excluded_reason is not null group by 1`);
  return FINDING_CODES.flatMap((code) => [...rows].filter((row) => row.reason === code));
}
