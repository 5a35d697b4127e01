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

const MISSING = 'Say why; they read it.';

/** Lets a person who was paused read again, with the reason that they are told. */
export function RestorePerson({ proposalId, subject }: { proposalId: string; subject: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const restore = useMutation(
    trpc.scores.restorePerson.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success(`${subject} can read again.`);
        router.refresh();
      },
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    const missing = reason.trim().length < 3;
    setIsMissing(missing);
    if (!missing) restore.mutate({ proposalId, reason });
  }
  function turn(open: boolean) {
    setIsOpen(open);
    setIsMissing(false);
    restore.reset();
  }
  return (
    <Dialog
      size="sm"
      title={`Let ${subject} read again?`}
      description="They can claim new cases at once, and are told why."
      open={isOpen}
      onOpenChange={turn}
      trigger={<Button size="sm">Let {subject} read again</Button>}
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={isMissing ? [{ name: 'reason', message: MISSING }] : []} />
        <Refusal error={restore.error} title="It was not done." />
        <Field label="Reason" name="reason" error={isMissing ? MISSING : undefined} required>
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <div>
          <Button type="submit" variant="primary" pending={restore.isPending}>
            Let them read
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
