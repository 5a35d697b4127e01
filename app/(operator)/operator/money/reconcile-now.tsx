'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Compares ledger, Stripe and transfers now instead of at the next hour. */
export function ReconcileNow() {
  const trpc = useTRPC();
  const router = useRouter();
  const reconcile = useMutation(
    trpc.payouts.reconcile.mutationOptions({
      onSuccess: ({ ok }) => {
        if (ok) toast.success('Ledger, Stripe and transfers agree to the cent.');
        else toast.error('Ledger and Stripe do not agree. What differs is named below.');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Button pending={reconcile.isPending} onClick={() => reconcile.mutate()}>
      Compare now
    </Button>
  );
}
