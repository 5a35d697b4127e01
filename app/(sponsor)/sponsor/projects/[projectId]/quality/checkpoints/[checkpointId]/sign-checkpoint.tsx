'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { type Signature, SignDialog } from '#app/_ui/sign-dialog.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { checkpointMeaning } from '#server/scores/checkpoint-rules.ts';

type Decision = 'go_on' | 'stop';

export type SignCheckpointProps = {
  checkpointId: string;
  batchName: string;
  signerName: string;
  evidenceSha256: string;
  /** Cases still being read. */
  leased: number;
};

/** The clinical lead’s decision, written first and then signed over what is shown. */
export function SignCheckpoint(props: SignCheckpointProps) {
  const { checkpointId, batchName, signerName, evidenceSha256, leased } = props;
  const trpc = useTRPC();
  const router = useRouter();
  const [decision, setDecision] = useState<Decision | ''>('');
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<{ decision?: string; reason?: string }>({});
  const [isSigning, setIsSigning] = useState(false);
  const reauthenticate = useMutation(trpc.identity.reauthenticate.mutationOptions());
  const sign = useMutation(trpc.scores.signCheckpoint.mutationOptions());

  function ask(event: FormEvent) {
    event.preventDefault();
    const found: typeof problems = {};
    if (decision === '') found.decision = 'Choose whether the batch goes on.';
    if (reason.trim().length < 3) found.reason = 'Say what you saw; it is part of the signed record.';
    setProblems(found);
    if (Object.keys(found).length === 0) setIsSigning(true);
  }

  async function onSign({ typedName, password, code }: Signature): Promise<string | undefined> {
    if (decision === '') return 'Choose whether the batch goes on.';
    try {
      await reauthenticate.mutateAsync({ password, code });
      const input = { checkpointId, decision, reason: reason.trim(), typedName, evidenceSha256 };
      const { batchStatus } = await sign.mutateAsync(input);
      toast.success(signedWords(decision, batchStatus));
    } catch (error) {
      return error instanceof Error ? error.message : 'The signature could not be given. Try again.';
    }
    router.refresh();
    return undefined;
  }

  return (
    <>
      <form noValidate onSubmit={ask} className="flex max-w-[720px] flex-col gap-4">
        <FormErrorSummary problems={Object.entries(problems).map(([name, message]) => ({ name, message }))} />
        <StillRead cases={leased} />
        <Choice value={decision} error={problems.decision} onChange={setDecision} />
        <Field label="What you saw" name="reason" hint="Part of the signed record." error={problems.reason}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <div>
          <Button type="submit" variant="primary">
            Sign checkpoint
          </Button>
        </div>
      </form>
      {/* Beside the form, not in it: its own form would send this one too. */}
      <SignDialog
        subject="checkpoint"
        signerName={signerName}
        meaning={checkpointMeaning(decision === 'stop' ? 'stop' : 'go_on', batchName)}
        contentHash={evidenceSha256}
        open={isSigning}
        onOpenChange={setIsSigning}
        onSign={onSign}
      />
    </>
  );
}

/** Beside this checkpoint a stop, another checkpoint, somebody or the project may keep the batch still. */
function signedWords(decision: Decision, batchStatus: string): string {
  if (decision === 'stop') return 'Signed. The batch stays stopped.';
  return batchStatus === 'paused'
    ? 'Signed. The batch still stands still for another reason, which its page names.'
    : 'Signed. The batch goes on.';
}

function StillRead({ cases }: { cases: number }) {
  if (cases === 0) return null;
  return (
    <p className="text-ink-2 text-sm">
      {cases} {cases === 1 ? 'case is' : 'cases are'} still being read. What is shown is renewed when they are
      in; a signature over older figures is refused.
    </p>
  );
}

type ChoiceProps = {
  value: Decision | '';
  error: string | undefined;
  onChange: (decision: Decision) => void;
};

function Choice({ value, error, onChange }: ChoiceProps) {
  return (
    <Field label="The batch" name="decision" error={error}>
      <RadioCards
        columns={2}
        value={value}
        onValueChange={(chosen) => onChange(chosen as Decision)}
        options={[
          { value: 'go_on', label: 'Goes on', hint: 'People can claim new cases again.' },
          { value: 'stop', label: 'Stays stopped', hint: 'Until you sign otherwise, here.' },
        ]}
      />
    </Field>
  );
}
