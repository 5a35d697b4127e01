'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Starts a payout run, after asking. */
export function StartRun({ payees }: { payees: number }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const start = useMutation(
    trpc.payouts.startRun.mutationOptions({
      onSuccess: ({ payouts, skipped }) => {
        setOpen(false);
        toast.success(
          `${payouts} payouts started${skipped.length > 0 ? `, ${skipped.length} payees skipped: no destination is ready` : ''}`,
        );
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Dialog
      title="Start a payout run?"
      description="What each payee with a ready destination is owed moves into transit and is paid over their rail. Payees without one keep their balance."
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button variant="primary" disabled={payees === 0}>
          Start payout run
        </Button>
      }
      footer={
        <>
          <DialogClose>
            <Button>Not now</Button>
          </DialogClose>
          <Button variant="primary" pending={start.isPending} onClick={() => start.mutate()}>
            Start payout run
          </Button>
        </>
      }
    />
  );
}
