import type { Database } from '#db/client.ts';
import type { NamesBatch } from './one-or-several.ts';
import { memoryOf } from './process-memory.ts';

/** Readers whose row's place a process remembers. */
const MOST_KNOWN = 100_000;
/** A row is found by its key so many writes after the last time: PostgreSQL tidies a page up when a key leads there, not when a place does. */
const BY_KEY_EVERY = 8;

type Place = { at: string; writes: number };
type ReaderOf = { batchId: string; annotatorId: string };
const places = memoryOf<Place>(MOST_KNOWN);
const keyOf = (of: ReaderOf) => `${of.batchId} ${of.annotatorId}`;

/** Remembers where a reader's row lies, of which a statement has just made this version; null when it did not find the row. */
export function rememberReader(db: Database, of: ReaderOf, at: string | null): void {
  const memory = places(db);
  const known = memory.get(keyOf(of));
  // A submit and the claim that goes with it are one write.
  if (known?.at === at) return;
  if (at === null) memory.delete(keyOf(of));
  else memory.set(keyOf(of), { at, writes: (known?.writes ?? 0) + 1 });
}

/**
 * Where this process has last written a reader's row; null when it does not know, or the key's turn has come. Only a hint: whoever wrote the
 * row since, in another way or process, has moved it.
 */
export function hintOfReader(db: Database, of: ReaderOf): string | null {
  const known = places(db).get(keyOf(of));
  return known === undefined || known.writes % BY_KEY_EVERY === 0 ? null : known.at;
}

/**
 * Where the row of reader `q.annotator_id` lies now, for statements that go to it by `ctid`: where `q.reader_hint` says, or else by its key.
 * A busy reader's row is written with each read, and while somebody's long transaction keeps old versions (a backup, an export) the key
 * leads to all of them, oldest first; the index is walked from its other end here, where the newest mostly is (new pages come last). Who
 * changes the row in between makes the place stale: then the row is not found, and its person goes alone. Index: readers_person_idx.
 */
export const readerAt = (batch: NamesBatch) => `coalesce(
    (select r.ctid from readers r where r.ctid = q.reader_hint and (r.batch_id = ${batch('q')}) is true
      and (r.annotator_id = q.annotator_id) is true and (r.tier = 'label') is true limit 1),
    (select r.ctid from readers r where r.batch_id = ${batch('q')} and r.annotator_id = q.annotator_id
      and r.tier = 'label' order by r.joined_at desc limit 1))`;
