'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { planActionInput, type RootCauseView } from '#server/scores/governance-schemas.ts';

export type ActionFormProps = {
  rootCauseId: string;
  people: RootCauseView['people'];
  before: RootCauseView['action'];
};

/** The corrective action: what, who, by when, and from which day its effect is looked for. */
export function ActionForm({ rootCauseId, people, before }: ActionFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [action, setAction] = useState(before?.text ?? '');
  const [ownerId, setOwnerId] = useState(
    people.find((person) => person.name === before?.owner)?.personId ?? '',
  );
  const [dueOn, setDueOn] = useState(before?.dueOn ?? '');
  const [effectiveFrom, setEffectiveFrom] = useState(before?.from ?? '');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const plan = useMutation(
    trpc.scores.planAction.mutationOptions({
      onSuccess: () => {
        toast.success('The action is planned and its owner was told.');
        router.refresh();
      },
    }),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = planActionInput.safeParse({ rootCauseId, action, ownerId, dueOn, effectiveFrom });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) plan.mutate(parsed.data);
  }
  const errors = byField(problems);
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Refusal error={plan.error} title="The action was not planned." />
      <Field label="What is done" name="action" error={errors.action} required>
        <Textarea rows={2} value={action} onChange={(event) => setAction(event.target.value)} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Owner" name="ownerId" error={errors.ownerId} required>
          <NativeSelect value={ownerId} onChange={(event) => setOwnerId(event.target.value)}>
            <option value="">Choose</option>
            {people.map((person) => (
              <option key={person.personId} value={person.personId}>
                {person.name}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Field label="Done by" name="dueOn" error={errors.dueOn} required>
          <Input type="date" value={dueOn} onChange={(event) => setDueOn(event.target.value)} />
        </Field>
        <Field
          label="Holds from"
          name="effectiveFrom"
          hint="Reads before and from this day are compared."
          error={errors.effectiveFrom}
          required
        >
          <Input
            type="date"
            value={effectiveFrom}
            onChange={(event) => setEffectiveFrom(event.target.value)}
          />
        </Field>
      </div>
      <div>
        <Button type="submit" variant={before ? 'secondary' : 'primary'} pending={plan.isPending}>
          {before ? 'Change the plan' : 'Plan the action'}
        </Button>
      </div>
    </form>
  );
}
