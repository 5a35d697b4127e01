import type { Measurement } from '#server/quality/measurement.ts';
import { type Bound, WATCH_LEVEL } from './governance-rules.ts';
import type { MeasuredField } from './rules.ts';
import { runningMeasures, type SubjectCounts } from './running-measures.ts';

/** What a bound is about, as it is watched: with the 99 % interval. Null where the counts carry no such measure. */
export function measureWatched(
  field: MeasuredField,
  counts: SubjectCounts,
  of: Pick<Bound, 'metric' | 'className'>,
): Measurement | null {
  const found = runningMeasures(field, counts, { level: WATCH_LEVEL }).find(
    (one) => one.metric === of.metric && one.className === of.className,
  );
  return found?.measurement ?? null;
}
