import { bootstrapInterval } from '#server/quality/bootstrap-interval.ts';
import { type Measurement, measured, unmeasured } from '#server/quality/measurement.ts';
import { studentCritical } from '#server/quality/student-critical.ts';

/**
 * Reads per active hour: reads over the time the reader was active on them, idle left out. The interval is the seeded
 * bootstrap over cases, because slow cases are slow for everyone. `n` counts reads.
 * Null with `no_active_time` when no read has a measured time.
 */
export function readsPerActiveHour(
  reads: readonly { taskId: string; activeMs: number }[],
  options: { resamples?: number } = {},
): Measurement {
  const byTask = new Map<string, { reads: number; ms: number }>();
  let n = 0;
  let ms = 0;
  for (const read of reads) {
    if (read.activeMs <= 0) continue;
    const task = byTask.get(read.taskId) ?? { reads: 0, ms: 0 };
    task.reads += 1;
    task.ms += read.activeMs;
    byTask.set(read.taskId, task);
    n += 1;
    ms += read.activeMs;
  }
  const nExcluded = reads.length - n;
  const name = 'reads_per_active_hour';
  if (n === 0)
    return unmeasured({ reason: 'no_active_time', nExcluded, exclusion: 'no_active_time', method: name });
  const rate = (count: number, time: number): number | null => (time > 0 ? (count * 3_600_000) / time : null);
  const interval = bootstrapInterval({
    contributions: Float64Array.from([...byTask.values()].flatMap((task) => [task.reads, task.ms])),
    width: 2,
    statistic: (sums) => rate(sums[0] ?? 0, sums[1] ?? 0),
    resamples: options.resamples ?? 2000,
  });
  return measured({
    value: (n * 3_600_000) / ms,
    ci: interval.ci,
    se: interval.se,
    n,
    nExcluded,
    exclusion: 'no_active_time',
    method: `${name};${interval.method}`,
  });
}

/**
 * Reads per active hour from the readers' own counters, whatever the number of reads: reads over active time. The interval is
 * that of a ratio of sums over people (Student's t, the reader as the unit), null with one person. `n` counts reads.
 */
export function throughputOfReaders(
  readers: readonly { submitted: number; activeMs: number }[],
  level = 0.95,
): Measurement {
  const name = 'reads_per_active_hour;readers';
  const own = readers.filter((one) => one.submitted > 0 && one.activeMs > 0);
  const n = own.reduce((sum, one) => sum + one.submitted, 0);
  const hours = own.reduce((sum, one) => sum + one.activeMs, 0) / 3_600_000;
  const nExcluded = readers.reduce((sum, one) => sum + one.submitted, 0) - n;
  const left = { nExcluded, exclusion: 'no_active_time', method: name };
  if (n === 0) return unmeasured({ reason: 'no_active_time', ...left });
  const value = n / hours;
  if (own.length < 2) return measured({ value, n, ...left });
  const squares = own.reduce(
    (sum, one) => sum + (one.submitted - (value * one.activeMs) / 3_600_000) ** 2,
    0,
  );
  const se = Math.sqrt((own.length / (own.length - 1)) * squares) / hours;
  const reach = studentCritical(level, own.length - 1) * se;
  return measured({ value, ci: [Math.max(0, value - reach), value + reach], se, n, ...left });
}
