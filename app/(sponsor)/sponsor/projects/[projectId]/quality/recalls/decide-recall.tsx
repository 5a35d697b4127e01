'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { decideRecallInput } from '#server/work/recall-schemas.ts';

const DECISIONS = [
  { value: 'kept', label: 'Keep the labels', hint: 'They were looked at, or others confirm them.' },
  { value: 'relabelled', label: 'Have them read again', hint: 'The batch for it opens filled in.' },
];

/** The clinical lead decides with a reason; it goes into the evidence. */
export function DecideRecall({ recallId, alias }: { recallId: string; alias: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [decision, setDecision] = useState<string>();
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const decide = useMutation(
    trpc.work.decideRecall.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success('Decided.');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  const errors = byField(problems);
  return (
    <Dialog
      title={`What becomes of the labels of ${alias}?`}
      description="Whatever you decide, they stay in the record with the reason."
      trigger={
        <Button size="sm" variant="primary">
          Decide
        </Button>
      }
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button
          variant="primary"
          pending={decide.isPending}
          onClick={() => {
            const parsed = decideRecallInput.safeParse({ recallId, decision, reason });
            setProblems(parsed.success ? [] : formProblems(parsed.error));
            if (parsed.success) decide.mutate(parsed.data);
          }}
        >
          Record decision
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="Decision" name="decision" error={errors.decision}>
          <RadioCards options={DECISIONS} value={decision} onValueChange={setDecision} />
        </Field>
        <Field label="Reason" name="reason" error={errors.reason}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
