import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import type { ContractView } from '#server/contracts/view-schemas.ts';

/** Batches opened under the contract and cases added to them, with the version and class that price them. */
export function CallOffTable({ contract }: { contract: ContractView }) {
  const href = (batchId: string) =>
    contract.side === 'sponsor'
      ? `/sponsor/projects/${contract.project.id}/batches/${batchId}`
      : `/vendor/batches/${batchId}`;
  return (
    <DataTable
      id="call-offs"
      caption="Called off, newest first"
      complete
      columns={[
        { key: 'batch', header: 'Batch', phone: 'main', sortable: true },
        { key: 'reads', header: 'Reads', align: 'right', phone: 'side', sortable: true },
        { key: 'tier', header: 'Class' },
        { key: 'version', header: 'Version', align: 'right' },
        { key: 'at', header: 'Called off', sortable: true },
        { key: 'due', header: 'Due', sortable: true },
        { key: 'status', header: 'State' },
      ]}
      rows={contract.callOffs.map((row, at) => ({
        id: `${row.batchId} ${row.calledAt.toISOString()} ${at}`,
        href: href(row.batchId),
        name: row.batch,
        cells: {
          batch: row.batch,
          reads: row.reads.toLocaleString('en'),
          tier: row.tier,
          version: row.version,
          at: <DateTime at={row.calledAt} format="day" />,
          due: row.dueAt ? <DateTime at={row.dueAt} format="day" /> : 'not agreed',
          status: <StatusPill state={row.status} />,
        },
        values: { batch: row.batch, reads: row.reads, at: row.calledAt, due: row.dueAt },
      }))}
      empty={
        <EmptyState title="Batches under the contract will be here">
          Opening a batch, or adding cases to it, calls off its reads, at the price of its class in the
          version that holds then.
        </EmptyState>
      }
    />
  );
}
