import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Money } from '#app/_ui/money.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';

export type DeductionsProps = {
  lines: readonly {
    transferId: string;
    batch: string;
    project: string;
    amountMinor: bigint;
    currency: string;
    postedAt: Date;
    contractId: string;
  }[];
};

/** Service credits taken from what was earned; nothing where there are none. */
export function Deductions({ lines }: DeductionsProps) {
  if (lines.length === 0) return null;
  return (
    <section aria-label="Service credits" className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">Service credits</h2>
      <p className="text-ink-3 text-sm">
        Given back for missed service levels, as agreed in the contract. Nobody’s pay per case is changed by
        them.
      </p>
      <DataTable
        id="deductions"
        caption="Service credits, newest first"
        complete
        columns={[
          { key: 'batch', header: 'Batch', phone: 'main', sortable: true },
          { key: 'project', header: 'Project', sortable: true },
          { key: 'at', header: 'Taken', sortable: true },
          { key: 'amount', header: 'Amount', align: 'right', phone: 'side', sortable: true },
        ]}
        rows={lines.map((line) => ({
          id: line.transferId,
          cells: {
            batch: <TextLink href={`/vendor/contracts/${line.contractId}`}>{line.batch}</TextLink>,
            project: line.project,
            at: <DateTime at={line.postedAt} format="day" />,
            amount: <Money amountMinor={-line.amountMinor} currency={line.currency} />,
          },
          values: {
            batch: line.batch,
            project: line.project,
            at: line.postedAt,
            amount: { amountMinor: -line.amountMinor, currency: line.currency },
          },
        }))}
        empty={null}
      />
    </section>
  );
}
