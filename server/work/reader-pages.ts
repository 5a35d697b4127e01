import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { readers } from '#db/schema/work.ts';
import type { Reader } from './reads.ts';
import type { Tier } from './rules.ts';

/** Readers in one page. */
const READERS_PER_PAGE = 1000;

/** All people of a batch at a tier, however many, by id, a page at a time. Index: the primary key. */
export async function* pagesOfReaders(
  q: Queryable,
  of: { batchId: string; tier: Tier },
  perPage = READERS_PER_PAGE,
): AsyncGenerator<Reader[]> {
  for (let after: string | null = null; ; ) {
    const page: Reader[] = await q
      .select()
      .from(readers)
      .where(
        and(
          eq(readers.batchId, of.batchId),
          eq(readers.tier, of.tier),
          after === null ? undefined : gt(readers.annotatorId, after),
        ),
      )
      .orderBy(asc(readers.annotatorId))
      .limit(perPage);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < perPage || !last) return;
    after = last.annotatorId;
  }
}

/** What is kept of each person of a batch at a tier, however many there are. */
export async function mapReaders<T>(
  q: Queryable,
  of: { batchId: string; tier: Tier },
  keep: (reader: Reader) => T,
): Promise<T[]> {
  const kept: T[] = [];
  for await (const page of pagesOfReaders(q, of)) for (const reader of page) kept.push(keep(reader));
  return kept;
}

/** Named people of a batch, at a tier or at each, by id, a page at a time; who is not in it is left out. Index: the primary key. */
export async function* pagesOfReadersById(
  q: Queryable,
  of: { batchId: string; tier?: Tier | undefined; annotatorIds: readonly string[] },
): AsyncGenerator<Reader[]> {
  for (let at = 0; at < of.annotatorIds.length; at += READERS_PER_PAGE)
    yield q
      .select()
      .from(readers)
      .where(
        and(
          eq(readers.batchId, of.batchId),
          of.tier && eq(readers.tier, of.tier),
          inArray(readers.annotatorId, of.annotatorIds.slice(at, at + READERS_PER_PAGE)),
        ),
      )
      .orderBy(asc(readers.annotatorId));
}

/** People named in several batches, at a tier or at each. */
export async function readersOf(
  q: Queryable,
  named: readonly { batchId: string; personId: string }[],
  tier?: Tier,
): Promise<Reader[]> {
  const found: Reader[] = [];
  for (const [batchId, own] of Map.groupBy(named, (one) => one.batchId)) {
    const annotatorIds = [...new Set(own.map((one) => one.personId))];
    for await (const page of pagesOfReadersById(q, { batchId, tier, annotatorIds })) found.push(...page);
  }
  return found;
}

/** Names by which named people of a batch are known in it, by id. */
export async function aliasesOf(
  q: Queryable,
  of: { batchId: string; tier: Tier; annotatorIds: readonly string[] },
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const page of pagesOfReadersById(q, of))
    for (const reader of page) found.set(reader.annotatorId, reader.alias);
  return found;
}

/** Who is known by an alias in a batch at a tier, where it is given once; null when nobody is. */
export async function findReaderByAlias(
  q: Queryable,
  of: { batchId: string; tier: Tier; alias: string },
): Promise<Reader | null> {
  const [row] = await q
    .select()
    .from(readers)
    .where(and(eq(readers.batchId, of.batchId), eq(readers.tier, of.tier), eq(readers.alias, of.alias)))
    .limit(1);
  return row ?? null;
}
