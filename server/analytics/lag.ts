import type { Batch, Reader } from '#server/work/reads.ts';
import type { RollUpMark } from './roll-up-queries.ts';
import type { LagView } from './schemas.ts';

/**
 * How far the detail of some batches is behind their labels: the largest distance between now and what is complete, over
 * batches to which somebody has submitted since; 0 when nothing was. A batch that was never rolled up and has reads is
 * behind since it was opened.
 */
export function lagOf(
  batches: readonly Batch[],
  world: {
    readers: ReadonlyMap<string, readonly Reader[]>;
    marks: ReadonlyMap<string, RollUpMark>;
    pass: Date | null;
  },
  now: Date,
): LagView {
  let lagMs = 0;
  let completeTo: Date | null = null;
  for (const batch of batches) {
    const readers = (world.readers.get(batch.id) ?? []).filter((row) => row.submitted > 0);
    const last = readers.reduce<Date | null>(
      (latest, row) => (latest === null || row.lastSeenAt > latest ? row.lastSeenAt : latest),
      null,
    );
    if (last === null) continue;
    const mark = world.marks.get(batch.id);
    const own = mark?.completeTo ?? batch.openedAt ?? batch.createdAt;
    const to = world.pass !== null && world.pass > own ? world.pass : own;
    if (last > to) lagMs = Math.max(lagMs, now.getTime() - to.getTime());
    if (mark && (completeTo === null || to < completeTo)) completeTo = to;
  }
  return { completeTo, lagMs };
}
