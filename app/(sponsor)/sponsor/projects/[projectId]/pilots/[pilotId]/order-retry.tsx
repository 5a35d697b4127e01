'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

/** The retry that was granted: from when it can be ordered, and the button that does it (R16). */
export function OrderRetry(props: {
  pilotId: string;
  from: Date;
  problem: string | null;
  mayOrder: boolean;
}) {
  const { pilotId, from, problem, mayOrder } = props;
  const trpc = useTRPC();
  const router = useRouter();
  const order = useMutation(
    trpc.pilots.orderRetry.mutationOptions({
      onSuccess: () => {
        toast.success('The retry is ordered and open.');
        router.refresh();
      },
    }),
  );
  return (
    <section aria-label="Retry" className="mb-8 flex max-w-[720px] flex-col gap-3">
      <Refusal error={order.error} title="The retry was not ordered." />
      <p className="text-sm">
        {problem ?? (
          <>
            The retry can be ordered since <DateTime at={from} />: other cases of this dataset, by the same
            terms and at the same price.
          </>
        )}
      </p>
      {mayOrder ? (
        <div>
          <Button
            variant="primary"
            pending={order.isPending}
            disabled={problem !== null}
            onClick={() => order.mutate({ pilotId })}
          >
            Order retry
          </Button>
        </div>
      ) : null}
    </section>
  );
}
