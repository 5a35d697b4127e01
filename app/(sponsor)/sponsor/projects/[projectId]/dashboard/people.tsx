import { DotPlotIntervals } from '#app/_ui/charts/dot-plot-intervals.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { dotRow } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/figure-parts.tsx';
import type { DashboardView } from '#server/analytics/schemas.ts';

type Reader = DashboardView['readers'][number];

/** Vendors compared on gold, then every reader with counters. */
export function People({ data }: { data: DashboardView }) {
  const vendors = data.vendors.map(({ name, gold }) => dotRow(name, gold));
  return (
    <div className="flex flex-col gap-8">
      {vendors.length > 0 ? (
        <DotPlotIntervals
          title="Right on gold by vendor"
          says="Share of reads on gold with every gated field right. Reads of one case go together: n counts cases, the 95 % interval is by case."
          ends={[0, 1]}
          rows={vendors}
        />
      ) : null}
      <ReaderLines data={data} />
    </div>
  );
}

function ReaderLines({ data }: { data: DashboardView }) {
  const names = new Map(data.batches.map((batch) => [batch.batchId, batch.name]));
  const pace = (reader: Reader) =>
    reader.activeMs < 60_000 ? null : (reader.reads * 3_600_000) / reader.activeMs;
  return (
    <DataTable
      id="dashboard-readers"
      caption="Readers"
      complete
      search
      columns={[
        { key: 'alias', header: 'Reader', phone: 'main', sortable: true },
        { key: 'batch', header: 'Batch', sortable: true, maxWidth: 200 },
        { key: 'vendor', header: 'Vendor', sortable: true, maxWidth: 200 },
        { key: 'status', header: 'State', sortable: true },
        { key: 'reads', header: 'Reads', align: 'right', sortable: true, phone: 'side' },
        { key: 'pace', header: 'Per active hour', align: 'right', sortable: true },
        { key: 'gold', header: 'Right on gold', sortable: true },
        { key: 'seen', header: 'Last seen', sortable: true },
      ]}
      rows={data.readers.map((reader) => {
        const perHour = pace(reader);
        return {
          id: `${reader.batchId} ${reader.alias}`,
          cells: {
            alias: reader.alias,
            batch: names.get(reader.batchId) ?? '',
            vendor: reader.vendor ?? <span className="text-ink-3">Own panel</span>,
            status: <StatusPill state={reader.status} />,
            reads: reader.reads.toLocaleString('en'),
            pace: perHour === null ? <span className="text-ink-3">–</span> : Math.round(perHour),
            gold: (
              <Measure
                size="inline"
                label="Right on gold"
                labelHidden
                value={reader.gold.value}
                reason={reader.gold.reason === 'withheld' ? 'withheld' : 'No gold read yet'}
                interval={reader.gold.interval}
                n={reader.gold.n}
              />
            ),
            seen: <DateTime at={reader.lastSeenAt} />,
          },
          values: {
            alias: reader.alias,
            batch: names.get(reader.batchId) ?? '',
            vendor: reader.vendor,
            status: reader.status,
            reads: reader.reads,
            pace: perHour,
            gold: reader.gold.value,
            seen: reader.lastSeenAt,
          },
        };
      })}
      empty={<EmptyState title="Nobody has joined yet">Readers appear as they start.</EmptyState>}
    />
  );
}
