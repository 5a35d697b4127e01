'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { OrderView } from '#server/own-staff/schemas.ts';

/** Of an in-house unit: the orders of its sponsor, and the answer to what waits. */
export function OrderList({ orders, mayAnswer }: { orders: readonly OrderView[]; mayAnswer: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const answer = useMutation(
    trpc.ownStaff.answer.mutationOptions({
      onSuccess: (_, { isAccepted }) => {
        toast.success(isAccepted ? 'The order is agreed.' : 'The order is declined.');
        router.refresh();
      },
    }),
  );
  return (
    <section aria-label="Orders of your sponsor" className="mb-8 flex max-w-[720px] flex-col gap-3">
      <h2 className="font-semibold text-lg">Orders of your sponsor</h2>
      {answer.error ? <ErrorState title="The answer was not kept">{answer.error.message}</ErrorState> : null}
      <ul className="divide-y divide-line border-line border-y">
        {orders.map((one) => (
          <li
            key={one.id}
            className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3 text-sm"
          >
            <div className="min-w-0">
              <p className="font-medium">{one.project}</p>
              <p className="text-ink-2">
                {one.pricePerReadMinor === 0n ? (
                  'No internal charge'
                ) : (
                  <Money amountMinor={one.pricePerReadMinor} currency={one.currency} per="a read" />
                )}
                , up to {one.hoursPerWeek} hours a week,{' '}
                {one.needsExam ? 'after the exam' : 'without an exam'}
              </p>
              {one.note === '' ? null : <p className="text-ink-3">{one.note}</p>}
            </div>
            {one.status === 'proposed' && mayAnswer ? (
              <div className="flex gap-2">
                <Button
                  size="sm"
                  variant="primary"
                  disabled={answer.isPending}
                  aria-label={`Accept the order for ${one.project}`}
                  onClick={() => answer.mutate({ orderId: one.id, isAccepted: true })}
                >
                  Accept order
                </Button>
                <Button
                  size="sm"
                  disabled={answer.isPending}
                  aria-label={`Decline the order for ${one.project}`}
                  onClick={() => answer.mutate({ orderId: one.id, isAccepted: false })}
                >
                  Decline
                </Button>
              </div>
            ) : (
              <StatusPill state={one.status} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
