import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { findWithholding } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { latestScores, type StoredScore } from '#server/scores/reads.ts';
import { type Batch, listBatches, listReaders } from '#server/work/reads.ts';
import { type Checked, costOfBatch, sumCosts, withholdCorrect } from './cost-of-batch.ts';
import { countProgress, type HourRow, listHours } from './queries.ts';
import { fillHours, forecastFinish, standingOf } from './rules.ts';
import type { DashboardView } from './schemas.ts';
import { figureOf, goldFigure, WITHHELD } from './stored-figures.ts';

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
  checked: Checked;
  isWithheld: boolean;
  hours: HourRow[];
};

/** Progress, pace, reliability, accuracy, cost and readers of a project of the acting sponsor, as of now. */
export async function viewDashboard(ctx: OrgContext, input: { projectId: string }): Promise<DashboardView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
  const batches = (await listBatches(ctx.db, project.id)).filter((batch) => batch.status !== 'draft');
  const vendors = await organisationsById(
    ctx.db,
    batches.flatMap((batch) => (batch.vendorOrgId === null ? [] : [batch.vendorOrgId])),
  );
  const gathered = await Promise.all(
    batches.map((batch) =>
      gather(ctx.db, batch, vendors.get(batch.vendorOrgId ?? '')?.legalName ?? null, now),
    ),
  );
  const awaited = gathered.filter(({ batch }) => AWAITED.includes(batch.kind));
  const remaining = awaited
    .filter(({ batch }) => batch.status === 'open' || batch.status === 'paused')
    .reduce((sum, { line }) => sum + Math.max(0, line.readsNeeded - line.reads), 0);
  const forecast = forecastFinish(mergeHours(awaited.map((one) => one.hours)), remaining, now);
  return {
    asOf: now,
    project: {
      id: project.id,
      title: project.title,
      status: project.status,
      deadline: project.deadline,
      currency: project.currency,
      budgetMinor: project.budgetMinor,
    },
    standing: standingOf(forecast, project.deadline),
    forecast,
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
    readers: gathered.flatMap(({ readers }) => readers),
  };
}

async function gather(q: Queryable, batch: Batch, vendor: string | null, now: Date): Promise<Gathered> {
  const [tasks, readers, scores, hours, protocol] = await Promise.all([
    countProgress(q, batch.id),
    listReaders(q, batch.id, 'label'),
    latestScores(q, batch.id),
    listHours(q, { batchId: batch.id, since: plus(now, -7 * DAY) }),
    getProtocolVersion(q, batch.protocolVersionId),
  ]);
  const total = (pick: (row: (typeof readers)[number]) => number) =>
    readers.reduce((sum, row) => sum + pick(row), 0);
  const cases = (states: readonly string[]) =>
    tasks.reduce((sum, row) => (states.includes(row.status) ? sum + row.n : sum), 0);
  const reads = total((row) => row.submitted);
  const finalLabels = cases(['final']);
  const { costs, checked } = await costOfBatch(q, {
    batchId: batch.id,
    currency: batch.currency,
    gatedFields: protocol.labelSchema.gatedFields,
    reads,
    finalLabels,
  });
  const isWithheld =
    batch.kind === 'pilot' && (await findWithholding(q, { batchId: batch.id, now })) !== null;
  const gold = (row: { goldN: number; goldOk: number }) => (isWithheld ? WITHHELD : goldFigure(row));
  const named = (metric: string) =>
    (isWithheld ? [] : scores)
      .filter((score) => score.subjectKind === 'batch' && score.metric === metric)
      .map((score) => scoreOf(score, protocol.labelSchema.fields));
  const shared = { batchId: batch.id, vendor };
  return {
    batch,
    checked,
    isWithheld,
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
      reads: tasks.reduce((sum, row) => sum + row.readsDone, 0),
      readsNeeded: tasks.reduce((sum, row) => sum + row.readsNeeded, 0),
      activeMs: total((row) => row.activeMs),
      gold: gold({ goldN: total((row) => row.goldN), goldOk: total((row) => row.goldOk) }),
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
      gold: gold(row),
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
