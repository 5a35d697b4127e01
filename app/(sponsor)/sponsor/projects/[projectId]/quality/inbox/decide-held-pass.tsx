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
import { decideHeldPassInput } from '#server/work/held-pass-schemas.ts';

const DECISIONS = [
  {
    value: 'kept',
    label: 'Let the pass stay',
    hint: 'The answers left are too few to tell, or other evidence speaks for the person.',
  },
  {
    value: 'taken',
    label: 'End the pass',
    hint: 'New work that asks for it closes to the person; what was read stays paid.',
  },
];

/** A person decides with a reason, which the person concerned is told. */
export function DecideHeldPass({
  pass: { batchId, alias, revision },
}: {
  pass: { batchId: string; alias: string; revision: number };
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [decision, setDecision] = useState<string>();
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const decide = useMutation(
    trpc.work.decideHeldPass.mutationOptions({
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
      title={`What becomes of the pass of ${alias}?`}
      description="Both markings stay in the record with your reason."
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
            const parsed = decideHeldPassInput.safeParse({ batchId, alias, revision, decision, reason });
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
