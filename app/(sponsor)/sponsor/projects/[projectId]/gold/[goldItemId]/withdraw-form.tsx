'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { withdrawGoldInput } from '#server/gold/schemas.ts';

type WithdrawFormProps = { goldItemId: string; isDisputed: boolean };

/** Puts an answer in force in doubt, or takes it out of use for good; both with their reason (R7). */
export function WithdrawForm({ goldItemId, isDisputed }: WithdrawFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const said = {
    onSuccess: ({ status }: { status: string }) => {
      toast.success(status === 'retired' ? 'Taken out of use.' : 'In dispute: it counts for nobody now.');
      setReason('');
      router.refresh();
    },
    onError: (error: Parameters<typeof refusalProblems>[0]) => setProblems(refusalProblems(error)),
  };
  const dispute = useMutation(trpc.gold.dispute.mutationOptions(said));
  const retire = useMutation(trpc.gold.retire.mutationOptions(said));
  const isPending = dispute.isPending || retire.isPending;

  function decide(act: typeof dispute.mutate) {
    const parsed = withdrawGoldInput.safeParse({ goldItemId, reason });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) act(parsed.data);
  }

  return (
    <section aria-labelledby="withdraw-title" className="flex flex-col gap-4">
      <div>
        <h2 id="withdraw-title" className="font-semibold text-lg">
          {isDisputed ? 'In dispute' : 'Is it wrong?'}
        </h2>
        <p className="text-ink-3 text-sm">
          From then on it is dealt to nobody and counts for nobody, also where it was read before; scores are
          computed again. What was read stays paid.
        </p>
      </div>
      <FormErrorSummary problems={problems} />
      <Field
        label="Reason"
        name="reason"
        hint="Kept with the answer. No patient data."
        error={byField(problems).reason}
        required
      >
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} />
      </Field>
      <div className="flex flex-wrap gap-2">
        {isDisputed ? null : (
          <Button pending={dispute.isPending} disabled={isPending} onClick={() => decide(dispute.mutate)}>
            Dispute the answer
          </Button>
        )}
        <Button
          variant="danger"
          pending={retire.isPending}
          disabled={isPending}
          onClick={() => decide(retire.mutate)}
        >
          Retire the answer
        </Button>
      </div>
    </section>
  );
}
