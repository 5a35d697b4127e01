'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { toast } from '#app/_ui/toast.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

type ConfirmIntakeProps = { datasetId: string; isOpen: boolean; waiting: number; canReopen: boolean };

/** Freezes the accepted set, deciding on what is left in one go when asked; or opens it again while no batch uses it. */
export function ConfirmIntake({ datasetId, isOpen, waiting, canReopen }: ConfirmIntakeProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const confirm = useMutation(
    trpc.datasets.confirmIntake.mutationOptions({
      onSuccess: ({ accepted, excluded }) => {
        toast.success(`${counted(accepted, 'case')} accepted, ${excluded.toLocaleString('en')} kept out.`);
        router.refresh();
      },
    }),
  );
  const reopen = useMutation(
    trpc.datasets.reopenIntake.mutationOptions({ onSuccess: () => router.refresh() }),
  );
  const pending = confirm.isPending;
  return (
    <div className="flex flex-col gap-3 pb-8">
      <div className="flex flex-wrap gap-2">
        {isOpen && waiting === 0 ? (
          <Button variant="primary" pending={pending} onClick={() => confirm.mutate({ datasetId })}>
            Confirm accepted set
          </Button>
        ) : null}
        {isOpen && waiting > 0 ? (
          <>
            <Button
              variant="primary"
              pending={pending}
              onClick={() => confirm.mutate({ datasetId, undecided: 'exclude' })}
            >
              Exclude the {waiting.toLocaleString('en')} undecided and confirm
            </Button>
            <Button pending={pending} onClick={() => confirm.mutate({ datasetId, undecided: 'keep' })}>
              Keep them and confirm
            </Button>
          </>
        ) : null}
        {!isOpen && canReopen ? (
          <Button pending={reopen.isPending} onClick={() => reopen.mutate({ datasetId })}>
            Open the intake again
          </Button>
        ) : null}
      </div>
      <Refusal error={confirm.error ?? reopen.error} title="The intake stays as it is." />
    </div>
  );
}
