'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ZodType } from 'zod';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { useFocusHeir } from '#app/_ui/use-focus-heir.ts';

type DecideWithReasonProps<Input> = {
  /** What the button decides on, since a list has one for each: "the pass of R01 in Exam". */
  about: string;
  /** The list that it stands in: the keyboard goes on there when it is decided. */
  listId: string;
  title: string;
  description: string;
  /** What can be decided, each with what it does. */
  decisions: { value: string; label: string; hint: string }[];
  reasonHint?: string;
  /** What the decision is about; `decision` and `reason` are added here. */
  subject: Partial<Input>;
  input: ZodType<Input>;
  decide: (input: Input) => Promise<unknown>;
};

/** A decision between few ends, with the reason that stays on record. What went wrong the last time is not news the next time. */
export function DecideWithReason<Input>(props: DecideWithReasonProps<Input>) {
  const router = useRouter();
  const trigger = useFocusHeir<HTMLButtonElement>(props.listId);
  const [isOpen, setIsOpen] = useState(false);
  const [decision, setDecision] = useState('');
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const decide = useMutation({
    mutationFn: props.decide,
    onSuccess: () => {
      setIsOpen(false);
      toast.success('Decided.');
      router.refresh();
    },
    onError: (error) => setProblems(refusalProblems(error)),
  });
  const errors = byField(problems);
  return (
    <Dialog
      title={props.title}
      description={props.description}
      trigger={
        <Button ref={trigger} size="sm" variant="primary" aria-label={`Decide on ${props.about}`}>
          Decide
        </Button>
      }
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setProblems([]);
      }}
      footer={
        <Button
          variant="primary"
          pending={decide.isPending}
          onClick={() => {
            const parsed = props.input.safeParse({ ...props.subject, decision, reason });
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
        <Field label="Decision" name="decision" error={errors.decision} required>
          <RadioCards options={props.decisions} value={decision} onValueChange={setDecision} />
        </Field>
        <Field label="Reason" name="reason" hint={props.reasonHint} error={errors.reason} required>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
