'use client';

import { Badge } from '#app/_ui/badge.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';
import type { PlanView } from '#server/staffing/roster-view-schemas.ts';
import { DropOutDialog } from './drop-out-dialog.tsx';
import type { ContractRoster, PlanPerson } from './planner-types.ts';
import { Substitutes } from './substitutes.tsx';

type PeopleTableProps = {
  plan: PlanView;
  contract: ContractRoster;
  isBusy: boolean;
  onPlan: (parameters: RosterParameters, basePlanId: string) => void;
};

const STATUS: Record<
  PlanPerson['status'],
  { says: string; tone: 'good' | 'attention' | 'information' | 'neutral' }
> = {
  planned: { says: 'not asked yet', tone: 'neutral' },
  proposed: { says: 'asked', tone: 'information' },
  accepted: { says: 'accepted', tone: 'good' },
  declined: { says: 'declined', tone: 'attention' },
  withdrawn: { says: 'withdrawn', tone: 'neutral' },
  dropped: { says: 'dropped out', tone: 'attention' },
};
const ASSUMED = { speed: 'speed', accuracy: 'accuracy', cost: 'cost' } as const;
const sum = (hours: readonly number[]) => hours.reduce((a, b) => a + b, 0);

/** Who has which seat, with how many hours, and how they answered; where somebody is missing, who could take over. */
export function PeopleTable({ plan, contract, isBusy, onPlan }: PeopleTableProps) {
  const isInForce = plan.status === 'chosen';
  return (
    <DataTable
      id={`roster-${plan.planId}`}
      urlPrefix="who"
      caption={isInForce ? 'People on the roster' : 'People in this plan'}
      complete
      columns={[
        { key: 'person', header: 'Person', sortable: true, phone: 'main' },
        { key: 'seat', header: 'Seat', sortable: true },
        { key: 'hours', header: 'Hours', align: 'right', sortable: true },
        { key: 'use', header: 'Of offered', align: 'right', sortable: true },
        { key: 'items', header: 'Items', align: 'right', sortable: true },
        ...(contract.canSeeMoney
          ? [{ key: 'cost', header: 'Cost', align: 'right' as const, sortable: true }]
          : []),
        { key: 'status', header: 'Answer', sortable: true, phone: 'side' as const },
        ...(isInForce
          ? [{ key: 'act', header: '', align: 'right' as const, phone: 'side' as const, isAction: true }]
          : []),
      ]}
      rows={plan.people.map((one) => {
        const { says, tone } = STATUS[one.status];
        const [hours, offered] = [sum(one.hours), sum(one.offered)];
        return {
          id: one.personId,
          cells: {
            person: (
              <>
                {one.name}
                {one.assumed.length > 0 ? (
                  <span className="block text-ink-3 text-xs">
                    assumed: {one.assumed.map((what) => ASSUMED[what]).join(', ')}
                  </span>
                ) : null}
              </>
            ),
            seat: one.seatLabel,
            hours: hours.toFixed(1),
            use: offered > 0 ? `${Math.round((hours / offered) * 100)} %` : '–',
            items: Math.round(one.items).toLocaleString('en-GB'),
            cost:
              one.costMinor === null ? (
                '–'
              ) : (
                <Money codeHidden amountMinor={one.costMinor} currency={plan.currency} />
              ),
            status: <Badge tone={tone}>{says}</Badge>,
            act: isInForce ? <Action one={one} isBusy={isBusy} onPlan={onPlan} /> : null,
          },
          values: {
            person: one.name,
            seat: one.seatLabel,
            hours,
            use: offered > 0 ? hours / offered : 0,
            items: one.items,
            cost: one.costMinor === null ? null : { amountMinor: one.costMinor, currency: plan.currency },
            status: says,
          },
        };
      })}
      empty={<EmptyState title="Nobody">This plan needs nobody.</EmptyState>}
    />
  );
}

type ActionProps = { one: PlanPerson; isBusy: boolean; onPlan: PeopleTableProps['onPlan'] };

function Action({ one, isBusy, onPlan }: ActionProps) {
  if (one.assignmentId === null) return null;
  if (one.status === 'proposed' || one.status === 'accepted')
    return (
      <DropOutDialog assignmentId={one.assignmentId} name={one.name} isEngaged={one.status === 'accepted'} />
    );
  if (one.status === 'declined' || one.status === 'dropped')
    return <Substitutes assignmentId={one.assignmentId} name={one.name} isBusy={isBusy} onPlan={onPlan} />;
  return null;
}
