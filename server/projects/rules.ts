import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { AppError } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import type { IntendedUse, ProjectStatus, QualityPolicy } from './schemas.ts';

/** Marks batches that stand still because their project does, so that resuming opens those and no others. */
export const PROJECT_PAUSED = 'The project is paused.';

/** What can happen to a project; other rooms name the event, never the next state. */
export type ProjectEvent =
  | 'call_opened'
  | 'call_closed_empty'
  | 'pilot_ordered'
  | 'awarded'
  | 'work_started'
  | 'paused'
  | 'resumed'
  | 'completed'
  | 'monitoring_started'
  | 'archived';

/**
 * The state after an event, null when the event is not possible in this state. An event that changes nothing (a second
 * pilot ordered) returns the same state. `work_started` takes a project whose readers are its own people past the call.
 */
export function nextProjectStatus(status: ProjectStatus, event: ProjectEvent): ProjectStatus | null {
  switch (status) {
    case 'draft':
      if (event === 'call_opened') return 'open';
      if (event === 'work_started') return 'active';
      return event === 'archived' ? 'archived' : null;
    case 'open':
      if (event === 'call_closed_empty') return 'draft';
      if (event === 'pilot_ordered') return 'piloting';
      if (event === 'awarded' || event === 'work_started') return 'active';
      return event === 'archived' ? 'archived' : null;
    case 'piloting':
      if (event === 'pilot_ordered') return 'piloting';
      if (event === 'awarded' || event === 'work_started') return 'active';
      return event === 'archived' ? 'archived' : null;
    case 'active':
      if (event === 'awarded' || event === 'pilot_ordered' || event === 'work_started') return 'active';
      if (event === 'paused') return 'paused';
      return event === 'completed' ? 'completed' : null;
    case 'paused':
      if (event === 'resumed') return 'active';
      return event === 'completed' ? 'completed' : null;
    case 'completed':
      if (event === 'monitoring_started') return 'monitoring';
      if (event === 'work_started') return 'active';
      return event === 'archived' ? 'archived' : null;
    case 'monitoring':
      if (event === 'work_started') return 'active';
      return event === 'archived' ? 'archived' : null;
    case 'archived':
      return null;
    default:
      return unreachable(status);
  }
}

/** The terms bidders rely on can be edited only before the call opens. */
export function mayEditProject(status: ProjectStatus): boolean {
  return status === 'draft';
}

/** True when a country that a project was read from is left out; an empty list is everywhere, by name though no country (R18). */
export function leavesCountriesOut(before: readonly string[], after: readonly string[]): boolean {
  if (before.length === 0) return after.length > 0;
  return before.some((country) => !after.includes(country));
}

/** Refuses a deadline that is not after today (UTC). */
export function checkDeadline(deadline: string, now: Date): void {
  const today = now.toISOString().slice(0, 10);
  if (deadline > today) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'deadline_past',
    message: `The deadline ${sayDay(deadline)} is not in the future. Choose a day after ${sayDay(today)}.`,
    details: [{ code: 'deadline_past', message: `Choose a day after ${sayDay(today)}.`, path: 'deadline' }],
  });
}

/**
 * What the intended use forbids in a policy. Only `test_reference` is locked: overlap of at least 3, or 2 with
 * every disagreement adjudicated; nothing shown beforehand. Empty when the policy may stand.
 */
export function policyLocks(intendedUse: IntendedUse, policy: QualityPolicy): ErrorDetail[] {
  if (intendedUse !== 'test_reference') return [];
  const faults: ErrorDetail[] = [];
  const twoPlusOne = policy.overlap === 2 && policy.adjudication.anyDisagreement;
  if (policy.overlap < 3 && !twoPlusOne) {
    faults.push({
      code: 'test_reference.overlap',
      path: 'qualityPolicy.overlap',
      message: 'A test reference needs at least 3 reads per case, or 2 with every disagreement adjudicated.',
    });
  }
  if (policy.assisted) {
    faults.push({
      code: 'test_reference.assisted',
      path: 'qualityPolicy.assisted',
      message: 'Readers of a test reference see no suggestions of a model.',
    });
  }
  if (policy.consensusMethod === 'auto') {
    faults.push({
      code: 'test_reference.consensus',
      path: 'qualityPolicy.consensusMethod',
      message: 'A test reference names its method before the first read. Choose majority or Dawid–Skene.',
    });
  }
  if (policy.overlapRule.mode !== 'fixed') {
    faults.push({
      code: 'test_reference.overlap_rule',
      path: 'qualityPolicy.overlapRule',
      message: 'Every case of a test reference gets the same number of reads. Choose a fixed overlap.',
    });
  }
  const { adjudication } = policy;
  const settles =
    adjudication.anyDisagreement || adjudication.noMajority || adjudication.ordinalSpreadAtLeast !== null;
  if (!settles) {
    faults.push({
      code: 'test_reference.adjudication',
      path: 'qualityPolicy.adjudication',
      message: 'A test reference says before the first read when the panel decides. Choose when.',
    });
  }
  return faults;
}

/** Fields and classes of the policy that the protocol does not know, as `field` or `field = value`. */
export function unknownPolicyNames(
  policy: Pick<QualityPolicy, 'reliability' | 'accuracy' | 'reviewRules' | 'misses'> & {
    adjudication: Pick<QualityPolicy['adjudication'], 'classes' | 'fields'>;
  },
  schema: LabelSchema,
): string[] {
  const fields = new Map(schema.fields.map((field) => [field.key, field]));
  const named: { field: string; value?: string | undefined }[] = [
    ...policy.reliability.map(({ field }) => ({ field })),
    ...policy.accuracy.map(({ field, className }) => ({ field, value: className })),
    ...policy.adjudication.classes,
    ...policy.adjudication.fields.map((field) => ({ field })),
    ...policy.reviewRules.flatMap((rule) => (rule.kind === 'rare_class' ? [rule] : [])),
    ...(policy.misses === null ? [] : [{ field: policy.misses.field, value: policy.misses.normalValue }]),
  ];
  const unknown = named.flatMap(({ field, value }) => {
    const known = fields.get(field);
    if (!known) return [`"${field}"`];
    if (value === undefined) return [];
    const values =
      known.type === 'boolean' ? ['true', 'false'] : (known.options ?? []).map((option) => option.value);
    return values.includes(value) ? [] : [`"${field} = ${value}"`];
  });
  return [...new Set(unknown)];
}
