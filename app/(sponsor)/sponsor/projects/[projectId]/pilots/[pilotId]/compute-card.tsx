'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Computes the card again from the raw reads; the former card stays on record. */
export function ComputeCard({ pilotId, isFirst }: { pilotId: string; isFirst: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const compute = useMutation(
    trpc.pilots.compute.mutationOptions({
      onSuccess: () => {
        toast.success('The scorecard is computed from the raw reads.');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Button
      variant={isFirst ? 'primary' : 'secondary'}
      pending={compute.isPending}
      onClick={() => compute.mutate({ pilotId })}
    >
      {isFirst ? 'Compute scorecard' : 'Compute scorecard again'}
    </Button>
  );
}
