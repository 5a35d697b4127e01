import { sql } from 'drizzle-orm';
import type { WorkScene } from '#db/seed/factories/work.ts';
import { finalFields } from '#server/labels/schemas.ts';
import { proportion } from '#server/quality/proportion.ts';
import { stratifiedShift } from '#server/quality/stratified-share.ts';
import { spendOfBatches } from '#server/work/reads.ts';
import type { Arm, SimBatch, SimPerson } from './arms.ts';
import type { Driven } from './drive.ts';
import type { SimulateOptions } from './options.ts';
import { caseAt } from './people.ts';

export type ArmResult = {
  arm: Arm;
  cases: number;
  settled: number;
  /** Label reads submitted, and those of settled cases. */
  labels: number;
  labelsPerSettledCase: number | null;
  accuracy: { value: number | null; interval: [number, number] | null; n: number };
  costMinor: number;
  /** What the reads of settled cases cost, fee included, over those that are right. */
  costPerCorrectMinor: number | null;
  /** Cases by how many reads they took. */
  readsHistogram: number[];
};

export type SimulationResult = {
  annotators: number;
  minutes: number;
  seed: number;
  spammers: number;
  reads: number;
  calls: number;
  callsPerSecond: number;
  elapsedSeconds: number;
  /** How long the crowd took, in its own time. */
  crowdMinutes: number;
  refusedCalls: number;
  arms: ArmResult[];
  /** 1 − labels per settled case, adaptive over fixed. */
  labelsSaved: number | null;
  accuracyDifference: number | null;
  /** Of the accuracies on the same cases, 95 % (Agresti and Min's, for pairs). */
  differenceInterval: [number, number] | null;
};

/** What came out: final labels held against the truth that only the simulation knows. */
export async function resultOf(
  scene: WorkScene,
  run: {
    batches: readonly SimBatch[];
    crowd: readonly SimPerson[];
    driven: Driven;
    options: SimulateOptions;
  },
): Promise<SimulationResult> {
  const { driven, options } = run;
  const outcomes = await Promise.all(
    (['fixed', 'adaptive'] as const).map((arm) =>
      armResult(
        scene,
        arm,
        run.batches.filter((batch) => batch.arm === arm).map((batch) => batch.batchId),
        options,
      ),
    ),
  );
  const arms = outcomes.map((one) => one.result);
  const [fixed, adaptive] = arms;
  const both = fixed?.labelsPerSettledCase && adaptive?.labelsPerSettledCase;
  return {
    annotators: options.annotators,
    minutes: options.minutes,
    seed: options.seed,
    spammers: run.crowd.filter((person) => person.isSpammer).length,
    reads: driven.reads,
    calls: driven.calls,
    callsPerSecond: round((driven.calls * 1000) / Math.max(1, driven.elapsedMs)),
    elapsedSeconds: round(driven.elapsedMs / 1000),
    crowdMinutes: round(driven.crowdMs / 60_000),
    refusedCalls: driven.refused,
    arms,
    labelsSaved: both
      ? round(1 - (adaptive.labelsPerSettledCase ?? 0) / (fixed.labelsPerSettledCase ?? 1))
      : null,
    accuracyDifference:
      fixed?.accuracy.value == null || adaptive?.accuracy.value == null
        ? null
        : round(adaptive.accuracy.value - fixed.accuracy.value),
    differenceInterval: differenceOf(outcomes[0]?.isRight, outcomes[1]?.isRight),
  };
}

async function armResult(
  scene: WorkScene,
  arm: Arm,
  batchIds: readonly string[],
  { seed }: SimulateOptions,
): Promise<{ result: ArmResult; isRight: Map<string, boolean> }> {
  const index = new Map(scene.dataset.cases.map((one, at) => [one.id, at]));
  const ids = sql.param([...batchIds]);
  const rows = await scene.db.execute<{ caseId: string; fields: unknown; reads: number }>(sql`
    select f.case_id as "caseId", f.fields, t.reads_done as reads from final_labels f
    join tasks t on t.batch_id = f.batch_id and t.id = f.task_id and t.status = 'final'
    where f.batch_id = any (${ids}::uuid[])
      and f.version = (select max(version) from final_labels x where x.batch_id = f.batch_id and x.task_id = f.task_id)`);
  const [counts] = await scene.db.execute<{ cases: number; labels: number }>(sql`
    select (select count(*)::int from tasks where batch_id = any (${ids}::uuid[])) as cases,
      (select coalesce(sum(submitted), 0)::int from readers where batch_id = any (${ids}::uuid[]) and tier = 'label') as labels`);
  const finals = [...rows];
  const isRight = new Map(
    finals.map((row) => {
      const value = finalFields.parse(row.fields).finding?.value;
      return [row.caseId, value === caseAt(index.get(row.caseId) ?? 0, seed).truth];
    }),
  );
  const right = [...isRight.values()].filter(Boolean).length;
  const histogram: number[] = [];
  for (const row of finals) histogram[row.reads] = (histogram[row.reads] ?? 0) + 1;
  const settledReads = finals.reduce((sum, row) => sum + row.reads, 0);
  const spend = await spendOfBatches(scene.db, batchIds);
  const costMinor = [...spend.values()].reduce((sum, one) => sum + Number(one.paidMinor + one.feeMinor), 0);
  const { value, ci } = proportion(right, finals.length);
  const result: ArmResult = {
    arm,
    cases: counts?.cases ?? 0,
    settled: finals.length,
    labels: counts?.labels ?? 0,
    labelsPerSettledCase: finals.length === 0 ? null : round(settledReads / finals.length),
    accuracy: {
      value: value === null ? null : round(value),
      interval: ci === null ? null : [round(ci[0]), round(ci[1])],
      n: finals.length,
    },
    costMinor,
    costPerCorrectMinor: right === 0 ? null : round(costMinor / right),
    readsHistogram: Array.from(histogram, (n) => n ?? 0),
  };
  return { result, isRight };
}

/**
 * 95 % interval of the second's accuracy less the first's, on the cases that both settled: what only one of them got right decides
 * (Agresti & Min 2005; never without width, however alike the two are). Null without cases.
 */
export function differenceOf(
  one: ReadonlyMap<string, boolean> = new Map(),
  other: ReadonlyMap<string, boolean> = new Map(),
): [number, number] | null {
  let [n, onlyOne, onlyOther] = [0, 0, 0];
  for (const [caseId, isRight] of one) {
    const isOtherRight = other.get(caseId);
    if (isOtherRight === undefined) continue;
    n += 1;
    if (isRight && !isOtherRight) onlyOne += 1;
    if (!isRight && isOtherRight) onlyOther += 1;
  }
  const { ci } = stratifiedShift([{ population: n, n, gained: onlyOther, lost: onlyOne }]);
  return ci === null ? null : [round(ci[0]), round(ci[1])];
}

const round = (value: number): number => Number(value.toPrecision(4));

/** The report for a person: a table, and how many reads cases took as bars. */
export function reportOf(result: SimulationResult): string {
  const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
  const money = (minor: number | null) => (minor === null ? '–' : `USD ${(minor / 100).toFixed(2)}`);
  const lines = [
    `${result.annotators.toLocaleString('en')} annotators, ${result.spammers} of them spammers, offered ${result.minutes} minutes of work, done in ${result.crowdMinutes.toFixed(1)} of their time (seed ${result.seed})`,
    `${result.reads.toLocaleString('en')} reads in ${result.elapsedSeconds} s: ${Math.round(result.callsPerSecond)} calls a second, ${result.refusedCalls} refused`,
    '',
    row(['', 'cases', 'settled', 'labels a case', 'accuracy', '95 % interval', 'cost per correct label']),
    ...result.arms.map((arm) =>
      row([
        NAMES[arm.arm],
        arm.cases.toLocaleString('en'),
        arm.settled.toLocaleString('en'),
        arm.labelsPerSettledCase?.toFixed(2) ?? '–',
        percent(arm.accuracy.value),
        arm.accuracy.interval === null
          ? '–'
          : `${percent(arm.accuracy.interval[0])} – ${percent(arm.accuracy.interval[1])}`,
        money(arm.costPerCorrectMinor),
      ]),
    ),
    '',
    ...(result.arms.some((arm) => arm.settled < arm.cases)
      ? [
          'Not every case was settled: what was left is harder than what was not, and the comparison flatters.',
        ]
      : []),
    result.labelsSaved === null
      ? 'Too few cases were settled to compare the two. Take more people or minutes.'
      : `Adaptive overlap needs ${percent(result.labelsSaved)} fewer labels, at an accuracy ${signed(result.accuracyDifference)} points${within(result.differenceInterval)} from five reads.`,
    '',
    'Reads that a settled case took',
    ...result.arms.flatMap((arm) => bars(arm)),
  ];
  return lines.join('\n');
}

const NAMES: Record<Arm, string> = { fixed: 'five reads', adaptive: 'adaptive' };

const signed = (share: number | null) =>
  share === null ? '?' : `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;

const within = (interval: [number, number] | null) =>
  interval === null ? '' : ` (95 % interval ${signed(interval[0])} to ${signed(interval[1])})`;

const WIDTHS = [12, 8, 8, 14, 9, 17, 23];
const row = (cells: readonly string[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[at] ?? 0))).join('');

function bars(arm: ArmResult): string[] {
  const most = Math.max(1, ...arm.readsHistogram);
  return arm.readsHistogram.flatMap((n, reads) =>
    n === 0
      ? []
      : [
          `  ${NAMES[arm.arm].padEnd(11)} ${String(reads).padStart(2)}  ${'█'.repeat(Math.max(1, Math.round((30 * n) / most))).padEnd(31)}${n.toLocaleString('en')}`,
        ],
  );
}
