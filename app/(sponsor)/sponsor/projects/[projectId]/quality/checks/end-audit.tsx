'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

const MISSING = 'Say why the rest is not looked at.';

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
  function submit(event: FormEvent) {
    event.preventDefault();
    setIsMissing(reason.trim() === '');
    if (reason.trim() !== '') end.mutate({ batchId, reason });
  }
  function turn(isOpen: boolean) {
    setOpen(isOpen);
    setIsMissing(false);
    end.reset();
  }
  return (
    <Dialog
      size="sm"
      title="End the checks?"
      description={`${left} cases of the sample are not looked at yet. What was found stays; what is not looked at counts as wrong where the audit asks how many may be, so ending cannot make it pass. Labels that become final later are not read again either. A case somebody holds is finished and paid.`}
      open={open}
      onOpenChange={turn}
      trigger={<Button variant="quiet">End checks</Button>}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={isMissing ? [{ name: 'reason', message: MISSING }] : []} />
        <Refusal error={end.error} title="It was not done." />
        <Field label="Reason" name="reason" error={isMissing ? MISSING : undefined} required>
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <div>
          <Button type="submit" variant="primary" pending={end.isPending}>
            End checks
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
