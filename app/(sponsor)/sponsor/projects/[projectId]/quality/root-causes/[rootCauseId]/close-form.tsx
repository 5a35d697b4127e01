'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { VERDICT_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';

const MISSING = 'Say what follows from the comparison.';

/** Closes the case on the comparison as it stands now, which is stored with it. */
export function CloseForm({ rootCauseId }: { rootCauseId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [note, setNote] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const close = useMutation(
    trpc.scores.closeRootCause.mutationOptions({
      onSuccess: ({ verdict }) => {
        toast.success(`Closed. ${VERDICT_WORDS[verdict]}.`);
        router.refresh();
      },
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    const missing = note.trim().length < 3;
    setIsMissing(missing);
    if (!missing) close.mutate({ rootCauseId, note });
  }
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-4">
      <FormErrorSummary problems={isMissing ? [{ name: 'note', message: MISSING }] : []} />
      <Refusal error={close.error} title="The case was not closed." />
      <Field
        label="What follows from it"
        name="note"
        hint="The comparison above is stored with the case."
        error={isMissing ? MISSING : undefined}
        required
      >
        <Textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
      </Field>
      <div>
        <Button type="submit" variant="primary" pending={close.isPending}>
          Close the case on this comparison
        </Button>
      </div>
    </form>
  );
}
