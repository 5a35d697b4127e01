'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog, DialogClose } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

type WithdrawBidProps = {
  bidId: string;
  project: string;
  /** Whether the call has ended; then the sponsor is told why. */
  hasEnded: boolean;
};

/** Takes a bid back, after asking. */
export function WithdrawBid({ bidId, project, hasEnded }: WithdrawBidProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<string>();
  const withdraw = useMutation(
    trpc.bids.withdraw.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('Bid withdrawn');
        router.refresh();
      },
      onError: (error) => setWrong(error.message),
    }),
  );
  return (
    <Dialog
      title="Withdraw this bid?"
      description={`The sponsor of “${project}” will no longer see it. ${hasEnded ? 'The call has ended, so you cannot bid again.' : 'You can bid again while the call is open.'}`}
      open={isOpen}
      onOpenChange={setOpen}
      trigger={<Button size="sm">Withdraw bid</Button>}
      footer={
        <>
          <DialogClose>
            <Button>Keep bid</Button>
          </DialogClose>
          <Button
            variant="danger"
            pending={withdraw.isPending}
            onClick={() => withdraw.mutate({ bidId, reason })}
          >
            Withdraw bid
          </Button>
        </>
      }
    >
      <Field label="Why" name="reason" optional={!hasEnded} hint="The sponsor reads it." error={wrong}>
        <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
    </Dialog>
  );
}
