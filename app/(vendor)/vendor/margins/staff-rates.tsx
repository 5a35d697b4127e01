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
        { key: 'act', header: '', align: 'right', phone: 'side', isAction: true },
      ]}
      rows={staff.map(({ personId, name, rates }) => ({
        id: personId,
        cells: {
          person: (
            <>
              {name}
              <span className="block text-xs sm:hidden">
                <Rates rates={rates} />
              </span>
            </>
          ),
          rate: <Rates rates={rates} />,
          since: <Since at={newest(rates)} />,
          act: <RateDialog personId={personId} name={name} rates={rates} currency={currency} />,
        },
        values: { person: name, since: newest(rates) },
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

type Rates = MarginsView['staff'][number]['rates'];

const newest = (rates: Rates): Date | null =>
  rates.reduce<Date | null>(
    (latest, { effectiveAt }) => (latest === null || effectiveAt > latest ? effectiveAt : latest),
    null,
  );

function Rates({ rates }: { rates: Rates }) {
  if (rates.length === 0) return <span className="text-ink-3">no rate yet</span>;
  return rates.map(({ amountMinor, currency, basis }) => (
    <span key={currency} className="block">
      <Money amountMinor={amountMinor} currency={currency} per={per[basis]} />
    </span>
  ));
}

function Since({ at }: { at: Date | null }) {
  return at ? <DateTime at={at} format="day" /> : null;
}
