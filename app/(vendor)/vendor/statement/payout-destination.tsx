'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';

type Destination = {
  id: string;
  rail: 'stripe_connect' | 'bank_transfer';
  currency: string;
  status: string;
  requirements: readonly string[];
};

/** Where money goes: set up, finish the rail's questions, look again (R32). */
export function PayoutDestination({ destinations }: { destinations: readonly Destination[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const onError = (error: { message: string }) => toast.error(error.message);
  const setUp = useMutation(
    trpc.payouts.setUpDestination.mutationOptions({ onSuccess: () => router.refresh(), onError }),
  );
  const refresh = useMutation(
    trpc.payouts.refreshDestination.mutationOptions({ onSuccess: () => router.refresh(), onError }),
  );
  const onboard = useMutation(
    trpc.payouts.onboard.mutationOptions({ onSuccess: ({ url }) => window.location.assign(url), onError }),
  );
  const open = destinations.filter((destination) => destination.status !== 'closed');
  if (open.length === 0) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p className="prose-width text-ink-2">
          Nothing is set up yet. Where Stripe pays out in your country you are paid through Stripe; elsewhere
          by bank transfer with a recorded reference.
        </p>
        <Button variant="primary" pending={setUp.isPending} onClick={() => setUp.mutate({ currency: 'USD' })}>
          Set up payouts
        </Button>
      </div>
    );
  }
  return (
    <ul className="divide-y divide-line border-line border-y">
      {open.map((destination) => (
        <li key={destination.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2">
          <span className="min-w-0 grow basis-64">
            <span className="block font-medium text-base">
              {destination.rail === 'stripe_connect' ? 'Stripe' : 'Bank transfer'} · {destination.currency}
            </span>
            <span className="block text-ink-3 text-sm">
              {destination.requirements.join(' ') || 'Ready to be paid.'}
            </span>
          </span>
          <StatusPill state={destination.status} />
          {destination.rail === 'stripe_connect' && destination.status !== 'ready' ? (
            <Button
              size="sm"
              variant="primary"
              pending={onboard.isPending}
              onClick={() =>
                onboard.mutate({ destinationId: destination.id, returnPath: window.location.pathname })
              }
            >
              Finish at Stripe
            </Button>
          ) : null}
          {destination.rail === 'stripe_connect' ? (
            <Button
              size="sm"
              pending={refresh.isPending}
              onClick={() => refresh.mutate({ destinationId: destination.id })}
            >
              Check again
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
