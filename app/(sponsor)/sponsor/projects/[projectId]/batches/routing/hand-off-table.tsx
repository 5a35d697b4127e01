import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { formatDuration } from '#app/_ui/format-duration.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
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
        { key: 'batch', header: 'Batch', phone: 'main', sortable: true },
        { key: 'to', header: 'To', sortable: true },
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
            batch: (
              <>
                {one.batch}
                <span className="block pb-1 font-normal text-ink-2 text-xs sm:hidden">
                  {counted(one.reads, 'read')} to {one.to}, {REASONS[one.reason].toLowerCase()}
                </span>
              </>
            ),
            to: one.to,
            reads: one.reads.toLocaleString('en'),
            why: REASONS[one.reason],
            says: one.says,
            decided: <DateTime at={one.decidedAt} format="minute" />,
            took: seconds === null ? 'waiting' : formatDuration(seconds),
          },
          values: {
            batch: one.batch,
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
