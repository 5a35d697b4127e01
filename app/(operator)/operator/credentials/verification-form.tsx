'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { sendDocument } from '#app/_credentials/send-document.ts';
import { byField, formProblems, readForm, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Kbd } from '#app/_ui/kbd.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { useHotkey } from '#app/_ui/use-hotkey.ts';
import type { CredentialStatus } from '#server/credentials/schemas.ts';
import { recordVerificationInput, STANDINGS } from '#server/credentials/verification-schemas.ts';

export type VerificationFormProps = {
  credentialId: string;
  issuer: string;
  status: CredentialStatus;
  /** The day the source is asked, as the form begins with. */
  today: string;
  /** Where the line goes on once this one is done. */
  nextHref: string;
  /** What an automatic check found, as a start; the outcome is left to the person. */
  suggestion?: { primarySource: string; sourceAsOf: string | null; note: string } | undefined;
};

const OUTCOMES = [
  { value: 'verified', label: '1 Verified', hint: 'The source says the same.' },
  { value: 'discrepancy', label: '2 Discrepancy', hint: 'The source differs; say in what.' },
  { value: 'unable', label: '3 Unable', hint: 'The source could not be asked; it stays in line.' },
  { value: 'adverse', label: '4 Adverse', hint: 'Revoked, suspended or restricted at the source.' },
];

/** Records one check at the source. The state shown is sent along, so two people cannot decide on the same claim. */
export function VerificationForm(props: VerificationFormProps) {
  const { credentialId, issuer, status, today, nextHref, suggestion } = props;
  const trpc = useTRPC();
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [outcome, setOutcome] = useState<string>();
  const [evidence, setEvidence] = useState<File>();
  const [isSending, setIsSending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const record = useMutation(
    trpc.credentials.recordVerification.mutationOptions({
      onSuccess: (done) => {
        const closed = [
          done.leasesRevoked > 0 ? `${done.leasesRevoked} open cases taken back` : '',
          done.recalls > 0 ? `labels of ${done.recalls} batches listed for the sponsor` : '',
        ].filter(Boolean);
        toast.success([`Recorded as ${done.status}`, ...closed].join('; '));
        router.push(nextHref);
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  useHotkey({ key: '1' }, () => setOutcome('verified'));
  useHotkey({ key: '2' }, () => setOutcome('discrepancy'));
  useHotkey({ key: '3' }, () => setOutcome('unable'));
  useHotkey({ key: '4' }, () => setOutcome('adverse'));
  useHotkey({ key: 'o' }, () => document.getElementById('open-source')?.click());
  useHotkey({ key: 'enter', mod: true }, () => form.current?.requestSubmit());

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isSending || record.isPending) return;
    const filled = Object.entries(readForm(event.currentTarget)).filter(([, value]) => value !== '');
    const typed = { primarySource: '', ...Object.fromEntries(filled) };
    const parsed = recordVerificationInput.safeParse({ ...typed, credentialId, seenStatus: status, outcome });
    const found = parsed.success ? [] : formProblems(parsed.error);
    const needsNote = (outcome === 'discrepancy' || outcome === 'adverse') && !parsed.data?.note;
    if (parsed.success && needsNote)
      found.push({ name: 'note', message: 'Say what was found; the person reads it and may answer.' });
    setProblems(found);
    if (!parsed.success || found.length > 0) return;
    if (evidence === undefined) return record.mutate(parsed.data);
    setIsSending(true);
    const sent = await sendDocument(credentialId, evidence);
    setIsSending(false);
    if (!sent.ok) return setProblems([{ name: 'file', message: sent.message }]);
    record.mutate({ ...parsed.data, evidenceFileId: sent.document.fileId });
  }

  const errors = byField(problems);
  return (
    <form ref={form} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <h2 className="font-semibold text-lg">What the source says</h2>
      <FormErrorSummary problems={problems} />
      <Field label="Result" name="outcome" error={errors.outcome}>
        <RadioCards options={OUTCOMES} columns={2} value={outcome} onValueChange={setOutcome} />
      </Field>
      {outcome === 'adverse' ? <FindingFields errors={errors} /> : null}
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
        <Field
          label="Source as of"
          name="sourceAsOf"
          hint="The day of what the source showed"
          error={errors.sourceAsOf}
        >
          <Input type="date" name="sourceAsOf" defaultValue={suggestion?.sourceAsOf ?? today} />
        </Field>
        <Field
          label="Check again by"
          name="validUntil"
          hint="At the latest after 36 months"
          error={errors.validUntil}
          optional
        >
          <Input type="date" name="validUntil" />
        </Field>
      </div>
      <Field label="Evidence" name="file" error={errors.file} optional>
        <FileDrop
          accept=".pdf,.png,.jpg,.jpeg"
          hint="Screenshot or letter, up to 8 MB. Its hash is kept with the check; only operators see it."
          onFiles={(files) => setEvidence(files[0])}
        />
      </Field>
      <Field label="Note" name="note" hint="The person reads it" error={errors.note} optional>
        <Textarea name="note" rows={2} defaultValue={suggestion?.note ?? ''} />
      </Field>
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" pending={isSending || record.isPending}>
          Record check
        </Button>
        <span className="text-ink-3 text-xs max-sm:hidden">
          <Kbd>O</Kbd> opens the source, <Kbd>1</Kbd>–<Kbd>4</Kbd> choose, <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>{' '}
          records and brings the next
        </span>
      </div>
    </form>
  );
}

/** What an adverse finding says: the standing in the source's words, and since when. */
function FindingFields({ errors }: { errors: Partial<Record<string, string>> }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Standing at the source" name="sourceStanding" error={errors.sourceStanding}>
        <NativeSelect name="sourceStanding" defaultValue="">
          <option value="">Choose</option>
          {STANDINGS.filter((one) => !['active', 'inactive', 'retired', 'training'].includes(one)).map(
            (one) => (
              <option key={one} value={one}>
                {one.charAt(0).toUpperCase() + one.slice(1)}
              </option>
            ),
          )}
        </NativeSelect>
      </Field>
      <Field
        label="Since"
        name="effectiveOn"
        hint="Labels from that day on are listed"
        error={errors.effectiveOn}
        optional
      >
        <Input type="date" name="effectiveOn" />
      </Field>
    </div>
  );
}
