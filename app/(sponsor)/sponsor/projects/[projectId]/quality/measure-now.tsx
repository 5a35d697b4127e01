'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Measures a batch from its raw reads now; otherwise it is measured again whenever it has grown by a quarter. */
export function MeasureNow({ batchId }: { batchId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const measure = useMutation(
    trpc.analytics.measureNow.mutationOptions({
      onSuccess: ({ reads }) => {
        toast.success(`Measured from ${reads.toLocaleString('en')} reads.`);
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Button pending={measure.isPending} onClick={() => measure.mutate({ batchId })}>
      Measure now
    </Button>
  );
}
