'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Checks the whole books now instead of waiting for the next quarter of an hour. */
export function CheckLedger() {
  const trpc = useTRPC();
  const router = useRouter();
  const check = useMutation(
    trpc.health.checkLedger.mutationOptions({
      onSuccess: ({ ok }) => {
        if (ok) toast.success('The books balance.');
        else toast.error('The books do not balance. Stop payouts and find the cause.');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Button pending={check.isPending} onClick={() => check.mutate()}>
      Check the ledger now
    </Button>
  );
}
