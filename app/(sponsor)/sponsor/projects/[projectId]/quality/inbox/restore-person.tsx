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
  return (
    <Dialog
      size="sm"
      title={`Let ${subject} read again?`}
      description="They can claim new cases at once, and are told why."
      open={isOpen}
      onOpenChange={setIsOpen}
      trigger={<Button size="sm">Let {subject} read again</Button>}
      footer={
        <Button
          variant="primary"
          pending={restore.isPending}
          onClick={() => {
            const missing = reason.trim().length < 3;
            setIsMissing(missing);
            if (!missing) restore.mutate({ proposalId, reason });
          }}
        >
          Let them read
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={restore.error} title="It was not done." />
        <Field label="Reason" error={isMissing ? 'Say why.' : undefined} required>
          <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
