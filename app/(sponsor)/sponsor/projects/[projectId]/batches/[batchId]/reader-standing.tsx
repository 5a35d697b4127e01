'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import type { Tier } from '#server/work/rules.ts';

/** Characters of a reason, as the server asks for them. */
const LEAST_REASON = 3;

type ReaderStandingProps = {
  batchId: string;
  tier: Tier;
  alias: string;
  status: 'active' | 'paused';
};

/** Pauses one reader of a batch, or lets them go on, with the reason that they are told (R26). */
export function ReaderStanding({ batchId, tier, alias, status }: ReaderStandingProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const isActive = status === 'active';
  const verb = `${isActive ? 'Pause' : 'Resume'} ${alias}`;
  const done = {
    onSuccess: () => {
      toast.success(
        isActive
          ? `${alias} is paused and told why. What they hold is finished and paid.`
          : `${alias} is told and can go on.`,
      );
      setOpen(false);
      setReason('');
      router.refresh();
    },
  };
  const pause = useMutation(trpc.work.pauseReader.mutationOptions(done));
  const resume = useMutation(trpc.work.resumeReader.mutationOptions(done));
  const call = isActive ? pause : resume;
  /** What went wrong at an earlier opening is no matter of this one. */
  const turn = (isOpen: boolean) => {
    setOpen(isOpen);
    setIsMissing(false);
    pause.reset();
    resume.reset();
  };
  return (
    <Dialog
      size="sm"
      title={`${verb}?`}
      description={
        isActive
          ? 'They get no new case here. What they hold is finished within its lease and paid.'
          : 'They can claim cases here again.'
      }
      open={open}
      onOpenChange={turn}
      trigger={
        <Button size="sm" variant="quiet">
          {verb}
        </Button>
      }
      footer={
        <Button
          variant="primary"
          pending={call.isPending}
          onClick={() => {
            const missing = reason.trim().length < LEAST_REASON;
            setIsMissing(missing);
            if (!missing) call.mutate({ batchId, tier, alias, reason });
          }}
        >
          {verb}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={call.error} title="It was not done." />
        <Field
          label="Reason"
          hint="The person reads it; nothing about a patient belongs here."
          error={isMissing ? `Say why, in at least ${LEAST_REASON} characters.` : undefined}
        >
          <Textarea
            rows={2}
            maxLength={400}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}
