'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';

export type WriteRemarkProps = { agreementId: string; clauseKey: string; heading: string; text: string };

/** A comment on a clause, or, when its wording is changed, a proposal that the other side answers. */
export function WriteRemark({ agreementId, clauseKey, heading, text }: WriteRemarkProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [note, setNote] = useState('');
  const [wording, setWording] = useState(text);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const isProposal = wording.trim() !== text.trim();

  async function say() {
    if (note.trim() === '') {
      setProblems([{ name: 'note', message: 'Say what it is about.' }]);
      return;
    }
    setIsPending(true);
    try {
      await client.agreements.remark.mutate({
        agreementId,
        clauseKey,
        note,
        ...(isProposal ? { proposedText: wording } : {}),
      });
      setIsOpen(false);
      setNote('');
      setProblems([]);
      toast.success(isProposal ? 'Proposed. The other side is asked.' : 'Said. The other side is told.');
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setIsPending(false);
  }

  const errors = byField(problems);
  return (
    <div className="mt-1">
      <Dialog
        title={heading}
        description="Change the wording to propose another one; leave it as it is for a comment. A proposal takes the text out of signing until it is answered."
        trigger={
          <Button size="sm" variant="quiet" aria-label={`Comment or propose: ${heading}`}>
            Comment or propose…
          </Button>
        }
        open={isOpen}
        onOpenChange={(next) => {
          setIsOpen(next);
          if (next) setWording(text);
        }}
        footer={
          <Button variant="primary" pending={isPending} onClick={say}>
            {isProposal ? 'Propose wording' : 'Say comment'}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
          <Field label="Wording" name="proposedText" error={errors.proposedText}>
            <Textarea value={wording} rows={7} onChange={(event) => setWording(event.target.value)} />
          </Field>
          <Field label="Comment" name="note" hint="The other side reads it" error={errors.note}>
            <Textarea value={note} rows={3} onChange={(event) => setNote(event.target.value)} />
          </Field>
        </div>
      </Dialog>
    </div>
  );
}
