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
import { useFocusHeir } from '#app/_ui/use-focus-heir.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { BatchChecks } from '#server/labels/view-schemas.ts';
import { doneWords, effectsOf, leftWords } from './end-words.ts';

const MISSING = 'Say why the rest is not looked at.';

/** Gives up what was not looked at, so that the batch can settle; also where all of it is held, since what is let go is given up then. */
export function EndAudit({
  batchId,
  batchName,
  left,
  isAudited,
  sectionId,
}: {
  batchId: string;
  batchName: string;
  left: NonNullable<BatchChecks['left']>;
  isAudited: boolean;
  /** Where the keyboard goes on when the button has gone. */
  sectionId: string;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const trigger = useFocusHeir<HTMLButtonElement>(sectionId);
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const end = useMutation(
    trpc.labels.endAudit.mutationOptions({
      onSuccess: ({ dropped, held }) => {
        toast.success(doneWords(dropped, held));
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
      title={`End the checks of ${batchName}?`}
      description={leftWords(left)}
      open={open}
      onOpenChange={turn}
      trigger={
        <Button ref={trigger} variant="quiet" aria-label={`End checks of ${batchName}`}>
          End checks
        </Button>
      }
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormErrorSummary problems={isMissing ? [{ name: 'reason', message: MISSING }] : []} />
        <Refusal error={end.error} title="The checks were not ended." />
        <ul className="prose-width flex list-disc flex-col gap-1 pl-4 text-sm">
          {effectsOf(left, isAudited).map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
        <Field
          label="Reason"
          name="reason"
          hint="Shown with the checks, to whoever may see them. No patient data."
          error={isMissing ? MISSING : undefined}
          required
        >
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
