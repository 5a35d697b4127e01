import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import type { DashboardView } from '#server/analytics/schemas.ts';

type Batch = DashboardView['batches'][number];

/** At most four lines can be told apart; the batches read last. */
const MOST_LINES = 4;
const HOUR = 3_600_000;

/** Reads by hour, a line a batch, on one row of hours counted from the first. */
export function PaceChart({ batches }: { batches: readonly Batch[] }) {
  const shown = batches
    .filter((batch) => batch.hours.length > 0)
    .sort((a, b) => (b.hours.at(-1)?.at.getTime() ?? 0) - (a.hours.at(-1)?.at.getTime() ?? 0))
    .slice(0, MOST_LINES);
  const starts = shown.flatMap((batch) => batch.hours.slice(0, 1).map((hour) => hour.at.getTime()));
  if (starts.length === 0)
    return (
      <EmptyState title="No read in the last seven days">The pace appears with the next reads.</EmptyState>
    );
  const first = Math.min(...starts);
  const last = Math.max(...shown.flatMap((batch) => batch.hours.slice(-1).map((hour) => hour.at.getTime())));
  const isLong = last - first > 3 * 24 * HOUR;
  const since = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  }).format(first);
  return (
    <LineWithBand
      title="Reads per hour"
      says={
        isLong
          ? 'Reads submitted in each hour, by batch.'
          : `Reads submitted in each hour since ${since} UTC, by batch.`
      }
      format="count"
      unit="Reads per hour"
      placeWords={isLong ? 'day' : 'number'}
      series={shown.map((batch, index) => ({
        name: nameOf(batch, shown, index),
        points: batch.hours.map((hour) => ({
          at: isLong ? hour.at : Math.round((hour.at.getTime() - first) / HOUR),
          value: hour.reads,
        })),
      }))}
      note={isLong ? undefined : 'Along: hours since the first.'}
    />
  );
}

/** Batches of the same name are told apart by their vendor, then by a number. */
function nameOf(batch: Batch, shown: readonly Batch[], index: number): string {
  const same = shown.filter((other) => other.name === batch.name);
  if (same.length === 1) return batch.name;
  const withVendor = batch.vendor ? `${batch.name} ${batch.vendor}` : batch.name;
  return same.filter((other) => other.vendor === batch.vendor).length === 1
    ? withVendor
    : `${withVendor} ${index + 1}`;
}
