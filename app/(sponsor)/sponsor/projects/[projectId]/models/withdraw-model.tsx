'use client';

import { useState } from 'react';
import { byField } from '#app/_shell/read-form.ts';
import { useDecision } from '#app/_shell/use-decision.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { useFocusHeir } from '#app/_ui/use-focus-heir.ts';
import { withdrawModelInput } from '#server/models/schemas.ts';

/** Takes a wrong import out of use, with the reason that stays on record. */
export function WithdrawModel({ modelId, name }: { modelId: string; name: string }) {
  const client = useTRPCClient();
  const trigger = useFocusHeir<HTMLButtonElement>('models-list');
  const [reason, setReason] = useState('');
  const { dialog, problems, isPending, submit } = useDecision({
    input: withdrawModelInput,
    decide: (input) => client.models.withdraw.mutate(input),
    done: `${name} is withdrawn.`,
  });
  return (
    <Dialog
      title={`Withdraw ${name}`}
      description="Nothing more is chosen by its answers. Batches that were stay as they are, and the version stays taken."
      trigger={
        <Button ref={trigger} size="sm" aria-label={`Withdraw ${name}`}>
          Withdraw
        </Button>
      }
      {...dialog}
      footer={
        <Button variant="primary" pending={isPending} onClick={() => submit({ modelId, reason })}>
          Withdraw the answers
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="Reason" name="reason" hint="No patient data." error={byField(problems).reason}>
          <Textarea rows={3} value={reason} onChange={({ target }) => setReason(target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}
