'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { z } from 'zod';
import { CountrySelect } from '#app/_shell/country-select.tsx';
import { byField } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { transferView } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { StepUpFields, useStepUp } from './step-up.tsx';

type Transfer = z.infer<typeof transferView>;

export type TransfersProps = {
  transfers: readonly Transfer[];
  /** Countries that an assessment is of use for, from the server. */
  countries: readonly { code: string; name: string }[];
  mayAssess: boolean;
};

/** Where outside of the EEA data of people in the EU may be shown: the sponsor's assessments, newest of a country first. */
export function Transfers({ transfers, countries, mayAssess }: TransfersProps) {
  const nameOf = (code: string) => countries.find((one) => one.code === code)?.name ?? code;
  return (
    <section className="flex flex-col items-start gap-3" aria-label="Transfers">
      <div>
        <h2 className="font-semibold text-lg">Transfers out of the EEA</h2>
        <p className="prose-width text-ink-2 text-sm">
          Data of people in the EU is shown in another country only when the project names it, standard
          clauses hold on every hop, and you have assessed the transfer.
        </p>
      </div>
      {transfers.length === 0 ? null : (
        <ul className="w-full divide-y divide-line border-line border-y">
          {transfers.map((one) => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <span className="min-w-0 flex-1">
                <span className="block font-medium text-base">{nameOf(one.country)}</span>
                <span className="prose-width block text-ink-2 text-sm">{one.findings.conclusion}</span>
              </span>
              <span className="text-ink-3 text-sm">until {sayDay(one.validUntil)}</span>
              <Badge tone={one.isCounted ? 'good' : 'neutral'}>
                {one.isCounted
                  ? 'Permits'
                  : one.outcome === 'not_permitted'
                    ? 'Does not permit'
                    : 'No longer counts'}
              </Badge>
            </li>
          ))}
        </ul>
      )}
      {mayAssess ? <AssessTransfer countries={countries} /> : null}
    </section>
  );
}

function AssessTransfer({ countries }: Pick<TransfersProps, 'countries'>) {
  const client = useTRPCClient();
  const router = useRouter();
  const stepUp = useStepUp();
  const [isOpen, setIsOpen] = useState(false);
  const [country, setCountry] = useState('');
  const [outcome, setOutcome] = useState('');
  const [law, setLaw] = useState('');
  const [measures, setMeasures] = useState('');
  const [conclusion, setConclusion] = useState('');
  const [validUntil, setValidUntil] = useState('');

  async function assess() {
    if (outcome !== 'permitted' && outcome !== 'not_permitted') {
      stepUp.setProblems([{ name: 'outcome', message: 'Say whether it permits the transfer.' }]);
      return;
    }
    const isDone = await stepUp.run(async () => {
      await client.agreements.assessTransfer.mutate({
        country,
        outcome,
        findings: { law, measures, conclusion },
        validUntil,
      });
    });
    if (!isDone) return;
    setIsOpen(false);
    toast.success('The assessment is kept and counts from now on.');
    router.refresh();
  }

  const wrong = byField(stepUp.problems);
  return (
    <Dialog
      title="Assess a transfer"
      description="Clause 14 of the standard contractual clauses. The newest assessment of a country counts at once."
      trigger={<Button>Assess a transfer…</Button>}
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
        <Field label="Country" name="country" error={wrong.country}>
          <CountrySelect
            countries={countries}
            value={country}
            onChange={(event) => setCountry(event.target.value)}
          />
        </Field>
        <Field label="Law and practice there" name="law" error={wrong['findings.law']}>
          <Textarea value={law} rows={3} onChange={(event) => setLaw(event.target.value)} />
        </Field>
        <Field label="What is done about it" name="measures" error={wrong['findings.measures']}>
          <Textarea value={measures} rows={3} onChange={(event) => setMeasures(event.target.value)} />
        </Field>
        <Field label="Conclusion" name="conclusion" error={wrong['findings.conclusion']}>
          <Textarea value={conclusion} rows={2} onChange={(event) => setConclusion(event.target.value)} />
        </Field>
        <Field label="Outcome" name="outcome" error={wrong.outcome}>
          <RadioCards
            name="outcome"
            columns={2}
            value={outcome}
            onValueChange={setOutcome}
            options={[
              { value: 'permitted', label: 'Permits the transfer' },
              { value: 'not_permitted', label: 'Does not permit it' },
            ]}
          />
        </Field>
        <Field label="Holds until" name="validUntil" hint="At most 24 months" error={wrong.validUntil}>
          <Input type="date" value={validUntil} onChange={(event) => setValidUntil(event.target.value)} />
        </Field>
        <StepUpFields stepUp={stepUp} errors={wrong} />
      </div>
    </Dialog>
  );
}
