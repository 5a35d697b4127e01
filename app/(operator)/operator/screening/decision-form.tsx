'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { decideHitsInput, type HitView } from '#server/registers/schemas.ts';
import { reasonOfDifferences } from './screening-words.ts';

export type DecisionFormProps = {
  decision: 'not_same' | 'confirmed' | undefined;
  onChoose(decision: 'not_same' | 'confirmed' | undefined): void;
  /** The record in view. */
  shown: HitView;
  /** Every open record of the person; "not them" may be said of all at once. */
  open: readonly HitView[];
};

/** Not them, or them; with the reason. Ctrl and Enter record it. */
export function DecisionForm({ decision, onChoose, shown, open }: DecisionFormProps) {
  if (decision === undefined) {
    return (
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" onClick={() => onChoose('not_same')}>
          Not the same person{' '}
          <span className="max-sm:hidden">
            <Kbd>N</Kbd>
          </span>
        </Button>
        <Button onClick={() => onChoose('confirmed')}>
          Confirm that it is them{' '}
          <span className="max-sm:hidden">
            <Kbd>C</Kbd>
          </span>
        </Button>
      </div>
    );
  }
  return <Reasons decision={decision} shown={shown} open={open} onCancel={() => onChoose(undefined)} />;
}

function Reasons({
  decision,
  shown,
  open,
  onCancel,
}: {
  decision: 'not_same' | 'confirmed';
  shown: HitView;
  open: readonly HitView[];
  onCancel(): void;
}) {
  const trpc = useTRPC();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [isAll, setIsAll] = useState(decision === 'not_same' && open.length > 1);
  const hits = isAll ? open : [shown];
  // Chosen by a key as often as by the pointer: the hands go on where the reason is typed.
  useEffect(() => {
    form.current?.querySelector('textarea')?.focus();
  }, []);
  const record = useMutation(
    trpc.registers.decide.mutationOptions({
      onSuccess: () => {
        toast.success(
          decision === 'confirmed'
            ? 'Confirmed. Their leases are revoked and they are told.'
            : `Recorded: not the same person${hits.length > 1 ? `, ${hits.length} records` : ''}.`,
        );
        if (hits.length === open.length) router.push('/operator/screening');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const filled = Object.entries(readForm(event.currentTarget)).filter(([, value]) => value !== '');
    const parsed = decideHitsInput.safeParse({
      reason: '',
      ...Object.fromEntries(filled),
      decision,
      hitIds: hits.map((hit) => hit.id),
    });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) record.mutate(parsed.data);
  }

  const errors = byField(problems);
  const isConfirmed = decision === 'confirmed';
  return (
    <form
      ref={form}
      noValidate
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
        if (event.key === 'Escape') onCancel();
      }}
      className="flex max-w-[720px] flex-col gap-4"
    >
      <h3 className="font-semibold text-base">
        {isConfirmed ? 'It is the same person' : 'It is not the same person'}
      </h3>
      {isConfirmed ? (
        <p className="prose-width text-base text-ink-2">
          From now on they can claim nothing and open nothing; their leases are revoked and paid for their
          part. They are told with your reason and can object; another operator answers.
        </p>
      ) : null}
      <FormErrorSummary problems={problems} />
      {!isConfirmed && open.length > 1 ? (
        <div className="flex flex-wrap gap-x-5 gap-y-1 text-base">
          <label className="flex items-center gap-2">
            <input type="radio" name="which" checked={isAll} onChange={() => setIsAll(true)} /> None of the{' '}
            {open.length} records
          </label>
          <label className="flex items-center gap-2">
            <input type="radio" name="which" checked={!isAll} onChange={() => setIsAll(false)} /> This record
            only
          </label>
        </div>
      ) : null}
      <Field
        label="Reason"
        name="reason"
        hint={isConfirmed ? 'The person reads it' : undefined}
        error={errors.reason}
      >
        <Textarea name="reason" rows={2} defaultValue={isConfirmed ? '' : reasonOfDifferences(hits)} />
      </Field>
      <Field
        label="Evidence"
        name="evidence"
        hint="Where it can be seen again, such as the answer of the list’s own verification by SSN"
        error={errors.evidence}
        optional={!isConfirmed}
      >
        <Input name="evidence" />
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant={isConfirmed ? 'danger' : 'primary'} pending={record.isPending}>
          {isConfirmed ? 'Confirm exclusion' : 'Record decision'}
        </Button>
        <Button variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <span className="text-ink-3 text-xs max-sm:hidden">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> records, <Kbd>Esc</Kbd> cancels
        </span>
      </div>
    </form>
  );
}
