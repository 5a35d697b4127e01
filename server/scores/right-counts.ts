import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { ALL_DAYS, type CellKey, type CountPlan, noCounts } from './counts.ts';
import { loadCounted } from './load-counted.ts';
import { measuredFields } from './measured-fields.ts';
import { countTask } from './task-counts.ts';

/** How many answers were right, of how many. */
export type CountedRight = { right: number; n: number };

/** How often answers to a field were right: held against gold, or against what most of the others gave. */
export type RightCount = CountedRight & { field: string; reference: 'gold' | 'others' };

/** Counts of a batch as a whole and, by id, of its readers. */
export type RightCounts = { whole: RightCount[]; readers: Map<string, RightCount[]> };

type Row = RightCount & { kind: 'batch' | 'reader' | 'case'; id: string; labelIds: string[] | null };

/**
 * The running right-or-wrong counts of a batch and of some of its readers, for weighing their answers; and what each of some cases with
 * gold has put into them, so that a case can be weighed without its own known answer (R8). One statement, so that a pass of the counts in
 * between takes nothing out that is not in. Indexes: the primary keys of score_cells, by subject and field, and scored_tasks.
 */
export async function rightCountsOf(
  q: Queryable,
  of: {
    batchId: string;
    schema: LabelSchema;
    readerIds: readonly string[];
    fields: readonly string[];
    taskIds: readonly string[];
  },
): Promise<RightCounts & { ofGoldCases: Map<string, RightCounts> }> {
  const { batchId } = of;
  const rows = [
    ...(await q.execute<Row>(sql`
      select subject_kind as kind, subject_id as id, field, reference,
        coalesce(sum(n) filter (where truth = answer), 0)::int as right, sum(n)::int as n, null::uuid[] as "labelIds"
      from score_cells
      where batch_id = ${batchId} and day = 'all' and reference in ('gold', 'others')
        and field = any (${sql.param([...of.fields])}::text[])
        and ((subject_kind = 'batch' and subject_id = ${batchId})
          or (subject_kind = 'reader' and subject_id = any (${sql.param([...of.readerIds])}::uuid[])))
      group by 1, 2, 3, 4
      union all
      select 'case', task_id, '', 'gold', 0, 0, label_ids from scored_tasks
      where batch_id = ${batchId} and is_gold and task_id = any (${sql.param([...of.taskIds])}::uuid[])`)),
  ];
  const cases = rows.flatMap((row) =>
    row.kind === 'case' ? [{ taskId: row.id, labelIds: row.labelIds ?? [] }] : [],
  );
  return {
    whole: rows.filter((row) => row.kind === 'batch'),
    readers: Map.groupBy(
      rows.filter((row) => row.kind === 'reader'),
      (row) => row.id,
    ),
    ofGoldCases: await countedOfCases(q, { batchId, schema: of.schema, cases }),
  };
}

/** What some cases with gold were counted as against it, by the function that counted them. */
async function countedOfCases(
  q: Queryable,
  of: { batchId: string; schema: LabelSchema; cases: readonly { taskId: string; labelIds: string[] }[] },
): Promise<Map<string, RightCounts>> {
  if (of.cases.length === 0) return new Map();
  const plan: CountPlan = {
    batchId: of.batchId,
    fields: measuredFields(of.schema, []),
    watched: new Set(),
    gated: [],
    limits: new Map(),
  };
  const tasks = of.cases.map((one) => ({ ...one, finalVersion: 0, isGold: true }));
  const counted = await loadCounted(q, plan, tasks);
  return new Map(
    [...counted].map(([taskId, task]) => {
      const counts = noCounts();
      countTask(counts, plan, task, 1);
      const own: RightCounts = { whole: [], readers: new Map() };
      for (const [key, n] of counts.cells) {
        const [kind, id, field, day, reference, truth, answer] = JSON.parse(key) as CellKey;
        if (reference !== 'gold' || day !== ALL_DAYS || kind === 'team') continue;
        const count: RightCount = { field, reference, right: truth === answer ? n : 0, n };
        if (kind === 'batch') own.whole.push(count);
        else own.readers.set(id, [...(own.readers.get(id) ?? []), count]);
      }
      return [taskId, own];
    }),
  );
}
