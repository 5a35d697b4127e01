import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { StatusPill } from '#app/_ui/status-pill.tsx';

type Line = {
  contractId: string;
  projectId: string;
  project: string;
  other: string;
  status: 'active' | 'completed' | 'terminated';
  version: number;
  shareBasisPoints: number;
  currency: string;
  fromMinor: bigint;
  toMinor: bigint;
  waits: string | null;
};

/** Awards with what they cost and what waits, for either side. */
export function ContractList({ lines, side }: { lines: readonly Line[]; side: 'sponsor' | 'vendor' }) {
  const price = ({ fromMinor, toMinor, currency }: Line) => {
    const say = (amountMinor: bigint) => formatMoney({ amountMinor, currency }).full;
    return fromMinor === toMinor ? say(fromMinor) : `${say(fromMinor)} to ${say(toMinor)}`;
  };
  return (
    <DataTable
      id="contracts"
      caption="Contracts"
      complete
      columns={[
        { key: 'other', header: side === 'sponsor' ? 'Vendor' : 'Project', phone: 'main', sortable: true },
        { key: 'price', header: 'Per read', align: 'right' },
        { key: 'share', header: 'Share', align: 'right', sortable: true },
        { key: 'version', header: 'Version', align: 'right', sortable: true },
        { key: 'waits', header: 'Waits' },
        { key: 'status', header: 'State', phone: 'side', sortable: true },
      ]}
      rows={lines.map((line) => ({
        id: line.contractId,
        href:
          side === 'sponsor'
            ? `/sponsor/projects/${line.projectId}/contracts/${line.contractId}`
            : `/vendor/contracts/${line.contractId}`,
        name: side === 'sponsor' ? line.other : line.project,
        cells: {
          other: side === 'sponsor' ? line.other : `${line.project}, ${line.other}`,
          price: price(line),
          share: `${line.shareBasisPoints / 100} %`,
          version: line.version,
          waits: line.waits ?? 'nothing',
          status: <StatusPill state={line.status} />,
        },
        values: {
          other: side === 'sponsor' ? line.other : line.project,
          share: line.shareBasisPoints,
          version: line.version,
          status: line.status,
        },
      }))}
      empty={
        <EmptyState title="Contracts will be here">
          A signed verdict on a pilot awards the work; its terms, versions and service levels are kept here.
        </EmptyState>
      }
    />
  );
}
