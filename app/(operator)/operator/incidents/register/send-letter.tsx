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
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { IncidentView } from '#server/incidents/schemas.ts';
import { LETTER_WORDS } from './incident-words.ts';

/** The letter that comes next, drafted from the facts, for a person to complete and send. */
export function SendLetter({ incident }: { incident: IncidentView }) {
  const client = useTRPCClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const { kind } = incident.draft;
  const [isOpen, setIsOpen] = useState(false);
  const [body, setBody] = useState(incident.draft.body);

  async function send() {
    const isDone = await stepUp.run(async () => {
      const input = { incidentId: incident.id, kind, body };
      const { recipientCount } = await client.incidents.sendLetter.mutate(input);
      toast.success(`Sent to ${recipientCount} at ${incident.sponsorName}, and kept as it was sent.`);
    });
    if (!isDone) return;
    setIsOpen(false);
    router.refresh();
  }

  const errors = byField(stepUp.problems);
  return (
    <Dialog
      size="lg"
      title={LETTER_WORDS[kind]}
      description={`To the owners and clinical leads of ${incident.sponsorName}, by mail. It names nobody and repeats nothing of the data.`}
      trigger={<Button>{LETTER_WORDS[kind]}…</Button>}
      open={isOpen}
      onOpenChange={(next) => {
        setIsOpen(next);
        if (next) setBody(incident.draft.body);
      }}
      footer={
        <Button variant="primary" pending={stepUp.isPending} onClick={send}>
          Send letter
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={stepUp.problems.filter((one) => one.name === undefined)} />
        <Field label="Letter" name="body" error={errors.body}>
          <Textarea value={body} rows={14} onChange={(event) => setBody(event.target.value)} />
        </Field>
        <StepUpFields stepUp={stepUp} errors={errors} />
      </div>
    </Dialog>
  );
}
