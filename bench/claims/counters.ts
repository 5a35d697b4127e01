import { cellOf, type HandedOut, SUBMIT_AND_NEXT } from './cells.ts';
import type { LoadedBatch } from './load.ts';
import type { Findings, World } from './world.ts';

/**
 * While everybody submits, each reader's counters are held against their labels, over and over, each time in one snapshot: they must
 * be exact at any moment, since a submit writes both or neither.
 */
export async function countersExact(
  world: World,
  batches: readonly LoadedBatch[],
  ms: number,
  log: HandedOut[],
  found: Findings,
): Promise<void> {
  let isOver = false;
  const looks: { labels: number; wrong: number }[] = [];
  const cell = cellOf(SUBMIT_AND_NEXT, batches, { ms, slots: Number.POSITIVE_INFINITY }, log).finally(() => {
    isOver = true;
  });
  while (!isOver) looks.push(await lookOnce(world, batches));
  await cell;
  const [first, last] = [looks[0], looks.at(-1)];
  const wrong = looks.reduce((sum, look) => sum + look.wrong, 0);
  const counted = (last?.labels ?? 0) - (first?.labels ?? 0);
  found.checks.push({
    check: 'the counters of every reader equal their labels at any moment while all submit',
    pass: wrong === 0 && looks.length >= 2 && counted > 0,
    detail: `${looks.length} looks while ${counted.toLocaleString('en')} labels came, ${wrong} readers not equal`,
  });
}

async function lookOnce(
  world: World,
  batches: readonly LoadedBatch[],
): Promise<{ labels: number; wrong: number }> {
  const people = batches.flatMap((batch) => batch.readers.map((who) => who.actor.personId));
  const [row] = await world.admin<{ labels: number; wrong: number }[]>`
    select coalesce(sum(l.n), 0)::int as labels,
      (count(*) filter (where (r.submitted, r.active_ms) <> (coalesce(l.n, 0), coalesce(l.active_ms, 0))))::int as wrong
    from readers r
    left join (
      select batch_id, annotator_id, count(*) as n, sum(active_ms) as active_ms from labels
      where batch_id = any (${batches.map((batch) => batch.batchId)}::uuid[]) and tier = 'label' group by 1, 2) l
      on l.batch_id = r.batch_id and l.annotator_id = r.annotator_id
    where r.batch_id = any (${batches.map((batch) => batch.batchId)}::uuid[]) and r.tier = 'label'
      and r.annotator_id = any (${people}::uuid[])`;
  return row ?? { labels: 0, wrong: 1 };
}
