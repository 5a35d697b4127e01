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
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import type { IncidentView } from '#server/incidents/schemas.ts';
import { DECISION_WORDS, FACTOR_WORDS } from './incident-words.ts';

type Factor = keyof typeof FACTOR_WORDS;
const FACTORS = Object.keys(FACTOR_WORDS) as Factor[];
const NOTHING: Record<Factor, string> = { identifiers: '', recipient: '', acquired: '', mitigation: '' };

/** The four factors of 45 CFR 164.402(2) and the decision on them; nothing is chosen beforehand. */
export function AssessIncident({ incident }: { incident: IncidentView }) {
  const client = useTRPCClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const [isOpen, setIsOpen] = useState(false);
  const [factors, setFactors] = useState(incident.assessment ?? NOTHING);
  const [decision, setDecision] = useState('');
  const [reason, setReason] = useState('');

  async function assess() {
    if (decision !== 'breach' && decision !== 'low_probability' && decision !== 'no_incident') {
      stepUp.setProblems([{ name: 'decision', message: 'Decide by the four factors.' }]);
      return;
    }
    const input = { incidentId: incident.id, factors, decision, reason } as const;
    const isDone = await stepUp.run(() => client.incidents.assess.mutate(input));
    if (!isDone) return;
    setIsOpen(false);
    router.refresh();
  }

  const errors = byField(stepUp.problems);
  return (
    <Dialog
      size="lg"
      title="Assess the incident"
      description="A breach is presumed unless all four factors together show a low probability that the data was compromised."
      trigger={
        <Button variant={incident.status === 'open' ? 'primary' : 'secondary'}>
          {incident.status === 'open' ? 'Assess…' : 'Assess again…'}
        </Button>
      }
      open={isOpen}
      onOpenChange={setIsOpen}
      footer={
        <Button variant="primary" pending={stepUp.isPending} onClick={assess}>
          Sign assessment
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <FormErrorSummary problems={stepUp.problems.filter((one) => one.name === undefined)} />
        {FACTORS.map((factor) => (
          <Field
            key={factor}
            label={FACTOR_WORDS[factor]}
            name={`factors.${factor}`}
            error={errors[`factors.${factor}`]}
          >
            <Textarea
              value={factors[factor]}
              rows={2}
              onChange={(event) => setFactors({ ...factors, [factor]: event.target.value })}
            />
          </Field>
        ))}
        <Field label="Decision" name="decision" error={errors.decision}>
          <RadioCards
            name="decision"
            columns={3}
            value={decision}
            onValueChange={setDecision}
            options={Object.entries(DECISION_WORDS).map(([value, label]) => ({ value, label }))}
          />
        </Field>
        <Field label="Reason" name="reason" error={errors.reason}>
          <Textarea value={reason} rows={2} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <StepUpFields stepUp={stepUp} errors={errors} />
      </div>
    </Dialog>
  );
}
