import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import type { HandOffView, RoutingView } from '#server/routing/schemas.ts';

const REASONS: Record<HandOffView['reason'], string> = {
  made: 'From the start',
  late: 'Overdue',
  hours: 'Beyond the hours',
};

/** Every hand-off to a vendor: why, how much, and how long until its first read. */
export function HandOffTable({ view, projectId }: { view: RoutingView; projectId: string }) {
  return (
    <DataTable
      id="hand-offs"
      caption="Hand-offs"
      complete
      columns={[
        { key: 'to', header: 'To', phone: 'main', sortable: true },
        { key: 'reads', header: 'Reads', align: 'right', sortable: true },
        { key: 'why', header: 'Why', sortable: true },
        { key: 'says', header: 'Decided on', maxWidth: 360 },
        { key: 'decided', header: 'Decided', sortable: true },
        { key: 'took', header: 'Until first read', align: 'right', sortable: true, phone: 'side' },
      ]}
      rows={view.handOffs.map((one) => {
        const seconds = secondsOf(one);
        return {
          id: one.id,
          href: `/sponsor/projects/${projectId}/batches/${one.batchId}`,
          name: `${one.batch}, to ${one.to}`,
          cells: {
            to: one.to,
            reads: one.reads.toLocaleString('en'),
            why: REASONS[one.reason],
            says: one.says,
            decided: <DateTime at={one.decidedAt} format="minute" />,
            took: seconds === null ? 'waiting' : formatDuration(seconds),
          },
          values: {
            to: one.to,
            reads: one.reads,
            why: REASONS[one.reason],
            says: one.says,
            decided: one.decidedAt,
            took: seconds,
          },
        };
      })}
      empty="Nothing has been handed over. What own staff does not manage in time will be listed here."
    />
  );
}

function secondsOf({ countsFrom, firstReadAt }: HandOffView): number | null {
  return countsFrom === null || firstReadAt === null
    ? null
    : Math.max(0, (firstReadAt.getTime() - countsFrom.getTime()) / 1000);
}
