'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

/** Gives up what was not looked at, so that the batch can settle. */
export function EndAudit({ batchId, left }: { batchId: string; left: number }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const end = useMutation(
    trpc.labels.endAudit.mutationOptions({
      onSuccess: ({ dropped }) => {
        toast.success(`${dropped} cases are given up; what was found stays.`);
        setOpen(false);
        router.refresh();
      },
    }),
  );
  return (
    <Dialog
      size="sm"
      title="End the checks?"
      description={`${left} cases of the sample are not looked at yet. What was found stays, over fewer cases; a case somebody holds is finished and paid.`}
      open={open}
      onOpenChange={setOpen}
      trigger={<Button variant="quiet">End checks</Button>}
      footer={
        <Button
          variant="primary"
          pending={end.isPending}
          onClick={() => {
            setIsMissing(reason.trim() === '');
            if (reason.trim() !== '') end.mutate({ batchId, reason });
          }}
        >
          End checks
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={end.error} title="It was not done." />
        <Field label="Reason" error={isMissing ? 'Say why.' : undefined}>
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
