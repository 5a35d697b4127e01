'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';

/** Takes a bid back, after asking. */
export function WithdrawBid({ bidId, project }: { bidId: string; project: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const withdraw = useMutation(
    trpc.bids.withdraw.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('Bid withdrawn');
        router.refresh();
      },
      onError: (error) => toast.error(error.message),
    }),
  );
  return (
    <Dialog
      title="Withdraw this bid?"
      description={`The sponsor of “${project}” will no longer see it. You can bid again while the call is open.`}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Withdraw bid</Button>}
      footer={
        <>
          <DialogClose>
            <Button>Keep bid</Button>
          </DialogClose>
          <Button variant="danger" pending={withdraw.isPending} onClick={() => withdraw.mutate({ bidId })}>
            Withdraw bid
          </Button>
        </>
      }
    />
  );
}
