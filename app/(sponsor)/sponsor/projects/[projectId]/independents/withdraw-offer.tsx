'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Takes an offer back, or turns an application down; the person is told. */
export function WithdrawOffer({ offerId, isApplication }: { offerId: string; isApplication: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const withdraw = useMutation(
    trpc.staffing.withdrawOffer.mutationOptions({
      onSuccess: () => {
        toast.success(isApplication ? 'Turned down; the person is told.' : 'Taken back; the person is told.');
        router.refresh();
      },
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'That did not work.'),
    }),
  );
  return (
    <Button
      size="sm"
      variant="quiet"
      pending={withdraw.isPending}
      onClick={() => withdraw.mutate({ offerId })}
    >
      {isApplication ? 'Turn down' : 'Take back'}
    </Button>
  );
}
