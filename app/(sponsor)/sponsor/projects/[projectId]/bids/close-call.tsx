'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

/** Ends the taking of bids before its time. */
export function CloseCall({ callId }: { callId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const close = useMutation(
    trpc.bids.closeCall.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('The call is closed. Bids that came in stay valid.');
        router.refresh();
      },
    }),
  );
  return (
    <Dialog
      size="sm"
      title="Close the call now?"
      description="No further bid is taken. Bids that came in stay valid and can still be shortlisted."
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>Close call</Button>}
      footer={
        <Button variant="primary" pending={close.isPending} onClick={() => close.mutate({ callId })}>
          Close call
        </Button>
      }
    >
      <Refusal error={close.error} title="The call was not closed." />
    </Dialog>
  );
}
