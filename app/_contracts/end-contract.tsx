'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ContractView } from '#server/contracts/view-schemas.ts';

type Props = { contractId: string; unsettled: ContractView['unsettled'] };

/** Ends the contract, as completed or early, with a reason that the other side reads. */
export function EndContract({ contractId, unsettled }: Props) {
  const client = useTRPCClient();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  const [ending, setEnding] = useState('');
  const [reason, setReason] = useState('');
  const [isPending, setIsPending] = useState(false);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);

  async function end() {
    if (ending !== 'completed' && ending !== 'terminated') {
      setProblems([{ name: 'ending', message: 'Choose how the contract ends.' }]);
      return;
    }
    setIsPending(true);
    try {
      await client.contracts.end.mutate({ contractId, ending, reason: reason.trim() });
      setIsOpen(false);
      toast.success('The contract has ended; the other side is told.');
      router.refresh();
    } catch (error) {
      setProblems(refusalProblems(error));
    } finally {
      setIsPending(false);
    }
  }

  const errors = byField(problems);
  return (
    <Dialog
      title="End the contract"
      description="Its people are off the project and their hours are free. What was read is paid. This cannot be taken back."
      trigger={<Button variant="quiet">End contract</Button>}
      open={isOpen}
      onOpenChange={(open) => {
        setIsOpen(open);
        setProblems([]);
      }}
      footer={
        <Button variant="danger" pending={isPending} onClick={end}>
          End contract
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={problems} />
        <Field label="How it ends" name="ending" error={errors.ending}>
          <RadioCards
            name="ending"
            value={ending}
            onValueChange={setEnding}
            options={[
              {
                value: 'completed',
                label: 'Completed',
                hint:
                  unsettled.length === 0
                    ? 'Everything under it is read and settled.'
                    : `Not yet: ${namesOf(unsettled)} ${unsettled.length === 1 ? 'is' : 'are'} not settled.`,
                disabled: unsettled.length > 0,
              },
              { value: 'terminated', label: 'Ended early', hint: earlyHint(unsettled) },
            ]}
          />
        </Field>
        <Field label="Reason" name="reason" hint="The other side reads it" error={errors.reason}>
          <Textarea rows={3} value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
      </div>
    </Dialog>
  );
}

const namesOf = (batches: Props['unsettled']) =>
  batches.length > 3
    ? `${batches.length} batches`
    : new Intl.ListFormat('en').format(batches.map((one) => one.name));

function earlyHint(unsettled: Props['unsettled']): string {
  const own = unsettled.filter((one) => !one.isShared);
  const shared = unsettled.filter((one) => one.isShared);
  const parts = [
    own.length === 0
      ? 'No batch of it is open.'
      : `${namesOf(own)}: no new cases; who holds one finishes it and is paid.`,
    shared.length === 0 ? '' : `${namesOf(shared)}: goes on with the others who share it.`,
    'The share of the work can be given to somebody else.',
  ];
  return parts.filter(Boolean).join(' ');
}
