'use client';

import { Button } from '#app/_ui/button.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { TableColumn, TableRow } from '#app/_ui/table-model.ts';
import { toast } from '#app/_ui/toast.ts';
import { Sample, Section } from './section.tsx';

const vendors = ['Harbour Reads', 'Meridian Annotation', 'Lumen Path', 'Oakfield Diagnostics'];
const states = ['submitted', 'shortlisted', 'piloting', 'declined'];

const columns: TableColumn[] = [
  { key: 'vendor', header: 'Vendor', sortable: true, phone: 'main' },
  { key: 'state', header: 'State', sortable: true },
  { key: 'alpha', header: 'Alpha in pilot', sortable: true },
  { key: 'seats', header: 'Seats', align: 'right', sortable: true },
  { key: 'location', header: 'Location', hiddenAtFirst: true },
  { key: 'price', header: 'Price per read', align: 'right', sortable: true, phone: 'side' },
];

const rows: TableRow[] = Array.from({ length: 14 }, (_, index) => {
  const vendor = `${vendors[index % 4]}${index < 4 ? '' : ` ${1 + Math.floor(index / 4)}`}`;
  const state = states[(index * 3) % 4] ?? 'draft';
  const price = BigInt(150 + ((index * 37) % 90));
  const alpha = 0.7 + ((index * 17) % 20) / 100;
  return {
    id: `bid-${index}`,
    href: '/ui#tables',
    name: vendor,
    cells: {
      vendor,
      state: <StatusPill state={state} />,
      alpha:
        index % 5 === 4 ? (
          <Measure size="inline" labelHidden label="Alpha" value={null} reason="no_data" />
        ) : (
          <Measure
            size="inline"
            labelHidden
            label="Alpha"
            value={alpha}
            interval={[alpha - 0.05, alpha + 0.04]}
            threshold={{ value: 0.8 }}
          />
        ),
      seats: 4 + (index % 6),
      location: index % 2 ? 'PT' : 'US',
      price: <Money amountMinor={price} currency="USD" codeHidden />,
    },
    values: { state, alpha: index % 5 === 4 ? null : alpha, price: { amountMinor: price, currency: 'USD' } },
  };
});

const empty = (
  <EmptyState title="Bids will be listed here" action={<Button>Invite vendors</Button>}>
    Six vendors meet every requirement; none has bid yet.
  </EmptyState>
);

/** The table in all its states. */
export function TableSamples() {
  return (
    <Section id="tables" title="Tables">
      <Sample name="DataTable: complete list, search, filter, selection, columns, CSV">
        <DataTable
          id="ui-bids"
          caption="Bids"
          columns={columns}
          rows={rows}
          complete
          search
          maxHeight={400}
          filters={[
            {
              key: 'state',
              label: 'State',
              options: states.map((state) => ({ value: state, label: state })),
            },
          ]}
          bulkActions={[
            { label: 'Shortlist', onRun: (ids) => void toast(`${ids.length} bids shortlisted`) },
            { label: 'Decline', danger: true, onRun: (ids) => void toast(`${ids.length} bids declined`) },
          ]}
          empty={empty}
        />
      </Sample>
      <Sample name="DataTable: keyset page">
        <DataTable
          id="ui-reads"
          caption="Reads"
          urlPrefix="reads-"
          columns={columns.slice(0, 3)}
          rows={rows.slice(0, 3)}
          nextCursor="019394d2"
          note="Counted up to 08:00; later reads are on their way."
          empty={empty}
        />
      </Sample>
      <div className="grid gap-6 lg:grid-cols-3">
        <Sample name="empty">
          <DataTable id="ui-empty" caption="Empty" columns={columns} rows={[]} complete empty={empty} />
        </Sample>
        <Sample name="loading">
          <DataTable
            id="ui-loading"
            caption="Loading"
            columns={columns}
            rows={[]}
            state="loading"
            empty={empty}
          />
        </Sample>
        <Sample name="error">
          <DataTable
            id="ui-error"
            caption="Error"
            columns={columns}
            rows={[]}
            state="error"
            error={
              <ErrorState title="The bids could not be read" reference="019394d2">
                Nothing is lost. Load the page again in a minute.
              </ErrorState>
            }
            empty={empty}
          />
        </Sample>
      </div>
    </Section>
  );
}
