import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { findWithholding, HELD_BACK } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion, type ProtocolVersion } from '#server/protocols/reads.ts';
import type { CaseOutcome } from '#server/quality/clustered-proportion.ts';
import { batchCosts, goldCasesOf, latestBatchScores, type StoredScore } from '#server/scores/reads.ts';
import { type Progress, progressOf } from '#server/work/count-progress.ts';
import {
  type Batch,
  type BatchTotals,
  countBatches,
  LIVE,
  listBatches,
  listReadersOf,
  type Reader,
  type Spend,
  spendOfBatches,
  sumReadersOf,
} from '#server/work/reads.ts';
import { type Checked, checkedOf } from './checked-finals.ts';
import { sumCosts, withholdCorrect } from './cost-of-batch.ts';
import { lagOf } from './lag.ts';
import { findRollUpPass, type HourRow, listHours, listRollUpMarks } from './roll-up-queries.ts';
import { fillHours, forecastFinish, goldShareOf, readsWithGold, standingOf } from './rules.ts';
import type { DashboardView } from './schemas.ts';
import { figureOf, goldFigure, goldOfCases, WITHHELD } from './stored-figures.ts';

/** Hours shown, and the window of the forecast. */
const WINDOW_HOURS = 7 * 24;
/** Kinds whose reads the project waits for; the panel's and readers' training do not count towards its end. */
const AWAITED: readonly Batch['kind'][] = ['production', 'relabel'];

/** Kinds whose reads become labels. */
const LABELLING: readonly Batch['kind'][] = ['pilot', 'production', 'relabel'];

type BatchLine = DashboardView['batches'][number];
type Gathered = {
  batch: Batch;
  line: BatchLine;
  readers: DashboardView['readers'];
  /** Cases with gold, for figures over several batches; empty while they are withheld. */
  goldCases: readonly CaseOutcome[];
  goldN: number;
  checked: Checked;
  isWithheld: boolean;
  hours: HourRow[];
};

/** Progress, pace, reliability, accuracy, cost and readers of a project of the acting sponsor, as of now. */
export async function viewDashboard(ctx: OrgContext, input: { projectId: string }): Promise<DashboardView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const batches = (await listBatches(ctx.db, project.id)).filter((batch) => batch.status !== 'draft');
  const begun = await countBatches(ctx.db, { projectId: project.id, statuses: [...LIVE, 'settled'] });
  const vendors = await organisationsById(
    ctx.db,
    batches.flatMap((batch) => (batch.vendorOrgId === null ? [] : [batch.vendorOrgId])),
  );
  const world = await gatherWorld(ctx.db, batches, now);
  const gathered = batches.map((batch) =>
    lineOf(batch, vendors.get(batch.vendorOrgId ?? '')?.legalName ?? null, world),
  );
  const awaited = gathered.filter(({ batch }) => AWAITED.includes(batch.kind));
  const underWay = awaited
    .filter(({ batch }) => batch.status === 'open' || batch.status === 'paused')
    .map(({ batch, line }) => ({
      left: Math.max(0, line.readsNeeded - line.reads),
      goldShare: goldShareOf(batch),
    }));
  const forecast = forecastFinish(
    mergeHours(awaited.map((one) => one.hours)),
    underWay.reduce((sum, { left, goldShare }) => sum + readsWithGold(left, goldShare ?? 0), 0),
    now,
  );
  return {
    asOf: now,
    lag: lagOf(batches, world, now),
    project: {
      id: project.id,
      title: project.title,
      status: project.status,
      deadline: project.deadline,
      currency: project.currency,
      budgetMinor: project.budgetMinor,
    },
    standing: standingOf(forecast, project.deadline),
    forecast: forecast && {
      ...forecast,
      remainingReads: underWay.reduce((sum, { left }) => sum + left, 0),
      isPaceWithGold: underWay.some(({ goldShare }) => goldShare !== null),
    },
    costs: sumCosts(
      project.currency,
      gathered.map(({ line, checked, isWithheld }) => ({
        // The panel's and trainees' reads cost what they cost, but are not reads that labels are made of (R12).
        costs: LABELLING.includes(line.kind) ? line.costs : { ...line.costs, reads: 0 },
        checked,
        isWithheld,
      })),
    ),
    batches: gathered.map(({ line }) => line),
    batchesLeftOut: Math.max(0, begun - batches.length),
    vendors: vendorsOf(gathered),
    readers: gathered.flatMap(({ readers }) => readers),
  };
}

/** Vendors whose reads on gold may be seen, each over all of its batches. */
function vendorsOf(gathered: readonly Gathered[]): DashboardView['vendors'] {
  const shown = gathered.filter(({ isWithheld }) => !isWithheld);
  return [...Map.groupBy(shown, ({ line }) => line.vendor)].flatMap(([name, own]) =>
    name === null
      ? []
      : [
          {
            name,
            gold: goldOfCases(
              own.flatMap(({ goldCases }) => goldCases),
              own.reduce((sum, { goldN }) => sum + goldN, 0),
            ),
          },
        ],
  );
}

type World = {
  progress: ReadonlyMap<string, Progress>;
  readers: ReadonlyMap<string, Reader[]>;
  /** Of all readers, however many are listed. */
  sums: ReadonlyMap<string, BatchTotals>;
  scores: ReadonlyMap<string, StoredScore[]>;
  goldCases: ReadonlyMap<string, CaseOutcome[]>;
  hours: ReadonlyMap<string, HourRow[]>;
  spend: ReadonlyMap<string, Spend>;
  checked: ReadonlyMap<string, Checked>;
  withheld: ReadonlySet<string>;
  marks: Awaited<ReturnType<typeof listRollUpMarks>>;
  pass: Date | null;
  protocols: ReadonlyMap<string, ProtocolVersion>;
};

/** All that the dashboard shows, each kind in one statement for all batches; none of it counts labels. */
async function gatherWorld(q: Queryable, batches: readonly Batch[], now: Date): Promise<World> {
  const batchIds = batches.map((batch) => batch.id);
  const versionIds = [...new Set(batches.map((batch) => batch.protocolVersionId))];
  const versions = await Promise.all(versionIds.map((id) => getProtocolVersion(q, id)));
  const protocols = new Map(versions.map((version) => [version.id, version]));
  const gatedFields = (batch: Batch) => protocols.get(batch.protocolVersionId)?.labelSchema.gatedFields ?? [];
  const held = batches.filter((batch) => HELD_BACK.includes(batch.kind));
  const [progress, readers, sums, scores, goldCases, hours, spend, checked, withheld, marks, pass] =
    await Promise.all([
      progressOf(q, { batches, now }),
      listReadersOf(q, { batchIds, tier: 'label' }),
      sumReadersOf(q, { batchIds, tier: 'label' }),
      latestBatchScores(q, { batchIds, metrics: ['krippendorff_alpha', 'accuracy'] }),
      goldCasesOf(q, batchIds),
      listHours(q, { batchIds, since: plus(now, -7 * DAY) }),
      spendOfBatches(q, batchIds),
      checkedOf(
        q,
        batches.map((batch) => ({ batch, gatedFields: gatedFields(batch) })),
      ),
      Promise.all(
        held.map(async ({ id }) => ((await findWithholding(q, { batchId: id, now })) === null ? [] : [id])),
      ),
      listRollUpMarks(q, batchIds),
      findRollUpPass(q),
    ]);
  return {
    progress,
    readers,
    sums,
    scores: Map.groupBy(scores, (score) => score.batchId),
    goldCases,
    hours,
    spend,
    checked,
    withheld: new Set(withheld.flat()),
    marks,
    pass,
    protocols,
  };
}

function lineOf(batch: Batch, vendor: string | null, world: World): Gathered {
  const readers = world.readers.get(batch.id) ?? [];
  const progress = world.progress.get(batch.id);
  const hours = world.hours.get(batch.id) ?? [];
  const checked = world.checked.get(batch.id) ?? { total: 0, right: 0 };
  const spend = world.spend.get(batch.id);
  const isWithheld = world.withheld.has(batch.id);
  const fields = world.protocols.get(batch.protocolVersionId)?.labelSchema.fields ?? [];
  const sums = world.sums.get(batch.id);
  const cases = (states: readonly string[]) =>
    states.reduce((sum, state) => sum + (progress?.tasks[state] ?? 0), 0);
  const costs = batchCosts({
    currency: batch.currency,
    paidMinor: spend?.paidMinor ?? 0n,
    feeMinor: spend?.feeMinor ?? 0n,
    reads: sums?.submitted ?? 0,
    finalLabels: cases(['final']),
    checked,
  });
  const goldN = isWithheld ? 0 : (sums?.goldN ?? 0);
  const goldCases = isWithheld ? [] : (world.goldCases.get(batch.id) ?? []);
  const named = (metric: string) =>
    (isWithheld ? [] : (world.scores.get(batch.id) ?? []))
      .filter((score) => score.metric === metric)
      .map((score) => scoreOf(score, fields));
  const shared = { batchId: batch.id, vendor };
  return {
    batch,
    checked,
    isWithheld,
    goldCases,
    goldN,
    hours,
    line: {
      ...shared,
      name: batch.name,
      kind: batch.kind,
      status: batch.status,
      assisted: batch.assisted,
      cases: batch.taskCount,
      casesFinal: cases(['final', 'unusable']),
      casesWaiting: cases(['labelled', 'in_review', 'in_adjudication']),
      reads: progress?.readsDone ?? 0,
      readsNeeded: progress?.readsNeeded ?? 0,
      countedAt: progress?.asOf ?? null,
      activeMs: sums?.activeMs ?? 0,
      gold: isWithheld ? WITHHELD : goldOfCases(goldCases, goldN),
      reliability: named('krippendorff_alpha'),
      accuracy: named('accuracy'),
      costs: isWithheld ? withholdCorrect(costs) : costs,
      hours: fillHours(hours, WINDOW_HOURS),
    },
    readers: readers.map((row) => ({
      ...shared,
      alias: row.alias,
      status: row.status,
      reads: row.submitted,
      rejected: row.rejected,
      activeMs: row.activeMs,
      gold: isWithheld ? WITHHELD : goldFigure(row),
      lastSeenAt: row.lastSeenAt,
    })),
  };
}

function scoreOf(score: StoredScore, fields: readonly { key: string; label: string }[]) {
  const label = fields.find((field) => field.key === score.field)?.label ?? score.field;
  return { ...figureOf(score), field: score.field, label, computedAt: new Date(score.computedAt) };
}

/** Hours of several batches as one row of hours. */
function mergeHours(lists: readonly (readonly HourRow[])[]): HourRow[] {
  const sums = new Map<number, HourRow>();
  for (const hour of lists.flat()) {
    const known = sums.get(hour.at.getTime()) ?? { at: hour.at, reads: 0, activeMs: 0 };
    known.reads += hour.reads;
    known.activeMs += hour.activeMs;
    sums.set(hour.at.getTime(), known);
  }
  return [...sums.values()].sort((a, b) => a.at.getTime() - b.at.getTime());
}
