import { unreachable } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { type QualityPolicy, THRESHOLD_ACTIONS, type ThresholdAction } from '#server/projects/schemas.ts';
import { bernoulliCusum } from '#server/quality/cusum.ts';
import { bernoulliCusumLimit } from '#server/quality/cusum-limit.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { criterionVerdict } from '#server/quality/verdict.ts';
import type { Decision, Disagreement, ErrorKind, Route } from './governance-schemas.ts';
import { routeOf } from './route-of.ts';

/**
 * Coverage of the interval that a watched bound is held against. Scores are looked at again and again, so the
 * usual 95 % would raise too many false alarms.
 */
export const WATCH_LEVEL = 0.99;
/** Cases with two reads before a batch's reliability is acted on. */
export const FEWEST_CASES = 20;
/** Answers between two false alarms of a drift chart, on average, of a reader who is as good as asked. */
export const FALSE_ALARM_LENGTH = 1000;
/** The newest right-or-wrong answers that a drift chart looks at. */
export const DRIFT_WINDOW = 200;
/** Cases with compared reads in a batch before agreement with the others can serve as what is normal there. */
export const FEWEST_FOR_NORMAL = 30;
/** Agreement with the others below which drift away from it cannot be told: the drift chart knows no lower normal. */
export const LEAST_NORMAL = 0.55;

export type SubjectKind = 'batch' | 'reader';
export type Bound = {
  field: string;
  className: string;
  metric: string;
  threshold: number;
  action: ThresholdAction;
  /** Cases that have to be counted before anything is done: read twice for reliability, with gold for accuracy. */
  fewest: number;
};

/** The bounds that the project's policy names; those on reliability are of a batch, those on accuracy of everybody too. */
export function boundsOf(policy: QualityPolicy, kind: SubjectKind): Bound[] {
  const accuracy = policy.accuracy.map(
    (one): Bound => ({
      field: one.field,
      className: one.className ?? '',
      metric: one.measure === 'within_one_level' ? 'within_one' : one.measure,
      threshold: one.threshold,
      action: one.action,
      fewest: policy.gold.minAnswers,
    }),
  );
  if (kind === 'reader') return accuracy;
  const reliability = policy.reliability.map(
    (one): Bound => ({
      field: one.field,
      className: '',
      metric: one.metric,
      threshold: one.threshold,
      action: one.action,
      fewest: FEWEST_CASES,
    }),
  );
  return [...reliability, ...accuracy];
}

/** Whether a batch is held against the policy's bounds: production and relabelling, while it lasts. */
export function isWatchedBatch(batch: { kind: string; status: string }): boolean {
  return (
    ['production', 'relabel'].includes(batch.kind) && ['open', 'paused', 'closing'].includes(batch.status)
  );
}

/** How much an action takes away, least first; of two alarms the one that takes more is raised. */
export function strengthOf(action: ThresholdAction): number {
  return THRESHOLD_ACTIONS.indexOf(action);
}

/** Alarms that ask for more than what is asked already, the strongest first; equals keep their order. */
export function strongerFirst<One extends { bound: Pick<Bound, 'action'> }>(
  alarms: readonly One[],
  asked: readonly { action: ThresholdAction }[],
): One[] {
  const most = Math.max(-1, ...asked.map((one) => strengthOf(one.action)));
  return alarms
    .filter((one) => strengthOf(one.bound.action) > most)
    .sort((a, b) => strengthOf(b.bound.action) - strengthOf(a.bound.action));
}

/** Whether a bound is crossed: enough was counted and not even the far end of the interval reaches it (R10). */
export function isCrossed(bound: Bound, m: Measurement): boolean {
  const { value, ci } = m;
  return (
    m.n >= bound.fewest &&
    criterionVerdict({ value, ci, threshold: bound.threshold, direction: 'at_least' }) === 'fail'
  );
}

/**
 * The bound of today's policy on what a proposal was raised about; null when the policy no longer names it. Of several bounds on one
 * measure (a notice at 0.8, a stop at 0.6) the one itself, or else the one with the same action.
 */
export function boundNow(
  policy: QualityPolicy,
  of: {
    subjectKind: SubjectKind;
    field: string;
    className: string;
    metric: string;
    threshold: number;
    action: ThresholdAction;
  },
): Bound | null {
  const onIt = boundsOf(policy, of.subjectKind).filter(
    (one) => one.field === of.field && one.className === of.className && one.metric === of.metric,
  );
  const sameAction = onIt.filter((one) => one.action === of.action);
  return sameAction.find((one) => one.threshold === of.threshold) ?? sameAction[0] ?? onIt[0] ?? null;
}

/** What is done at once. A person is never paused here: at most they read paid calibration until a human decides. */
export type Response = 'told' | 'calibration_only' | 'batch_paused';

/** What a policy's action means for a batch or a person (R26). */
export function responseTo(action: ThresholdAction, kind: SubjectKind): Response {
  switch (action) {
    case 'notify':
      return 'told';
    case 'calibration_only':
      return kind === 'reader' ? 'calibration_only' : 'told';
    case 'checkpoint':
    case 'stop_claims':
      return kind === 'reader' ? 'calibration_only' : 'batch_paused';
    default:
      return unreachable(action);
  }
}

/** R26: the same time on the next business day (Monday to Friday, UTC). */
export function decisionDue(openedAt: Date): Date {
  const next = plus(openedAt, DAY);
  const day = next.getUTCDay();
  return plus(next, day === 6 ? 2 * DAY : day === 0 ? DAY : 0);
}

/** Whether the policy asks for something else now than what was decided on. */
export function isOtherBound(
  decided: { threshold: number; action: ThresholdAction },
  bound: Pick<Bound, 'threshold' | 'action'>,
): boolean {
  return decided.threshold !== bound.threshold || decided.action !== bound.action;
}

/**
 * After a decision the same thing is raised again only on as much new evidence as acting on it needed, a quarter more at least; or when
 * the policy asks for something else since, which nobody has decided on.
 */
export function isNewEvidence(
  n: number,
  decided: { n: number; threshold: number; action: ThresholdAction } | null,
  bound: Pick<Bound, 'fewest' | 'threshold' | 'action'>,
): boolean {
  if (decided === null || isOtherBound(decided, bound)) return true;
  return n >= Math.max(decided.n + bound.fewest, decided.n * 1.25);
}

/**
 * The decisions that a person may take on a proposal, by what was done. Where the policy asks for a checkpoint the batch goes
 * on by its signature only, which decides the proposal too. Where the batch is over (closing or settled) nothing can go on or be
 * stopped any more, and nobody is calibrated for it.
 */
export function decisionsFor(
  proposal: { subjectKind: SubjectKind; done: Response; action: ThresholdAction },
  batch: { status: string },
): readonly Decision[] {
  const isOver = batch.status === 'closing' || batch.status === 'settled';
  switch (proposal.done) {
    case 'calibration_only':
      return isOver ? ['back_to_work', 'pause_person'] : ['back_to_work', 'keep_calibrating', 'pause_person'];
    case 'batch_paused':
      if (isOver) return ['acknowledge'];
      return proposal.action === 'checkpoint' ? ['keep_paused'] : ['resume_batch', 'keep_paused'];
    case 'told':
      return proposal.subjectKind === 'reader' ? ['acknowledge', 'pause_person'] : ['acknowledge'];
    default:
      return unreachable(proposal.done);
  }
}

export type DriftPlan = { good: number; bad: number; limit: number };

/**
 * The drift chart of a field. `good` is what is normal: the accuracy asked for on gold, or what the batch's readers reach
 * together against each other; `bad` is two and a half times its errors.
 */
export function driftPlan(normal: number): DriftPlan {
  const good = Math.min(0.98, Math.max(LEAST_NORMAL, normal));
  const bad = Math.max(0.05, 1 - 2.5 * (1 - good));
  return { good, bad, limit: limitOf(good, bad) };
}

const limits = new Map<string, number>();
function limitOf(good: number, bad: number): number {
  const key = `${good.toFixed(3)} ${bad.toFixed(3)}`;
  const known = limits.get(key);
  if (known !== undefined) return known;
  const limit = bernoulliCusumLimit({ good, bad, falseAlarmLength: FALSE_ALARM_LENGTH });
  limits.set(key, limit);
  return limit;
}

/** The accuracy on gold that a policy asks of a field; 0.9 where it names none. */
export function askedOnGold(policy: QualityPolicy, field: string): number {
  const asked = policy.accuracy
    .filter((one) => one.field === field && one.measure === 'accuracy')
    .map((one) => one.threshold);
  return asked.length === 0 ? 0.9 : Math.max(...asked);
}

/** The chart of a reader's newest answers, oldest first, and whether it stands above its limit at the end. */
export function driftOf(
  trials: readonly boolean[],
  plan: DriftPlan,
): { scores: number[]; isDrifting: boolean } {
  const points = bernoulliCusum(trials, plan);
  return { scores: points.map((point) => point.score), isDrifting: points.at(-1)?.isSignal ?? false };
}

/** The most frequent kinds among the findings of a case, and the route they point to; null without a finding. */
export function suggestDiagnosis(
  findings: readonly { disagreement: Disagreement; errorKind: ErrorKind }[],
): { disagreement: Disagreement; errorKind: ErrorKind; route: Route; share: number } | null {
  const disagreement = mostFrequent(findings.map((one) => one.disagreement));
  const errorKind = mostFrequent(findings.map((one) => one.errorKind));
  if (disagreement === null || errorKind === null) return null;
  const share = findings.filter((one) => one.disagreement === disagreement).length / findings.length;
  return { disagreement, errorKind, route: routeOf(disagreement, errorKind), share };
}

function mostFrequent<T extends string>(values: readonly T[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0] ?? null;
}

export type Effect = 'effective' | 'not_effective' | 'inconclusive';

/** Whether an action worked: the share right rose beyond what chance explains, did not, or cannot be told yet. */
export function effectVerdict(difference: Pick<Measurement, 'value' | 'ci'>): Effect {
  if (difference.value === null || difference.ci === null) return 'inconclusive';
  if (difference.ci[0] > 0) return 'effective';
  return difference.ci[1] <= 0 ? 'not_effective' : 'inconclusive';
}

export type RootCauseStatus = 'open' | 'diagnosed' | 'acting' | 'closed';
export type RootCauseEvent = 'diagnosed' | 'planned' | 'closed';

/** The state of a root-cause case after an event; null when that is not possible. A diagnosis and a plan may be revised. */
export function nextRootCauseStatus(status: RootCauseStatus, event: RootCauseEvent): RootCauseStatus | null {
  switch (status) {
    case 'open':
      return event === 'diagnosed' ? 'diagnosed' : null;
    case 'diagnosed':
      return event === 'diagnosed' ? 'diagnosed' : event === 'planned' ? 'acting' : null;
    case 'acting':
      return event === 'diagnosed' ? null : event === 'planned' ? 'acting' : 'closed';
    case 'closed':
      return null;
    default:
      return unreachable(status);
  }
}
