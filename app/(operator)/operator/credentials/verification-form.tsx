'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { type CredentialStatus, recordVerificationInput } from '#server/credentials/schemas.ts';

export type VerificationFormProps = {
  credentialId: string;
  issuer: string;
  status: CredentialStatus;
  /** What an automatic check found, as a start; the outcome is left to the person. */
  suggestion?: { primarySource: string; sourceAsOf: string | null; note: string } | undefined;
};

const OUTCOMES = [
  { value: 'verified', label: 'Verified', hint: 'The source says the same.' },
  { value: 'discrepancy', label: 'Discrepancy', hint: 'The source differs; say in what.' },
  { value: 'unable', label: 'Unable', hint: 'The source could not be asked; it stays in line.' },
  { value: 'adverse', label: 'Adverse', hint: 'Revoked, suspended or restricted at the source.' },
];

/** Records one check at the source. The state shown is sent along, so two people cannot decide on the same claim. */
export function VerificationForm({ credentialId, issuer, status, suggestion }: VerificationFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [outcome, setOutcome] = useState<string>();
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const record = useMutation(
    trpc.credentials.recordVerification.mutationOptions({
      onSuccess: (done) => {
        toast.success(`Recorded as ${done.status}.`);
        router.push('/operator/credentials');
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const filled = Object.entries(readForm(event.currentTarget)).filter(([, value]) => value !== '');
    const input = {
      primarySource: '',
      ...Object.fromEntries(filled),
      credentialId,
      seenStatus: status,
      outcome,
    };
    const parsed = recordVerificationInput.safeParse(input);
    const needsNote = (outcome === 'discrepancy' || outcome === 'adverse') && !parsed.data?.note;
    const found = parsed.success ? [] : formProblems(parsed.error);
    if (parsed.success && needsNote)
      found.push({ name: 'note', message: 'Say what was found; the person reads it.' });
    setProblems(found);
    if (parsed.success && found.length === 0) record.mutate(parsed.data);
  }

  const errors = byField(problems);
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <h2 className="font-semibold text-lg">What the source says</h2>
      <FormErrorSummary problems={problems} />
      <Field label="Result" name="outcome" error={errors.outcome}>
        <RadioCards options={OUTCOMES} columns={2} value={outcome} onValueChange={setOutcome} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Source asked" name="primarySource" error={errors.primarySource}>
          <Input name="primarySource" defaultValue={suggestion?.primarySource ?? issuer} />
        </Field>
        <Field label="How" name="communicationMethod" error={errors.communicationMethod}>
          <NativeSelect
            name="communicationMethod"
            defaultValue={suggestion === undefined ? 'portal' : 'pull'}
          >
            <option value="portal">Web portal of the source</option>
            <option value="manual">Telephone or letter</option>
            <option value="pull">Data file or interface, asked by us</option>
            <option value="push">Sent to us by the source</option>
          </NativeSelect>
        </Field>
        <Field label="Source as of" name="sourceAsOf" error={errors.sourceAsOf} optional>
          <Input type="date" name="sourceAsOf" defaultValue={suggestion?.sourceAsOf ?? ''} />
        </Field>
        <Field label="Check again by" name="validUntil" error={errors.validUntil} optional>
          <Input type="date" name="validUntil" />
        </Field>
      </div>
      <Field label="Note" name="note" hint="The person reads it" error={errors.note} optional>
        <Textarea name="note" rows={2} defaultValue={suggestion?.note ?? ''} />
      </Field>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={record.isPending}>
          Record check
        </Button>
      </div>
    </form>
  );
}
