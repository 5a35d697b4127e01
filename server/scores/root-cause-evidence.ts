import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { CaseOutcome } from '#server/quality/clustered-proportion.ts';
import { compareClusteredSubgroups } from '#server/quality/subgroup-comparison.ts';
import { ALL_DAYS } from './counts.ts';
import { figureOf, storedFigure } from './figures.ts';
import type { RootCauseEvidence } from './governance-schemas.ts';
import { listTrialContexts, listWorstTasks, type TrialContext } from './root-cause-queries.ts';
import { cellsOf, runningScoresOf } from './running-reads.ts';

/** Cases with gold that make gold the better witness than agreement with the others. */
const ENOUGH_GOLD = 10;
const WORST_CASES = 12;

/**
 * What stands at a batch's field when something is wrong with it: worst confusions, readers, and how right answers go
 * with subgroup, protocol version, pre-label, and hour of day, each level against all others.
 */
export async function rootCauseEvidence(
  q: Queryable,
  of: { batchId: string; field: string },
): Promise<RootCauseEvidence> {
  const [scores, cells] = await Promise.all([
    runningScoresOf(q, { ...of, day: ALL_DAYS }),
    cellsOf(q, { ...of, day: ALL_DAYS, subjectKind: 'batch', subjectId: of.batchId }),
  ]);
  const whole = (metric: string) =>
    scores.find((row) => row.subjectKind === 'batch' && row.metric === metric && row.className === '');
  const reference = (whole('accuracy')?.n ?? 0) >= ENOUGH_GOLD ? 'gold' : 'others';
  const metric = reference === 'gold' ? 'accuracy' : 'consensus_agreement';
  const given = new Map<string, number>();
  for (const row of scores)
    if (row.subjectKind === 'reader' && row.metric === 'answer_share' && row.n > 0)
      given.set(row.subjectId, row.n);
  const readers = scores
    .filter((row) => row.subjectKind === 'reader' && row.metric === metric && row.className === '')
    .map((row) => ({
      readerId: row.subjectId,
      reads: given.get(row.subjectId) ?? row.n,
      share: storedFigure(row),
    }))
    .sort((a, b) => (a.share.value ?? 2) - (b.share.value ?? 2));
  const [contexts, taskIds] = await Promise.all([
    listTrialContexts(q, { ...of, reference }),
    listWorstTasks(q, { ...of, reference, limit: WORST_CASES }),
  ]);
  return {
    reference,
    overall: storedFigure(whole(metric)),
    reliability: storedFigure(whole('krippendorff_alpha')),
    confusions: cells
      .filter((cell) => cell.reference === reference && cell.truth !== cell.answer)
      .sort((a, b) => b.n - a.n || (a.truth + a.answer < b.truth + b.answer ? -1 : 1))
      .slice(0, 8)
      .map(({ truth, answer, n }) => ({ truth, answer, n })),
    readers: readers.slice(0, 200),
    factors: factorsOf(contexts),
    taskIds,
  };
}

/**
 * How right answers go with each circumstance that has two levels or more, the clearest difference first. Reads of one case go together, so
 * cases are counted; p-values are adjusted (Holm) over all levels of all circumstances: any of them could have been the one that stands out.
 */
export function factorsOf(contexts: readonly TrialContext[]): RootCauseEvidence['factors'] {
  const factors = new Map<string, Map<string, TrialContext[]>>();
  for (const one of contexts) {
    for (const [factor, level] of circumstances(one)) {
      const levels = factors.get(factor) ?? new Map<string, TrialContext[]>();
      const own = levels.get(level) ?? [];
      own.push(one);
      levels.set(level, own);
      factors.set(factor, levels);
    }
  }
  const groups = [...factors]
    .filter(([, levels]) => levels.size > 1 && levels.size <= 40)
    .flatMap(([factor, levels]) =>
      [...levels].map(([subgroup, own]) => {
        const others = [...levels].flatMap(([level, rest]) => (level === subgroup ? [] : rest));
        return { factor, subgroup, reads: own, own: outcomesOf(own), others: outcomesOf(others) };
      }),
    );
  const compared = compareClusteredSubgroups(groups).map((result, index) => {
    const { factor = '', reads = [] } = groups[index] ?? {};
    const level = {
      level: result.subgroup,
      right: reads.filter((one) => one.isRight).length,
      n: reads.length,
      share: figureOf(result.accuracy),
      difference: figureOf(result.difference),
      adjustedP: result.adjustedP,
    };
    return { factor, level };
  });
  const found = [...Map.groupBy(compared, (one) => one.factor)].map(([factor, own]) => ({
    factor,
    levels: own.map(({ level }) => level).sort((a, b) => (a.share.value ?? 2) - (b.share.value ?? 2)),
  }));
  const clearest = (factor: RootCauseEvidence['factors'][number]) =>
    Math.min(2, ...factor.levels.flatMap((level) => (level.adjustedP === null ? [] : [level.adjustedP])));
  return found.sort((a, b) => clearest(a) - clearest(b) || (a.factor < b.factor ? -1 : 1));
}

/** What became of each case among some answers. */
function outcomesOf(contexts: readonly TrialContext[]): CaseOutcome[] {
  return [...Map.groupBy(contexts, (one) => one.taskId).values()].map((own) => ({
    compared: own.length,
    right: own.filter((one) => one.isRight).length,
    n: 1,
  }));
}

const subgroupRecord = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** The circumstances of one answer, as factor and level. */
function circumstances(one: TrialContext): [string, string][] {
  const from = Math.floor(one.hour / 4) * 4;
  const two = (hour: number) => String(hour).padStart(2, '0');
  const subgroups = subgroupRecord.safeParse(one.subgroups);
  return [
    ['protocol_version', `v${one.protocolVersion}`],
    ['prelabel', one.prelabelShown ? 'shown' : 'not shown'],
    ['origin', one.origin],
    ['hour', `${two(from)}–${two(from + 4)} UTC`],
    ['site', one.site],
    ...(subgroups.success
      ? Object.entries(subgroups.data).map(([key, value]): [string, string] => [key, String(value ?? '–')])
      : []),
  ];
}
