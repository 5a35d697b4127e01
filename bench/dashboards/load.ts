import type { World } from '#bench/claims/world.ts';
import type { Phases } from '#bench/result.ts';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { manualClock } from '#server/core/clock.ts';
import { joinBatch } from '#server/work/join-batch.ts';

/** Reads of each case, readers of each batch, batches of a project: the same at every size, so that only labels differ. */
export const SHAPE = { overlap: 5, readers: 12, batches: 10 };
/** Points in the history of a batch's scores. */
const HISTORY = 40;
const DAYS = 30;
/** A read with its fee: what opening reserves for each. */
const READ_MINOR = 120 + 18;

export type LoadedProject = { scene: WorkScene; batchIds: string[]; labels: number };

/** A project with ten batches and their readers, made by the commands while every key is there. */
export async function makeProject(world: World, labels: number): Promise<LoadedProject> {
  const scene = await makeWorkScene(world.db, {
    cases: 2,
    fields: [gradeField()],
    gold: { 0: { grade: ['1'] } },
    fundsMinor: 10n ** 10n,
    clock: manualClock(new Date()),
  });
  const batchIds: string[] = [];
  const people = [];
  for (let i = 0; i < SHAPE.readers; i += 1) people.push(await makeWorker(scene));
  for (let b = 0; b < SHAPE.batches; b += 1) {
    const batchId = await makeBatch(scene, { overlap: SHAPE.overlap, goldMode: 'embedded' });
    for (const who of people) await joinBatch(who, { batchId, tier: 'label' });
    batchIds.push(batchId);
  }
  return { scene, batchIds, labels };
}

/** Its reads, over all batches: four of five cases settled, one of twenty with a known answer. */
export async function fillProject(world: World, { batchIds, labels }: LoadedProject): Promise<void> {
  const tasks = Math.round(labels / SHAPE.batches / SHAPE.overlap);
  await inTwos(batchIds, (id) => fillBatch(world, id, tasks));
}

/** Tables whose rows are many here, the largest first. */
const LARGE_TABLES = ['slots', 'labels', 'tasks', 'final_labels', 'disputed_tasks'];

/**
 * Loads with the keys and indexes of the large tables put away, and without a log; builds them afterwards and vacuums these tables, so that no
 * vacuum of its own comes upon what is measured; always two at a time, for the two cores.
 */
export async function withoutIndexes(world: World, phases: Phases, load: () => Promise<void>): Promise<void> {
  const { loader } = world;
  const tables = loader(LARGE_TABLES);
  const keys = await loader<{ name: string; parent: string; definition: string }[]>`
    select k.conname as name, c.relname as parent, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and c.relname in ${tables} and k.contype = 'p'`;
  const indexes = await loader<{ name: string; definition: string }[]>`
    select x.relname as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and c.relname in ${tables} and not i.indisprimary`;
  for (const { name } of indexes) await loader.unsafe(`drop index ${name}`);
  for (const { name, parent } of keys) await loader.unsafe(`alter table ${parent} drop constraint ${name}`);
  // Without a log, which is for crashes: what is read of them afterwards is the same.
  for (const table of LARGE_TABLES) await loader.unsafe(`alter table ${table} set unlogged`);
  await phases.time('labels loaded', load);
  await phases.time('keys and indexes', async () => {
    // A key locks its table against the building of an index, so keys come first.
    await inTwos(keys, ({ name, parent, definition }) =>
      loader.unsafe(`alter table ${parent} add constraint ${name} ${definition}`),
    );
    await inTwos(indexes, ({ definition }) => loader.unsafe(definition));
  });
  await phases.time('vacuum', async () => {
    await inTwos(LARGE_TABLES, (table) => loader.unsafe(`vacuum (analyze) ${table}`));
    await loader`analyze`;
  });
}

async function inTwos<T>(list: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const queue = [...list];
  const hand = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all([hand(), hand()]);
}

/** Fills a batch as if it had been read for a month, by statements over whole sets. */
async function fillBatch(world: World, batchId: string, tasks: number): Promise<void> {
  const { overlap } = SHAPE;
  const sql = world.loader;
  await sql.begin(async (tx) => {
    await tx`create temp table made on commit drop as
      select n, uuidv7() as id, case when n % 20 < 16 then 'final' when n % 20 = 16 then 'in_review'
        when n % 20 = 17 then 'labelled' else 'open' end as status
      from generate_series(2, ${tasks}::int) n`;
    await tx`insert into tasks (batch_id, id, case_id, sort_key, status, reads_needed, reads_done)
      select ${batchId}, id, id, n, status, ${overlap}, case when status = 'open' then ${overlap} - 1 else ${overlap} end from made`;
    await tx`create temp table reading on commit drop as
      select m.id as task_id, m.n, s as slot_no, uuidv7() as label_id, r.annotator_id,
        now() - make_interval(secs => (m.n::bigint * 37 % (${DAYS} * 86400))) as at,
        case when (m.n + s) % 9 = 0 then '2' else '1' end as grade
      from made m cross join generate_series(0, ${overlap - 1}) s
      join readers r on r.batch_id = ${batchId} and r.tier = 'label' and r.reader_no = 1 + (m.n + s) % ${SHAPE.readers}`;
    await tx`insert into slots (batch_id, task_id, slot_no, tier, round, lane, sort_key, status, annotator_id, lease_id,
        claimed_at, submitted_at, terms_no, label_id, revision, accepted_at)
      select ${batchId}, task_id, slot_no, 'label', 1, slot_no + 1, n, 'accepted', annotator_id, label_id, at, at, 1,
        label_id, 1, at from reading`;
    await tx`insert into labels (batch_id, id, task_id, slot_no, tier, round, revision, annotator_id, lease_id, terms_no, answers,
        label_origin, app_build, viewport, active_ms, submitted_at)
      select ${batchId}, label_id, task_id, slot_no, 'label', 1, 1, annotator_id, label_id, 1,
        jsonb_build_object('grade', grade), 'manual', 'bench', '1440x900', 20000, at
      from reading`;
    await tx`insert into final_labels (batch_id, task_id, version, case_id, fields, method, sources, cost_minor, currency, settled_at)
      select ${batchId}, id, 1, id, '{"grade": {"value": "1", "confidence": 0.8, "votes": [{"value": "1", "n": 4}, {"value": "2", "n": 1}], "path": "majority"}}',
        'majority', '[]', 690, 'USD', now() from made where status = 'final'`;
    await tx`insert into gold_answers (batch_id, task_id, gold_item_id, answers)
      select ${batchId}, id, id, '{"grade": ["1"]}' from made where n % 20 = 5`;
    await tx`insert into disputed_tasks (batch_id, field, task_id, share, kinds, reads)
      select ${batchId}, 'grade', task_id, 0.8, 2, 5 from reading group by task_id having count(distinct grade) > 1`;
    await tx`update readers r set claimed = n, submitted = n, accepted = n, active_ms = n * 20000::bigint, gold_n = n / 20,
        gold_ok = n / 21, accrued_minor = n * 120, accrued_fee_minor = n * 18, last_seen_at = now()
      from (select annotator_id, count(*)::int as n from reading group by 1) u
      where r.batch_id = ${batchId} and r.annotator_id = u.annotator_id and r.tier = 'label'`;
    await tx`update batches set task_count = ${tasks}, slot_count = ${tasks * overlap}, reserved_minor = ${tasks * overlap * READ_MINOR}
      where id = ${batchId}`;
    await fillScores(tx, batchId);
  });
}

/** Scores and running counts of the shape that reading for a month leaves: they do not grow with labels. */
async function fillScores(
  sql: World['loader'] | Parameters<Parameters<World['loader']['begin']>[1]>[0],
  batchId: string,
) {
  await sql`
    insert into scores (id, project_id, batch_id, subject_kind, subject_id, other_id, field, metric, value, lower, upper, n,
      method, method_version, computed_at)
    select gen_random_uuid(), b.project_id, b.id, s.kind, s.id, s.other, 'grade', s.metric, 0.8, 0.75, 0.85, 1000, 'm', '1',
      now() - make_interval(hours => h)
    from batches b cross join generate_series(1, ${HISTORY}) h cross join lateral (
      select 'batch' as kind, b.id, null::uuid as other, unnest(array['krippendorff_alpha', 'accuracy', 'throughput']) as metric
      union all select 'reader', r.annotator_id, null, unnest(array['accuracy', 'consensus_agreement', 'throughput'])
        from readers r where r.batch_id = b.id
      union all select 'pair', r.annotator_id, o.annotator_id, 'cohen_kappa' from readers r
        join readers o on o.batch_id = r.batch_id and o.reader_no > r.reader_no where r.batch_id = b.id) s
    where b.id = ${batchId}`;
  await sql`
    insert into score_cells (batch_id, subject_kind, subject_id, field, day, reference, truth, answer, n)
    select ${batchId}, s.kind, s.id, 'grade', d.day, x.reference, x.truth, x.answer, 500
    from (select 'batch' as kind, ${batchId}::uuid as id union all
      select 'reader', annotator_id from readers where batch_id = ${batchId}) s
    cross join (select 'all' as day union all
      select to_char(now() - make_interval(days => n), 'YYYY-MM-DD') from generate_series(1, ${DAYS}) n) d
    cross join (values ('gold', '1', '1'), ('gold', '1', '2'), ('final', '1', '1'), ('final', '1', '2'), ('others', '1', '1'),
      ('others', '1', '2'), ('answers', '', '1'), ('answers', '', '2')) x (reference, truth, answer)`;
  await sql`
    insert into running_scores (batch_id, subject_kind, subject_id, field, day, metric, value, lower, upper, n, excluded, method,
      method_version, computed_at)
    select batch_id, subject_kind, subject_id, field, day, m, 0.8, 0.75, 0.85, 500, 0, 'm', '1', now()
    from (select distinct batch_id, subject_kind, subject_id, field, day from score_cells where batch_id = ${batchId}) k
    cross join unnest(array['krippendorff_alpha', 'accuracy', 'consensus_agreement']) m`;
  await sql`
    insert into score_pairs (batch_id, field, first_id, second_id, first_answer, second_answer, n)
    select ${batchId}, 'grade', least(a.annotator_id, b.annotator_id), greatest(a.annotator_id, b.annotator_id), x, y, 100
    from readers a join readers b on b.batch_id = a.batch_id and b.reader_no > a.reader_no
    cross join unnest(array['1', '2']) x cross join unnest(array['1', '2']) y where a.batch_id = ${batchId}`;
}
