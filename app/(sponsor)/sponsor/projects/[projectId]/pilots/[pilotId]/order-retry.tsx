'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { formatMoney } from '#app/_ui/format-money.ts';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

type OrderRetryProps = {
  pilotId: string;
  vendor: string;
  price: { amountMinor: bigint; currency: string };
  from: Date;
  until: Date;
  problem: string | null;
  mayOrder: boolean;
};

/** The retry that was granted: from when it can be ordered, and the order, which is asked for once more before it is placed (R16). */
export function OrderRetry({ pilotId, vendor, price, from, until, problem, mayOrder }: OrderRetryProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const order = useMutation(
    trpc.pilots.orderRetry.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('The retry is ordered and open.');
        router.refresh();
      },
    }),
  );
  return (
    <section aria-label="Retry" className="mb-8 flex max-w-[720px] flex-col gap-3">
      <p className="text-sm">
        {problem ?? (
          <>
            The retry can be ordered since <DateTime at={from} />, until <DateTime at={until} />: other cases
            of this dataset, by the same terms and at the same price. If it is not ordered by then it lapses:
            the vendor’s access ends, and its bid with it.
          </>
        )}
      </p>
      {mayOrder && problem === null ? (
        <div>
          <Dialog
            title="Order the retry?"
            description={`${vendor} reads other cases by the same terms at ${formatMoney(price).full} a read. The money is reserved and the retry opens at once; every valid read is paid, pass or fail. There is no second retry.`}
            trigger={<Button variant="primary">Order retry</Button>}
            open={isOpen}
            onOpenChange={(open) => {
              setIsOpen(open);
              order.reset();
            }}
            footer={
              <Button variant="primary" pending={order.isPending} onClick={() => order.mutate({ pilotId })}>
                Order retry
              </Button>
            }
          >
            <Refusal error={order.error} title="The retry was not ordered." />
          </Dialog>
        </div>
      ) : null}
    </section>
  );
}
