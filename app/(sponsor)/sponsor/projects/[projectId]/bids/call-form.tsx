'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { openCallInput } from '#server/bids/schemas.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { CallAudience, type VendorChoice } from './call-audience.tsx';
import { type CallValues, toCallInput, toTerms } from './call-values.ts';
import { CallWork } from './call-work.tsx';
import { CriteriaFields } from './criteria-fields.tsx';
import { Outlook } from './outlook.tsx';
import { type Dimension, PilotFields } from './pilot-fields.tsx';

export type CallFormProps = {
  project: { id: string; currency: string };
  vendors: readonly VendorChoice[];
  mayOpen: boolean;
  defaults: CallValues;
  fields: readonly LabelField[];
  /** What cases can be drawn by: each dimension with its values and how many cases have them. */
  dimensions: readonly Dimension[];
};

/** The call: until when bids are taken, and the pilot that every bidder is measured by. */
export function CallForm(props: CallFormProps) {
  const { project, vendors, mayOpen, defaults, fields, dimensions } = props;
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState(defaults);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const set = (part: Partial<CallValues>) => setValues((before) => ({ ...before, ...part }));
  const open = useMutation(
    trpc.bids.openCall.mutationOptions({
      onSuccess: () => {
        toast.success('The call is open.');
        router.refresh();
      },
    }),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = openCallInput.safeParse(toCallInput(project, values, fields));
    setProblems(parsed.success ? [] : formProblems(parsed.error).map(inWords));
    if (parsed.success) open.mutate(parsed.data);
  }

  const wrong = byField([...(open.error ? refusalProblems(open.error) : []), ...problems]);
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-8">
      <FormErrorSummary problems={problems} />
      <Refusal error={open.error} title="The call did not open." />
      <CallAudience values={values} wrong={wrong} set={set} vendors={vendors} />
      <CallWork values={values} wrong={wrong} set={set} currency={project.currency} />
      <PilotFields values={values} wrong={wrong} set={set} dimensions={dimensions} />
      <CriteriaFields values={values} wrong={wrong} set={set} fields={fields} currency={project.currency} />
      <Outlook projectId={project.id} terms={toTerms(values, fields, project.currency)} />
      <div className="flex flex-wrap items-center gap-3 border-line border-t pt-4">
        <Button type="submit" variant="primary" pending={open.isPending} disabled={!mayOpen}>
          Open call
        </Button>
        <p className="text-ink-3 text-sm">
          {mayOpen
            ? 'Bidders see these terms; they hold for every bidder and can’t be changed afterwards.'
            : 'It can be opened when nothing is missing any more.'}
        </p>
      </div>
    </form>
  );
}

const NUMBER_WORDS: Record<string, string> = {
  closesAt: 'Say until when bids are taken.',
  questionsUntil: 'Choose a day and a time, or leave it empty.',
  cases: 'Cases are a whole number above zero.',
  ceilingMinor: 'Write an amount above zero, for example 12000.00, or leave it empty.',
  'pilotTerms.cases': 'Cases are a whole number from 1 to 20,000.',
  'pilotTerms.overlap': 'Reads per case are a whole number from 1 to 100.',
  'pilotTerms.timeLimitDays': 'The time limit is 1 to 365 days.',
  'pilotTerms.goldShareBasisPoints': 'The gold share is between 0 % and 100 %.',
  'pilotTerms.criteria.cost.atMostMinor': 'Give an amount above zero, for example 4.50.',
  'pilotTerms.criteria.throughput.readsPerActiveHour': 'A pace is a number above zero.',
};

/** Our own words for what the schema can only call a wrong number. */
function inWords({ name, message }: FormProblem): FormProblem {
  if (name?.startsWith('taskTypes.') && name.endsWith('.shareBasisPoints'))
    return { name, message: 'A share is above 0 % and at most 100 %.' };
  const isThreshold = name?.startsWith('pilotTerms.criteria.') ?? false;
  return {
    name,
    message:
      NUMBER_WORDS[name ?? ''] ??
      (isThreshold && !message.startsWith('Give')
        ? 'A threshold is a number between 0 and 1, for example 0.80.'
        : message),
  };
}
