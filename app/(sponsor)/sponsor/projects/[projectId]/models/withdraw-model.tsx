'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { useFocusHeir } from '#app/_ui/use-focus-heir.ts';
import { withdrawModelInput } from '#server/models/schemas.ts';

/** Takes a wrong import out of use, with the reason that stays on record. */
export function WithdrawModel({ modelId, name }: { modelId: string; name: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const trigger = useFocusHeir<HTMLButtonElement>('models-list');
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const withdraw = useMutation(
    trpc.models.withdraw.mutationOptions({
      onSuccess: () => {
        setIsOpen(false);
        toast.success(`${name} is withdrawn.`);
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error)),
    }),
  );
  return (
    <Dialog
      title={`Withdraw ${name}`}
      description="Nothing more is chosen by its answers. Batches that were stay as they are, and the version stays taken."
      trigger={
        <Button ref={trigger} size="sm" aria-label={`Withdraw ${name}`}>
          Withdraw
        </Button>
      }
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setProblems([]);
      }}
      footer={
        <Button
          variant="primary"
          pending={withdraw.isPending}
          onClick={() => {
            const parsed = withdrawModelInput.safeParse({ modelId, reason });
            setProblems(parsed.success ? [] : formProblems(parsed.error));
            if (parsed.success) withdraw.mutate(parsed.data);
          }}
        >
          Withdraw the answers
        </Button>
      }
    >
      <FormErrorSummary problems={problems} />
      <Field label="Reason" name="reason" hint="No patient data." error={byField(problems).reason}>
        <Textarea rows={3} value={reason} onChange={({ target }) => setReason(target.value)} />
      </Field>
    </Dialog>
  );
}
