'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { Sheet } from '#app/_ui/sheet.tsx';
import { SkeletonText } from '#app/_ui/skeleton.tsx';
import type { RosterParameters } from '#server/staffing/roster-schemas.ts';

type SubstitutesProps = {
  assignmentId: string;
  name: string;
  isBusy: boolean;
  onPlan: (parameters: RosterParameters, basePlanId: string) => void;
};

/** Who could take the place of somebody who is missing, ranked with reasons; one press plans again around the others. */
export function Substitutes({ assignmentId, name, isBusy, onPlan }: SubstitutesProps) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const query = useQuery({
    ...trpc.staffing.substitutes.queryOptions({ assignmentId }),
    enabled: isOpen,
  });
  const found = query.data;
  const again = (including: RosterParameters['including']) => {
    if (!found) return;
    setOpen(false);
    onPlan({ ...found.again, including }, found.basePlanId);
  };
  return (
    <Sheet
      title={`In place of ${name}`}
      description="Everybody who has accepted stays. The new plan asks nobody until you choose it."
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="sm" aria-label={`Find a substitute for ${name}`}>
          Find a substitute
        </Button>
      }
    >
      {query.isError ? (
        <p className="text-base">{query.error.message}</p>
      ) : !found ? (
        <SkeletonText lines={6} />
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-base">
            <strong>{found.openItems.toLocaleString('en-GB')}</strong> items of “{found.seatLabel}” are open.
          </p>
          {found.people.length === 0 ? (
            <EmptyState title="Nobody could take over">
              None of your people meets the seat’s rule and has hours left. Plan again around the others, or
              invite somebody.
            </EmptyState>
          ) : (
            <ol className="divide-y divide-line border-line border-y">
              {found.people.map((person) => (
                <li key={person.personId} className="flex flex-col gap-2 py-3">
                  <span className="flex flex-wrap items-center justify-between gap-2">
                    <span className="font-medium text-base">{person.name}</span>
                    <Button
                      size="sm"
                      disabled={isBusy}
                      aria-label={`Plan again with ${person.name}`}
                      onClick={() => again([{ personId: person.personId, seat: found.seat }])}
                    >
                      Plan with {person.name.split(' ')[0]}
                    </Button>
                  </span>
                  <span className="text-sm">
                    {Math.round(person.covers * 100)} % of it in {person.hours.toFixed(1)} h
                    {person.extraPerItemMinor === null
                      ? ''
                      : ` · ${costWords(person.extraPerItemMinor, found.currency)}`}
                  </span>
                  <ul className="list-disc pl-4 text-ink-2 text-sm">
                    {person.reasons.map((reason) => (
                      <li key={reason}>{reason}</li>
                    ))}
                  </ul>
                </li>
              ))}
            </ol>
          )}
          <div>
            <Button disabled={isBusy} onClick={() => again([])}>
              Plan again around the others
            </Button>
          </div>
        </div>
      )}
    </Sheet>
  );
}

function costWords(extraMinor: number, currency: string): string {
  const rounded = BigInt(Math.round(extraMinor));
  if (rounded === 0n) return `costs the same as before per item`;
  const amount = formatMoney({ amountMinor: rounded < 0n ? -rounded : rounded, currency }).full;
  return `${amount} ${rounded > 0n ? 'more' : 'less'} per item`;
}
