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
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { BatchChecks } from '#server/labels/view-schemas.ts';

type Left = NonNullable<BatchChecks['left']>;

const MISSING = 'Say why the rest is not looked at.';

/** Gives up what was not looked at, so that the batch can settle; also where all of it is held, since what is let go is given up then. */
export function EndAudit({ batchId, left }: { batchId: string; left: Left }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const end = useMutation(
    trpc.labels.endAudit.mutationOptions({
      onSuccess: ({ dropped, held }) => {
        toast.success(endedWords(dropped, held));
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
      description={`${leftWords(left)} What was found stays; what is not looked at counts as wrong where the audit asks how many may be, so ending cannot make it pass. Labels that become final later are not read again either.`}
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

/** What is not looked at yet, and what of it the end does not take from anybody. */
function leftWords({ checks, held }: Left): string {
  if (checks === null || held === null)
    return 'Not all that was drawn is looked at yet. A case somebody holds is finished and paid.';
  const all = `${counted(checks, 'check')} that ${checks === 1 ? 'was' : 'were'} drawn ${checks === 1 ? 'is' : 'are'} not done yet`;
  if (held === 0) return `${all}.`;
  const which =
    held < checks
      ? `${held.toLocaleString('en')} of them`
      : held === 1
        ? 'its case'
        : 'the cases of all of them';
  return `${all}; somebody holds ${which}. What is held is finished and paid, and the batch waits for it; let go, it is given up with the rest.`;
}

function endedWords(dropped: number, held: number): string {
  const given =
    dropped === 0
      ? 'The checks are ended'
      : `${counted(dropped, 'check')} ${dropped === 1 ? 'is' : 'are'} given up; what was found stays`;
  if (held === 0) return `${given}.`;
  return `${given}. ${counted(held, 'check')} that somebody is at ${held === 1 ? 'is' : 'are'} waited for.`;
}
