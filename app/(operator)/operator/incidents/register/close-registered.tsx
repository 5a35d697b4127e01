'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { StepUpFields, useStepUp } from '#app/_agreements/step-up.tsx';
import { byField } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import type { IncidentView } from '#server/incidents/schemas.ts';

/** Closes an incident with what was changed so that it does not happen again. */
export function CloseRegistered({ incident }: { incident: IncidentView }) {
  const client = useTRPCClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const [isOpen, setIsOpen] = useState(false);
  const [correctiveAction, setCorrectiveAction] = useState('');
  const [correctedOn, setCorrectedOn] = useState('');

  async function close() {
    const input = { incidentId: incident.id, correctiveAction, correctedOn };
    const isDone = await stepUp.run(() => client.incidents.close.mutate(input));
    if (!isDone) return;
    setIsOpen(false);
    router.refresh();
  }

  const errors = byField(stepUp.problems);
  return (
    <Dialog
      title="Close the incident"
      description="What was decided and done stands from then on."
      trigger={<Button variant="quiet">Close…</Button>}
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={stepUp.isPending} onClick={close}>
          Close incident
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={stepUp.problems.filter((one) => one.name === undefined)} />
        <Field label="What was changed" name="correctiveAction" error={errors.correctiveAction}>
          <Textarea
            value={correctiveAction}
            rows={4}
            onChange={(event) => setCorrectiveAction(event.target.value)}
          />
        </Field>
        <Field label="On" name="correctedOn" error={errors.correctedOn}>
          <Input type="date" value={correctedOn} onChange={(event) => setCorrectedOn(event.target.value)} />
        </Field>
        <StepUpFields stepUp={stepUp} errors={errors} />
      </div>
    </Dialog>
  );
}
