import type { NamesBatch } from './one-or-several.ts';

/**
 * Where the row of reader `q.annotator_id` lies now, for statements that go to it by `ctid`. A busy reader's row is written
 * with each read, and while somebody's long transaction keeps old versions (a backup, an export) the key leads to all of them,
 * oldest first; the index is walked from its other end here, where the newest mostly is (new pages come last). Who changes the row in
 * between makes the place stale: then the row is not found, and its person goes alone. Index: readers_person_idx.
 */
export const readerAt = (
  batch: NamesBatch,
) => `(select r.ctid from readers r where r.batch_id = ${batch('q')} and r.annotator_id = q.annotator_id
    and r.tier = 'label' order by r.joined_at desc limit 1)`;
