'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { CodeField } from '#app/_ui/second-factor.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { AgreementStatus } from '#server/agreements/schemas.ts';

export type EndAgreementProps = { agreementId: string; title: string; status: AgreementStatus };

/** Declines what is not signed by both yet, or ends what is in force, with a reason the other side reads. */
export function EndAgreement({ agreementId, title, status }: EndAgreementProps) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [reason, setReason] = useState('');
  const [effectiveOn, setEffectiveOn] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const isPending = status === 'draft' || status === 'sent' || status === 'partially_signed';
  const isStanding = ['signed', 'active', 'suspended', 'termination_noticed'].includes(status);
  if (!isPending && !isStanding) return null;
  const verb = isPending ? 'Decline' : 'Terminate';

  async function end() {
    setProblems(reason.trim() === '' ? [{ name: 'reason', message: 'Give the reason.' }] : []);
    if (reason.trim() === '') return;
    setPending(true);
    try {
      if (isPending) await client.agreements.decline.mutate({ agreementId, reason });
      else {
        await client.identity.reauthenticate.mutate({ password, code });
        const day = effectiveOn === '' ? {} : { effectiveOn };
        await client.agreements.terminate.mutate({ agreementId, reason, ...day });
      }
      setIsOpen(false);
      toast.success(isPending ? `${title} is declined.` : `${title} is ending.`);
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    }
    setPassword('');
    setCode('');
    setPending(false);
  }

  const errors = byField(problems);
  return (
    <Dialog
      title={`${verb} ${title}`}
      description={
        isPending
          ? 'No signature on it will count. Both sides are told.'
          : 'When it ends, what it carries closes at once: leases on its data are taken back, and readers are paid for the time they spent.'
      }
      trigger={<Button variant="quiet">{verb} agreement…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="danger" pending={pending} onClick={end}>
          {verb} agreement
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems.filter((one) => one.name === undefined)} />
        <Field label="Reason" name="reason" hint="The other side reads it" error={errors.reason}>
          <Textarea value={reason} rows={3} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {isPending ? null : (
          <>
            <Field
              label="Last day"
              name="effectiveOn"
              optional
              hint="Left empty, it ends at once"
              error={errors.effectiveOn}
            >
              <Input
                type="date"
                value={effectiveOn}
                onChange={(event) => setEffectiveOn(event.target.value)}
              />
            </Field>
            <Field label="Password" name="password" error={errors.password}>
              <Input
                type="password"
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </Field>
            <CodeField value={code} onChange={setCode} error={errors.code} />
          </>
        )}
      </div>
    </Dialog>
  );
}
