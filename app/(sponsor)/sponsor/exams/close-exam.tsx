'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useId, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';

/** Ends an exam; what was passed holds to its end. */
export function CloseExam({ examId, title }: { examId: string; title: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const formId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);
  const close = useMutation(
    trpc.credentials.closeExam.mutationOptions({
      onSuccess: () => {
        toast.success('The exam is closed.');
        setIsOpen(false);
        router.refresh();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isGiven = reason.trim() !== '';
    setError(isGiven ? undefined : 'Say why it is closed.');
    if (isGiven) close.mutate({ examId, reason });
  };
  return (
    <Dialog
      title={`Close “${title}”`}
      description="Nobody begins it any more. Who has begun finishes and is paid; what was passed counts to its last day. It is not opened again."
      trigger={
        <Button size="sm" variant="quiet">
          Close the exam
        </Button>
      }
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button type="submit" form={formId} variant="danger" pending={close.isPending}>
          Close the exam
        </Button>
      }
    >
      <form id={formId} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Refusal error={close.error} title="It was not closed." />
        <Field label="Reason" name="reason" hint="Shown to those who look for it" error={error}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
