import type { Queryable } from '#db/client.ts';
import type { CommandContext } from '#server/command/context.ts';
import { errorFields, log } from '#server/log.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { type Batch, getBatch, pagesOfReaders, pagesOfReadersById, type Reader } from '#server/work/reads.ts';
import { listCountsOf } from './count-queries.ts';
import { ALL_DAYS, type CountPlan } from './counts.ts';
import { listProposalsOfBatch, newestTrials, type Proposal } from './governance-queries.ts';
import {
  askedOnGold,
  type Bound,
  boundsOf,
  driftOf,
  driftPlan,
  FEWEST_FOR_NORMAL,
  isCrossed,
  isNewEvidence,
  isOtherBound,
  isWatchedBatch,
  LEAST_NORMAL,
  type SubjectKind,
  strongerFirst,
} from './governance-rules.ts';
import type { ProposalEvidence } from './governance-schemas.ts';
import { countPlan } from './load-counted.ts';
import { measureWatched } from './measure-watched.ts';
import { type Alarm, raiseAlarm } from './raise-alarm.ts';
import type { MeasuredField } from './rules.ts';
import { runningMeasures, type SubjectCounts } from './running-measures.ts';

/**
 * Holds the running scores of a batch against the bounds of the project's policy and looks for drift of the readers whose
 * scores moved. What is found becomes a proposal, with what the policy names done at once (R26). Safe to repeat: what is open
 * is not raised again, what was decided only on new evidence. Returns how many proposals were opened, and how many subjects could not be
 * looked at: each is logged and keeps no other from it.
 */
export async function watchBatch(
  ctx: CommandContext,
  input: { batchId: string; readerIds: ReadonlySet<string> | 'all' },
): Promise<{ opened: number; failed: number }> {
  const batch = await getBatch(ctx.db, input.batchId);
  const found = { opened: 0, failed: 0 };
  if (!isWatchedBatch(batch)) return found;
  const [project, protocol, known] = await Promise.all([
    getProject(ctx.db, batch.projectId),
    getProtocolVersion(ctx.db, batch.protocolVersionId),
    listProposalsOfBatch(ctx.db, batch.id),
  ]);
  const plan = countPlan(batch.id, protocol.labelSchema, project);
  const look = async (subject: string, find: () => Promise<Alarm | null>) => {
    try {
      const alarm = await find();
      if (alarm !== null && (await raiseAlarm(ctx, { batch, project, alarm }))) found.opened += 1;
    } catch (error) {
      found.failed += 1;
      const of = { batchId: batch.id, subject, requestId: ctx.requestId };
      log.error({ ...of, ...errorFields(error) }, 'alarm not raised');
    }
  };
  const whole = await countsOf(ctx.db, plan, []);
  for (const alarm of crossedBounds({ batch, project, plan, counts: whole, known }))
    await look(`batch ${batch.id} ${alarm.bound.metric}`, async () => alarm);
  for await (const moved of movedReaders(ctx.db, input)) {
    const watch = { batch, project, plan, known, counts: await countsOf(ctx.db, plan, moved) };
    for (const reader of moved)
      await look(`reader ${reader.annotatorId}`, () => personAlarm(ctx.db, watch, reader));
  }
  return found;
}

/** Whose scores moved, some hundred at a time: with their counts a large crowd would not fit. */
function movedReaders(
  q: Queryable,
  { batchId, readerIds }: { batchId: string; readerIds: ReadonlySet<string> | 'all' },
): AsyncGenerator<Reader[]> {
  const of = { batchId, tier: 'label' as const };
  if (readerIds === 'all') return pagesOfReaders(q, of);
  return pagesOfReadersById(q, { ...of, annotatorIds: [...readerIds] });
}

type Watch = {
  batch: Batch;
  project: Project;
  plan: CountPlan;
  counts: ReadonlyMap<string, SubjectCounts>;
  known: readonly Proposal[];
};

const keyOf = (kind: string, id: string, field: string) => `${kind} ${id} ${field}`;

async function countsOf(
  q: Queryable,
  plan: CountPlan,
  readers: readonly Reader[],
): Promise<ReadonlyMap<string, SubjectCounts>> {
  const fields = plan.fields.filter((field) => plan.watched.has(field.key));
  const subjects = [
    { kind: 'batch' as const, id: plan.batchId },
    ...readers.map((reader) => ({ kind: 'reader' as const, id: reader.annotatorId })),
  ];
  const keys = subjects.flatMap((subject) =>
    fields.map((field) => ({ ...subject, field: field.key, day: ALL_DAYS })),
  );
  const { cells, patterns, moments } = await listCountsOf(q, plan.batchId, keys);
  const cellsBy = Map.groupBy(cells, (row) => keyOf(row.kind, row.id, row.field));
  const patternsBy = Map.groupBy(patterns, (row) => keyOf(row.kind, row.id, row.field));
  const momentsBy = Map.groupBy(moments, (row) => keyOf(row.kind, row.id, row.field));
  return new Map(
    keys.map((key) => {
      const name = keyOf(key.kind, key.id, key.field);
      const own = { cells: cellsBy.get(name), patterns: patternsBy.get(name), moments: momentsBy.get(name) };
      return [name, { cells: own.cells ?? [], patterns: own.patterns ?? [], moments: own.moments ?? [] }];
    }),
  );
}

/** Bounds that the batch as a whole has crossed. */
function crossedBounds(watch: Watch): Alarm[] {
  const subject = { kind: 'batch' as const, id: watch.batch.id };
  return crossedOf(watch, subject, boundsOf(watch.project.qualityPolicy, 'batch'));
}

/**
 * Of a reader who moved, the alarm that asks for most; null when none does: a person is asked about once, with all there is to see. What is
 * asked already hides nothing that asks for more: a notice does not keep a person from calibration.
 */
async function personAlarm(q: Queryable, watch: Watch, reader: Reader): Promise<Alarm | null> {
  if (reader.status !== 'active') return null;
  const asked = watch.known.filter(
    (one) => one.status === 'open' && one.subjectKind === 'reader' && one.subjectId === reader.annotatorId,
  );
  const subject = { kind: 'reader' as const, id: reader.annotatorId };
  const since = lastDecidedOn(watch.known, reader.annotatorId);
  const bounds = boundsOf(watch.project.qualityPolicy, 'reader');
  const stronger = strongerFirst(crossedOf(watch, subject, bounds), asked);
  const crossed = await firstNew(q, watch, stronger, since);
  const drift = await driftAlarm(q, watch, { readerId: reader.annotatorId, since });
  const [found] = strongerFirst(
    [crossed, drift].filter((one) => one !== null),
    asked,
  );
  return found ? { ...found, alias: reader.alias } : null;
}

function crossedOf(
  watch: Watch,
  subject: { kind: SubjectKind; id: string },
  bounds: readonly Bound[],
): Alarm[] {
  return bounds.flatMap((bound) => {
    const field = watch.plan.fields.find((one) => one.key === bound.field);
    const counts = watch.counts.get(keyOf(subject.kind, subject.id, bound.field));
    if (!field || !counts) return [];
    const measurement = measureWatched(field, counts, bound);
    if (measurement === null || !isCrossed(bound, measurement)) return [];
    const decided = subject.kind === 'batch' ? lastDecided(watch.known, { ...subject, ...bound }) : null;
    if (!isNewEvidence(measurement.n, decided, bound)) return [];
    const isReliability = bound.metric === 'krippendorff_alpha' || bound.metric === 'weighted_kappa';
    const reference = isReliability ? 'others' : 'gold';
    const evidence: ProposalEvidence = {
      reference: isReliability ? null : 'gold',
      confusions: confusionsOf(counts, reference),
      chart: null,
    };
    return [{ trigger: 'bound' as const, subject, bound, measurement, evidence, alias: null }];
  });
}

/**
 * The first alarm with as many gold answers since the last decision on the person as acting on it needs, or whose bound is another than
 * the one that was decided on.
 */
async function firstNew(
  q: Queryable,
  watch: Watch,
  alarms: readonly Alarm[],
  since: Date | null,
): Promise<Alarm | null> {
  for (const alarm of alarms) {
    const decided = lastDecided(watch.known, { ...alarm.subject, ...alarm.bound });
    if (since === null || (decided !== null && isOtherBound(decided, alarm.bound))) return alarm;
    const { id: readerId } = alarm.subject;
    const of = { batchId: watch.batch.id, readerId, field: alarm.bound.field, since };
    if ((await newestTrials(q, { ...of, reference: 'gold' })).length >= alarm.bound.fewest) return alarm;
  }
  return null;
}

/** The drift of one reader on gold, or against the others, in any watched field; null when none is told. */
async function driftAlarm(
  q: Queryable,
  watch: Watch,
  of: { readerId: string; since: Date | null },
): Promise<Alarm | null> {
  const { batch, project, plan, counts } = watch;
  const { readerId } = of;
  const subject = { kind: 'reader' as const, id: readerId };
  for (const field of plan.fields.filter((one) => plan.watched.has(one.key) && one.scale !== null)) {
    const whole = counts.get(keyOf('batch', batch.id, field.key));
    for (const reference of ['gold', 'others'] as const) {
      const normal = normalOf(project, field, whole, reference);
      if (normal === null) continue;
      const metric = reference === 'gold' ? 'accuracy' : 'consensus_agreement';
      const bound: Bound = {
        field: field.key,
        className: '',
        metric,
        threshold: normal,
        action: 'calibration_only',
        fewest: 1,
      };
      const own = { batchId: batch.id, readerId, field: field.key, reference };
      const trials = await newestTrials(q, { ...own, since: of.since ?? new Date(0) });
      const limits = driftPlan(normal);
      const { scores, isDrifting } = driftOf(
        trials.map((trial) => trial.isRight),
        limits,
      );
      if (!isDrifting) continue;
      const sums = counts.get(keyOf('reader', readerId, field.key)) ?? {
        cells: [],
        patterns: [],
        moments: [],
      };
      const evidence: ProposalEvidence = {
        reference,
        confusions: confusionsOf(sums, reference),
        chart: {
          ...limits,
          points: trials.map(({ at, isRight }, index) => ({
            at: at.toISOString(),
            isRight,
            score: scores[index] ?? 0,
          })),
        },
      };
      const measurement = measureWatched(field, sums, bound);
      if (measurement === null) continue;
      return {
        trigger: 'drift',
        subject,
        bound: { ...bound, threshold: limits.good },
        measurement,
        evidence,
        alias: null,
      };
    }
  }
  return null;
}

/**
 * What is normal: the accuracy asked for on gold; against the others what the batch reaches, once that is known. Two people hardly ever measure the
 * same number, and where most answers differ anyhow a drift cannot be told from what is usual: nothing is normal then.
 */
function normalOf(
  project: Project,
  field: MeasuredField,
  whole: SubjectCounts | undefined,
  reference: 'gold' | 'others',
): number | null {
  if (reference === 'gold') return askedOnGold(project.qualityPolicy, field.key);
  if (!whole || field.scale === 'interval') return null;
  const found = runningMeasures(field, whole).find(
    (one) => one.metric === 'consensus_agreement',
  )?.measurement;
  if (!found || found.value === null || found.n < FEWEST_FOR_NORMAL) return null;
  return found.value >= LEAST_NORMAL ? found.value : null;
}

/**
 * The last decision on a bound of the batch or a person, or else on another bound on the same measure; null when there was none. What was
 * decided on a notice at 0.8 says nothing of a stop at 0.6, and must not bring it back each time either of them is decided.
 */
function lastDecided(known: readonly Proposal[], of: { id: string } & Bound): Proposal | null {
  const decided = known.filter(
    (one) =>
      one.status === 'decided' &&
      one.trigger === 'bound' &&
      one.subjectId === of.id &&
      one.field === of.field &&
      one.className === of.className &&
      one.metric === of.metric,
  );
  return decided.find((one) => !isOtherBound(one, of)) ?? decided[0] ?? null;
}

/** When a person was last decided on in this batch, whatever about: what went before is settled. */
function lastDecidedOn(known: readonly Proposal[], readerId: string): Date | null {
  const instants = known.flatMap((one) =>
    one.subjectId === readerId && one.decidedAt !== null ? [one.decidedAt.getTime()] : [],
  );
  return instants.length === 0 ? null : new Date(Math.max(...instants));
}

/** The five most frequent wrong answers. */
function confusionsOf(counts: SubjectCounts, reference: 'gold' | 'others'): ProposalEvidence['confusions'] {
  return counts.cells
    .filter((cell) => cell.reference === reference && cell.truth !== cell.answer)
    .sort((a, b) => b.n - a.n || (a.truth + a.answer < b.truth + b.answer ? -1 : 1))
    .slice(0, 5)
    .map(({ truth, answer, n }) => ({ truth, answer, n }));
}
