import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Money } from '#app/_ui/money.tsx';
import type { MarginsView } from '#server/staffing/schemas.ts';
import { RateDialog } from './rate-dialog.tsx';

const per = { per_read: 'per accepted read', per_active_hour: 'per active hour' } as const;

/** Each person's rate in force, with the way to set a new one. */
export function StaffRates({ staff, currency }: { staff: MarginsView['staff']; currency: string }) {
  return (
    <DataTable
      id="staff-rates"
      urlPrefix="rate"
      caption="Rates of your people"
      complete
      columns={[
        { key: 'person', header: 'Person', sortable: true, phone: 'main' },
        { key: 'rate', header: 'Rate' },
        { key: 'since', header: 'Since', sortable: true },
        { key: 'act', header: '', align: 'right', phone: 'side' },
      ]}
      rows={staff.map(({ personId, name, rate }) => ({
        id: personId,
        cells: {
          person: (
            <>
              {name}
              <span className="block text-xs sm:hidden">
                <Rate rate={rate} />
              </span>
            </>
          ),
          rate: <Rate rate={rate} />,
          since: rate ? <DateTime at={rate.effectiveAt} format="day" /> : '',
          act: <RateDialog personId={personId} name={name} rate={rate} currency={currency} />,
        },
        values: { person: name, since: rate?.effectiveAt ?? null },
      }))}
      csvHidden
      empty={
        <EmptyState
          title="Nobody reads for you yet"
          action={<LinkButton href="/vendor/team">Invite annotators</LinkButton>}
        >
          Each of your readers stands here with what you pay them.
        </EmptyState>
      }
    />
  );
}

function Rate({ rate }: { rate: MarginsView['staff'][number]['rate'] }) {
  if (rate === null) return <span className="text-ink-3">no rate yet</span>;
  return <Money amountMinor={rate.amountMinor} currency={rate.currency} per={per[rate.basis]} />;
}
