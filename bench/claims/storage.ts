import { sql } from 'drizzle-orm';
import { measured } from '#bench/result.ts';
import { insertOpenings } from '#server/agreements/opening-queries.ts';
import { newIds } from '#server/core/ids.ts';
import { readToTheEnd } from './cells.ts';
import { loadBatches, makePeople } from './load.ts';
import { settleRate } from './settling.ts';
import { CONNECTIONS, type Findings, startWorld, type World } from './world.ts';

const LABEL_LIMIT_BYTES = 600;
const OPENING_LIMIT_BYTES = 150;
/** People who open the same cases, and how many of these each opens. */
const OPENERS = 5;
const OPENED = 200;
/**
 * Files of a case, which are opened together: the slices of a small series. Pages put equal keys together when they are full, so
 * that a log of some thousand openings would weigh too much.
 */
const FILES = 40;

/** Cases of a batch that is read to its end, how many read each, and who does. */
const READ_CASES = 20_000;
const READ_OVERLAP = 3;
const READ_BY = 32;

type Sized = { name: string; parent: string; bytes: string };

/** The tables that hold work, and labels. */
const WORK = ['tasks', 'slots', 'slot_releases'] as const;
const LABELS = ['labels'] as const;

/** Bytes of tables and their indexes, vacuumed: neither rewritten nor reindexed. */
async function sizesOf({ admin }: World, tables: readonly string[]): Promise<Sized[]> {
  for (const table of tables) await admin`vacuum ${admin(table)}`;
  const indexes = await admin<Sized[]>`
    select x.relname as name, c.relname as parent, pg_relation_size(x.oid)::text as bytes from pg_index i
    join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relname in ${admin([...tables])} order by 2, 1`;
  const heaps = await admin<Sized[]>`
    select c.relname as name, c.relname as parent, pg_table_size(c.oid)::text as bytes from pg_class c
    where c.relname in ${admin([...tables])} and c.relkind = 'r' order by 1`;
  return [...heaps, ...indexes];
}

const sumOf = (rows: readonly Sized[]): number => rows.reduce((bytes, row) => bytes + Number(row.bytes), 0);

async function countRows(world: World): Promise<{ slots: number; labels: number }> {
  const [n] = await world.db.execute<{ slots: number; labels: number }>(
    sql`select (select count(*)::int from slots) as slots, (select count(*)::int from labels) as labels`,
  );
  return { slots: n?.slots ?? 1, labels: Math.max(1, n?.labels ?? 1) };
}

/**
 * Bytes of an open slot with its share of its case, indexes and all, as a batch lies there once it is loaded; `labelBytes` adds what a
 * label takes for itself.
 */
export async function openSlotBytes(world: World, { cases }: Findings): Promise<number> {
  const rows = await sizesOf(world, WORK);
  const { slots } = await countRows(world);
  for (const row of rows)
    cases.push(measured('storage, open slots', row.name, Number(row.bytes) / slots, 'B/slot'));
  return sumOf(rows) / slots;
}

/** Bytes of a label, indexes and all, after the rounds; what it takes together with a slot that was `open` at its load is judged. */
export async function labelBytes(world: World, open: number, { cases, checks }: Findings): Promise<void> {
  const rows = await sizesOf(world, LABELS);
  const { labels } = await countRows(world);
  for (const row of rows)
    cases.push(measured('storage, labels', row.name, Number(row.bytes) / labels, 'B/label'));
  const own = sumOf(rows) / labels;
  checks.push({
    check: `an open slot with its share of its case, and a label: at most ${LABEL_LIMIT_BYTES} B`,
    pass: open + own <= LABEL_LIMIT_BYTES,
    detail: `${Math.round(open)} B and ${Math.round(own)} B over ${labels.toLocaleString('en')} labels`,
  });
}

/**
 * What a label takes in tasks, slots, releases and labels once everything in its batch has been read, in a cluster of its own (ADR 031);
 * and how fast its cases settle after that.
 */
export async function storageReadToTheEnd(found: Findings): Promise<void> {
  const { cases, checks } = found;
  const world = await startWorld(CONNECTIONS);
  try {
    const groups = [await makePeople(world, READ_BY)];
    const { batches } = await loadBatches(world, { tasks: READ_CASES, overlap: READ_OVERLAP, groups });
    for (const { batchId, readers } of batches)
      await Promise.all(readers.map((who) => readToTheEnd(who, batchId)));
    const tables = [...WORK, ...LABELS];
    const rows = await sizesOf(world, tables);
    const { labels } = await countRows(world);
    const name = `storage, batch read to its end, ${labels.toLocaleString('en')} labels`;
    for (const row of rows) cases.push(measured(name, row.name, Number(row.bytes) / labels, 'B/label'));
    const sum = sumOf(rows) / labels;
    for (const table of tables) await world.admin`reindex table ${world.admin(table)}`;
    const rewritten = sumOf(await sizesOf(world, tables)) / labels;
    cases.push(
      measured(name, 'in all', sum, 'B/label'),
      measured(name, 'in all, indexes rewritten', rewritten, 'B/label'),
    );
    checks.push({
      check: `a label of a batch that was read to its end: at most ${LABEL_LIMIT_BYTES} B`,
      pass: sum <= LABEL_LIMIT_BYTES,
      detail: `${Math.round(sum)} B, with indexes rewritten ${Math.round(rewritten)} B`,
    });
    for (const { batchId } of batches)
      await settleRate(world, { batchId, cases: READ_CASES, overlap: READ_OVERLAP }, found);
  } finally {
    await world.stop();
  }
}

/**
 * Bytes of the access log for each opening, indexes and all: people open the files of their cases in an order of their own, by the
 * gate's own statement.
 */
export async function accessLog(world: World, batchId: string, { cases, checks }: Findings): Promise<void> {
  const files = Array.from({ length: OPENED }, () => newIds(FILES));
  const openers = newIds(OPENERS);
  for (let n = 0; n < OPENED; n += 1)
    await Promise.all(
      openers.map((personId, who) =>
        insertOpenings(world.db, {
          at: new Date(),
          personId,
          // 7 has no divisor in common with the number of cases, so that each is opened once by everybody.
          assetIds: files[(n * 7 + who * 131) % OPENED] ?? [],
          batchId,
          allowed: true,
          words: 'baa_chain',
          country: 'US',
        }),
      ),
    );
  const [row] = await world.admin<{ heap: string; indexes: string; n: number }[]>`
    select pg_table_size('asset_openings')::text as heap, pg_indexes_size('asset_openings')::text as indexes, count(*)::int as n
    from asset_openings`;
  const n = Math.max(1, row?.n ?? 1);
  const [heap, indexes] = [Number(row?.heap) / n, Number(row?.indexes) / n];
  cases.push(
    measured('storage, access log', 'asset_openings', heap, 'B/opening'),
    measured('storage, access log', 'its indexes', indexes, 'B/opening'),
  );
  checks.push({
    check: `an opening of a file takes at most ${OPENING_LIMIT_BYTES} B in the access log`,
    pass: heap + indexes <= OPENING_LIMIT_BYTES,
    detail: `${Math.round(heap + indexes)} B over ${n.toLocaleString('en')} openings`,
  });
}
