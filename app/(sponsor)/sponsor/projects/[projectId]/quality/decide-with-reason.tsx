'use client';

import { useState } from 'react';
import type { ZodType } from 'zod';
import { byField } from '#app/_shell/read-form.ts';
import { useDecision } from '#app/_shell/use-decision.ts';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
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

/** A decision between few ends, with the reason that stays on record. */
export function DecideWithReason<Input>(props: DecideWithReasonProps<Input>) {
  const trigger = useFocusHeir<HTMLButtonElement>(props.listId);
  const [decision, setDecision] = useState('');
  const [reason, setReason] = useState('');
  const { dialog, problems, isPending, submit } = useDecision({ ...props, done: 'Decided.' });
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
      {...dialog}
      footer={
        <Button
          variant="primary"
          pending={isPending}
          onClick={() => submit({ ...props.subject, decision, reason })}
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
