import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { readers, terms } from '#db/schema/work.ts';
import { batches } from '#db/schema/work-batches.ts';
import { beforeSpanSql, spanSql } from './claim-queries.ts';
import { LANES_PER_POOL, laneOf } from './pool-rules.ts';
import type { Batch, Reader, Terms } from './reads.ts';
import type { Tier } from './rules.ts';

type Key = { batchId: string; annotatorId: string; tier: Tier };

/** Locks the batch so that people join one after the other and its state cannot change meanwhile. */
export async function lockForJoin(tx: Tx, batchId: string): Promise<Batch | null> {
  const [row] = await tx.select().from(batches).where(eq(batches.id, batchId)).for('no key update');
  return row ?? null;
}

/** The number of the next reader of a tier in the batch, from 1. Safe under `lockForJoin`. Index: readers_no_idx. */
export async function nextReaderNo(tx: Tx, batchId: string, tier: Tier): Promise<number> {
  const [row] = await tx.execute<{ n: number }>(sql`
    select coalesce(max(reader_no), 0)::int + 1 as n from readers where batch_id = ${batchId} and tier = ${tier}`);
  return row?.n ?? 1;
}

/**
 * Where a reader starts: the lane whose head is least far (most is open there), then the one with fewest readers, and
 * just before its head. A head is the span of the first open slot, no place: within a span the probe finds whichever slot comes first on
 * disk, and lanes that are equally far would be told apart by that. Reads kept for onshore readers (the highest pool) come first, so that
 * they are not left over. One index probe per lane. Index: slots_claim_idx.
 */
export async function findStart(
  tx: Tx,
  input: { batchId: string; tier: Tier; overlap: number; pools: { from: number; to: number } },
): Promise<{ lane: number; afterKey: bigint }> {
  const { pools, overlap } = input;
  const rows = await tx.execute<{ lane: number; pool: number; afterKey: string | null; readers: number }>(sql`
    select l.lane::int as lane, p.no::int as pool,
      (select ${sql.raw(beforeSpanSql('s.sort_key'))} from slots s where s.batch_id = ${input.batchId} and s.tier = ${input.tier}
        and s.lane = l.lane and s.annotator_id is null and s.reserved_for is null order by ${sql.raw(spanSql('s.sort_key'))} limit 1) as "afterKey",
      (select count(*)::int from readers r where r.batch_id = ${input.batchId} and r.tier = ${input.tier}
        and r.lane = l.lane) as readers
    from generate_series(${pools.from}::int, ${pools.to}::int) as p (no)
    cross join generate_series(p.no * ${LANES_PER_POOL} + 1, p.no * ${LANES_PER_POOL} + ${overlap}::int) as l (lane)`);
  const [best] = [...rows]
    .filter((row) => row.afterKey !== null)
    .sort(
      (a, b) =>
        b.pool - a.pool ||
        Number(a.afterKey) - Number(b.afterKey) ||
        a.readers - b.readers ||
        a.lane - b.lane,
    );
  if (!best || best.afterKey === null) return { lane: laneOf(pools.to, 0), afterKey: -1n };
  return { lane: best.lane, afterKey: BigInt(best.afterKey) };
}

export async function insertReader(tx: Tx, row: typeof readers.$inferInsert): Promise<void> {
  await tx.insert(readers).values(row);
}

export async function insertTerms(tx: Tx, row: typeof terms.$inferInsert): Promise<void> {
  await tx.insert(terms).values(row);
}

/** The reader's row, locked. */
export async function lockReader(tx: Tx, key: Key): Promise<Reader | null> {
  const [row] = await tx
    .select()
    .from(readers)
    .where(
      and(
        eq(readers.batchId, key.batchId),
        eq(readers.annotatorId, key.annotatorId),
        eq(readers.tier, key.tier),
      ),
    )
    .for('update');
  return row ?? null;
}

/**
 * The organisation through which a person became a reader here, which is paid for all they read in the batch (R32); null
 * for who has not joined. Index: the primary keys.
 */
export async function findPayeeOfReader(
  q: Queryable,
  key: Key,
): Promise<{ orgId: string; legalName: string } | null> {
  const [row] = await q.execute<{ orgId: string; legalName: string }>(sql`
    select e.via_org_id as "orgId", o.legal_name as "legalName"
    from readers r join engagements e on e.id = r.engagement_id join organisations o on o.id = e.via_org_id
    where r.batch_id = ${key.batchId} and r.annotator_id = ${key.annotatorId} and r.tier = ${key.tier}`);
  return row ?? null;
}

/** The engagements through which people are inside a batch, at any tier. Index: readers_pkey. */
export async function listEngagementsInside(q: Queryable, batchId: string): Promise<Set<string>> {
  const rows = await q.execute<{ id: string }>(
    sql`select distinct engagement_id as id from readers where batch_id = ${batchId} limit 5000`,
  );
  return new Set([...rows].map((row) => row.id));
}

export async function findTerms(tx: Queryable, key: Key & { termsNo: number }): Promise<Terms | null> {
  const [row] = await tx
    .select()
    .from(terms)
    .where(
      and(
        eq(terms.batchId, key.batchId),
        eq(terms.annotatorId, key.annotatorId),
        eq(terms.tier, key.tier),
        eq(terms.termsNo, key.termsNo),
      ),
    );
  return row ?? null;
}

export async function updateReader(
  tx: Tx,
  key: Key,
  set: Partial<typeof readers.$inferInsert>,
): Promise<void> {
  await tx
    .update(readers)
    .set(set)
    .where(
      and(
        eq(readers.batchId, key.batchId),
        eq(readers.annotatorId, key.annotatorId),
        eq(readers.tier, key.tier),
      ),
    );
}

/** What the readers of a batch hold and have earned, fee included: what is spoken for of its reserve (R29). */
export async function spokenFor(q: Queryable, batchId: string): Promise<bigint> {
  const [row] = await q.execute<{ minor: string }>(sql`
    select coalesce(sum(r.encumbered_minor + r.accrued_minor + r.accrued_fee_minor), 0)::text as minor
    from readers r where r.batch_id = ${batchId}`);
  return BigInt(row?.minor ?? '0');
}

/**
 * Whether a turn of a tier waits for anybody in some pools (null: none is theirs), or a repeat for this person. A probe per kind of lane.
 * Indexes: slots_claim_idx, slots_reserved_idx.
 */
export async function hasOpen(
  q: Queryable,
  key: {
    batchId: string;
    annotatorId: string;
    tier: Tier;
    pools: { from: number; to: number } | 'all' | null;
  },
): Promise<boolean> {
  const { pools } = key;
  const isOpen = (lanes: SQL) =>
    sql`(select true from slots s where s.batch_id = ${key.batchId} and s.tier = ${key.tier} and ${lanes}
      and s.annotator_id is null and s.reserved_for is null limit 1)`;
  const probes =
    pools === null
      ? []
      : pools === 'all'
        ? [isOpen(sql`true`)]
        : [
            isOpen(sql`s.lane = 0`),
            isOpen(sql`s.lane between ${-pools.to}::int and ${-pools.from}::int`),
            isOpen(
              sql`s.lane between ${laneOf(pools.from, 0)}::int and ${laneOf(pools.to, LANES_PER_POOL - 1)}::int`,
            ),
          ];
  const repeat = sql`(select true from slots s where s.batch_id = ${key.batchId} and s.reserved_for = ${key.annotatorId}
    and s.tier = ${key.tier} and s.annotator_id is null limit 1)`;
  const [row] = await q.execute<{ isOpen: boolean }>(
    sql`select coalesce(${sql.join([...probes, repeat], sql`, `)}, false) as "isOpen"`,
  );
  return row?.isOpen ?? false;
}

/**
 * A person's active minutes since midnight UTC, in whatever batch: the sum of their own rows. Index: readers_person_idx.
 */
export async function activeMinutesToday(
  q: Queryable,
  input: { personId: string; now: Date },
): Promise<number> {
  const [row] = await q.execute<{ ms: string }>(sql`
    select coalesce(sum(r.day_active_ms), 0)::text as ms from readers r
    where r.annotator_id = ${input.personId} and r.active_day = ${input.now.toISOString().slice(0, 10)}::date`);
  return Number(row?.ms ?? 0) / 60_000;
}
