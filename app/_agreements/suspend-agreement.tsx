'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { AgreementView } from '#server/agreements/schemas.ts';
import { StepUpFields, useStepUp } from './step-up.tsx';

type Suspendable = Pick<AgreementView, 'id' | 'title' | 'status' | 'suspendedBy' | 'ownSide'>;

/** Suspends what is in force, or resumes what this side suspended; the other side reads the reason. */
export function SuspendAgreement({ agreement }: { agreement: Suspendable }) {
  const client = useTRPCClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const { id, title, status, suspendedBy, ownSide } = agreement;
  if (status === 'suspended' && suspendedBy !== ownSide) {
    return <p className="text-ink-2 text-sm">The other side suspended it and can resume it.</p>;
  }
  if (status !== 'active' && status !== 'suspended') return null;
  const isResuming = status === 'suspended';
  const verb = isResuming ? 'Resume' : 'Suspend';

  async function act() {
    if (reason.trim() === '') {
      stepUp.setProblems([{ name: 'reason', message: 'Give the reason.' }]);
      return;
    }
    const isDone = await stepUp.run(async () => {
      const input = { agreementId: id, reason };
      if (isResuming) await client.agreements.resume.mutate(input);
      else await client.agreements.suspend.mutate(input);
    });
    if (!isDone) return;
    setIsOpen(false);
    setReason('');
    toast.success(isResuming ? `${title} holds again.` : `${title} is suspended.`);
    router.refresh();
  }

  const errors = byField(stepUp.problems);
  return (
    <Dialog
      title={`${verb} ${title}`}
      description={
        isResuming
          ? 'What it carries opens again. Its last day has not moved.'
          : 'What it carries closes at once: leases on its data are taken back, and readers are paid for the time they spent. Nothing has to be returned; your side can resume it.'
      }
      trigger={<Button variant="quiet">{verb} agreement…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant={isResuming ? 'primary' : 'danger'} pending={stepUp.isPending} onClick={act}>
          {verb} agreement
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={stepUp.problems.filter((one) => one.name === undefined)} />
        <Field label="Reason" name="reason" hint="The other side reads it" error={errors.reason}>
          <Textarea value={reason} rows={3} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <StepUpFields stepUp={stepUp} errors={errors} />
      </div>
    </Dialog>
  );
}
