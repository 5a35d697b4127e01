import { and, asc, desc, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable, Tx } from '#db/client.ts';
import { registerImports, screeningDecisions, screeningHits, screeningRuns } from '#db/schema/registers.ts';
import { exclusionRecord, type ScreenedList, screenedList } from './schemas.ts';
import type { Candidate } from './screening-rules.ts';

export type RunRow = typeof screeningRuns.$inferSelect;
export type HitRow = typeof screeningHits.$inferSelect;
export type DecisionRow = typeof screeningDecisions.$inferSelect;

/** The exclusion lists in use. */
export async function currentLists(q: Queryable): Promise<ScreenedList[]> {
  const rows = await q
    .select({
      source: registerImports.source,
      importId: registerImports.id,
      fileName: registerImports.fileName,
      fileSha256: registerImports.fileSha256,
      asOf: registerImports.asOf,
      rows: registerImports.rowsDone,
    })
    .from(registerImports)
    .where(
      and(
        inArray(registerImports.source, ['leie', 'sam']),
        eq(registerImports.status, 'current'),
        eq(registerImports.mode, 'full'),
      ),
    )
    .orderBy(asc(registerImports.source));
  return screenedList.array().parse(rows);
}

const candidateRow = exclusionRecord.extend({
  at: z.number().int(),
  recordHash: z.string(),
  lastKey: z.string().nullable(),
  firstKey: z.string().nullable(),
});

export type FoundCandidate = Candidate & { at: number; recordHash: string };

/** What to look for; `at` is the place of the person in the caller's list. */
export type SearchKeys = {
  npis: readonly { at: number; npi: string }[];
  names: readonly { at: number; last: string; initials: string; sound: string }[];
};

/**
 * Records of the lists that may be of the people searched for: the same NPI (exclusion_records_npi_idx), the same last name
 * with a first letter that a form of the first name has (exclusion_records_last_idx), a last name that sounds alike
 * (exclusion_records_sound_idx). One statement for a page of people; records whose time is over are left out.
 */
export async function findCandidates(
  q: Queryable,
  input: { importIds: readonly string[]; keys: SearchKeys; today: string },
): Promise<FoundCandidate[]> {
  const { keys } = input;
  const imports = sql`any(${sql.param(`{${input.importIds.join(',')}}`)}::uuid[])`;
  const rows = await q.execute(sql`
    with wanted_npi as (
      select * from jsonb_to_recordset(${JSON.stringify(keys.npis)}::jsonb) as w(at int, npi text)
    ), wanted_name as (
      select * from jsonb_to_recordset(${JSON.stringify(keys.names)}::jsonb) as w(at int, last text, initials text, sound text)
    ), found as (
      select w.at, r.import_id, r.line from wanted_npi w
        join exclusion_records r on r.import_id = ${imports} and r.npi = w.npi
      union
      select w.at, r.import_id, r.line from wanted_name w
        join exclusion_records r on r.import_id = ${imports} and r.last_key = w.last
          and (r.first_key is null or position(left(r.first_key, 1) in w.initials) > 0)
      union
      select w.at, r.import_id, r.line from wanted_name w
        join exclusion_records r on r.import_id = ${imports} and r.sound_key = w.sound and w.sound <> ''
    )
    select f.at, r.source, r.last_name as "lastName", r.first_name as "firstName", r.middle_name as "middleName", r.npi,
      r.birth_date::text as "birthDate", r.city, r.state, r.country, r.specialty, r.reason, r.agency,
      r.excluded_on::text as "excludedOn", r.excluded_until::text as "excludedUntil", r.waiver_on::text as "waiverOn",
      r.waiver_state as "waiverState", r.record_number as "recordNumber", r.remarks,
      r.record_hash as "recordHash", r.last_key as "lastKey", r.first_key as "firstKey"
    from found f join exclusion_records r on r.import_id = f.import_id and r.line = f.line
    where r.is_person and (r.excluded_until is null or r.excluded_until > ${input.today}::date)`);
  return candidateRow
    .array()
    .parse(rows)
    .map(({ at, recordHash, lastKey, firstKey, ...record }) => ({
      at,
      recordHash,
      record,
      lastKey: lastKey ?? '',
      firstKey: firstKey ?? '',
    }));
}

/** How many records of the lists have each of these names, by `LAST FIRST` (exclusion_records_last_idx). */
export async function countNames(
  q: Queryable,
  input: { importIds: readonly string[]; names: readonly { last: string; first: string }[] },
): Promise<Map<string, number>> {
  if (input.names.length === 0) return new Map();
  const rows = await q.execute<{ last: string; first: string; n: number }>(sql`
    select r.last_key as last, r.first_key as first, count(*)::int as n
    from (select distinct * from jsonb_to_recordset(${JSON.stringify(input.names)}::jsonb) as w(last text, first text)) w
    join exclusion_records r on r.import_id = any(${sql.param(`{${input.importIds.join(',')}}`)}::uuid[])
      and r.last_key = w.last and r.first_key = w.first
    group by 1, 2`);
  return new Map(rows.map((row) => [`${row.last} ${row.first}`, row.n]));
}

export async function insertRun(tx: Tx, row: typeof screeningRuns.$inferInsert): Promise<void> {
  await tx.insert(screeningRuns).values(row);
}

/** Two processes that begin at once would begin two screenings of everybody. */
const SCREENING_LOCK = 7_311;

/** The screening of everybody that is under way, or null; until the transaction ends nobody else begins or goes on. */
export async function lockRunningRun(tx: Tx): Promise<RunRow | null> {
  await tx.execute(sql`select pg_advisory_xact_lock(${SCREENING_LOCK})`);
  const [row] = await tx
    .select()
    .from(screeningRuns)
    .where(and(isNull(screeningRuns.personId), eq(screeningRuns.status, 'running')))
    .orderBy(desc(screeningRuns.startedAt))
    .limit(1)
    .for('update');
  return row ?? null;
}

export async function updateRun(
  tx: Tx,
  id: string,
  set: Partial<typeof screeningRuns.$inferInsert>,
): Promise<void> {
  await tx.update(screeningRuns).set(set).where(eq(screeningRuns.id, id));
}

/** The last whole screenings, newest first. */
export async function listRunsOfEverybody(q: Queryable, limit: number): Promise<RunRow[]> {
  return q
    .select()
    .from(screeningRuns)
    .where(isNull(screeningRuns.personId))
    .orderBy(desc(screeningRuns.startedAt))
    .limit(limit);
}

/** Every hit there has been of these people. */
export async function hitsOfPeople(q: Queryable, personIds: readonly string[]): Promise<HitRow[]> {
  if (personIds.length === 0) return [];
  return q
    .select()
    .from(screeningHits)
    .where(inArray(screeningHits.personId, [...personIds]))
    .orderBy(desc(screeningHits.openedAt), desc(screeningHits.id));
}

/** Adds hits; one that has been asked already is left alone. Returns how many were added. */
export async function insertHits(tx: Tx, rows: (typeof screeningHits.$inferInsert)[]): Promise<number> {
  if (rows.length === 0) return 0;
  const added = await tx
    .insert(screeningHits)
    .values(rows)
    .onConflictDoNothing()
    .returning({ id: screeningHits.id });
  return added.length;
}

/** Open hits of these people that the screening did not find again: the record or the person has changed. */
export async function supersedeOpen(
  tx: Tx,
  input: { personIds: readonly string[]; except: readonly string[] },
): Promise<void> {
  await tx
    .update(screeningHits)
    .set({ status: 'superseded' })
    .where(
      and(
        inArray(screeningHits.personId, [...input.personIds]),
        eq(screeningHits.status, 'open'),
        input.except.length === 0 ? undefined : notInArray(screeningHits.id, [...input.except]),
      ),
    );
}

/**
 * Notes for every confirmed hit whether its record is still in the list in use; one pass over the lists, because confirmed
 * hits are few.
 */
export async function markListed(tx: Tx, importIds: readonly string[]): Promise<void> {
  const imports = sql`any(${sql.param(`{${importIds.join(',')}}`)}::uuid[])`;
  await tx.execute(sql`
    update screening_hits h set is_listed = not h.is_listed
    where h.status = 'confirmed'
      and exists (select 1 from register_imports i where i.id = ${imports} and i.source = h.source)
      and h.is_listed <> (h.record_hash in (select r.record_hash from exclusion_records r where r.import_id = ${imports}))`);
}

/** Hits by id, locked in id order. */
export async function lockHits(tx: Tx, ids: readonly string[]): Promise<HitRow[]> {
  return tx
    .select()
    .from(screeningHits)
    .where(inArray(screeningHits.id, [...ids]))
    .orderBy(asc(screeningHits.id))
    .for('update');
}

/** Moves hits that are still in `expected`; returns how many. */
export async function updateHits(
  tx: Tx,
  at: { ids: readonly string[]; expected: HitRow['status'] },
  set: Partial<Pick<HitRow, 'status' | 'decidedAt'>>,
): Promise<number> {
  const rows = await tx
    .update(screeningHits)
    .set(set)
    .where(and(inArray(screeningHits.id, [...at.ids]), eq(screeningHits.status, at.expected)))
    .returning({ id: screeningHits.id });
  return rows.length;
}

export async function insertDecisions(
  tx: Tx,
  rows: (typeof screeningDecisions.$inferInsert)[],
): Promise<void> {
  await tx.insert(screeningDecisions).values(rows);
}

/** What was decided on hits, oldest first (screening_decisions_hit_idx). */
export async function decisionsOn(q: Queryable, hitIds: readonly string[]): Promise<DecisionRow[]> {
  if (hitIds.length === 0) return [];
  return q
    .select()
    .from(screeningDecisions)
    .where(inArray(screeningDecisions.hitId, [...hitIds]))
    .orderBy(asc(screeningDecisions.decidedAt), asc(screeningDecisions.id));
}

/** People with open hits, the one who waits longest first (screening_hits_open_idx). */
export async function listWaitingPeople(
  q: Queryable,
  limit: number,
): Promise<{ personId: string; hits: number; since: Date }[]> {
  return q
    .select({
      personId: screeningHits.personId,
      hits: sql<number>`count(*)::int`,
      since: sql<Date>`min(${screeningHits.openedAt})`.mapWith(screeningHits.openedAt),
    })
    .from(screeningHits)
    .where(eq(screeningHits.status, 'open'))
    .groupBy(screeningHits.personId)
    .orderBy(
      sql`max(${screeningHits.score}) desc`,
      sql`min(${screeningHits.openedAt})`,
      asc(screeningHits.personId),
    )
    .limit(limit);
}

/** How many people wait. */
export async function countWaitingPeople(q: Queryable): Promise<{ people: number; oldest: Date | null }> {
  const [row] = await q
    .select({
      people: sql<number>`count(distinct ${screeningHits.personId})::int`,
      oldest: sql<Date | null>`min(${screeningHits.openedAt})`.mapWith(screeningHits.openedAt),
    })
    .from(screeningHits)
    .where(eq(screeningHits.status, 'open'));
  return { people: row?.people ?? 0, oldest: row?.oldest ?? null };
}

/** Hits in a state, newest decision first. */
export async function listHitsIn(q: Queryable, status: HitRow['status'], limit: number): Promise<HitRow[]> {
  return q
    .select()
    .from(screeningHits)
    .where(eq(screeningHits.status, status))
    .orderBy(desc(screeningHits.decidedAt), desc(screeningHits.id))
    .limit(limit);
}
