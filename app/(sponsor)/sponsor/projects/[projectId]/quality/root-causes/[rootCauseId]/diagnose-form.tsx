'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import {
  ChooseOne,
  optionsOfWords,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/choose-one.tsx';
import {
  DISAGREEMENT_WORDS,
  ERROR_WORDS,
  ROUTE_WORDS,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import { diagnoseInput, type RootCauseView } from '#server/scores/governance-schemas.ts';
import { routeOf } from '#server/scores/route-of.ts';

export type DiagnoseFormProps = {
  rootCauseId: string;
  /** What the findings point to; fills the form, never decides. */
  suggestion: RootCauseView['suggestion'];
  before: RootCauseView['diagnosis'];
};

/** Names the cause and where it is put right. */
export function DiagnoseForm({ rootCauseId, suggestion, before }: DiagnoseFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const start = before ?? suggestion;
  const [disagreement, setDisagreement] = useState<string>(start?.disagreement ?? '');
  const [errorKind, setErrorKind] = useState<string>(start?.errorKind ?? '');
  const [route, setRoute] = useState<string>(start?.route ?? '');
  const [diagnosis, setDiagnosis] = useState(before?.text ?? '');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const diagnose = useMutation(
    trpc.scores.diagnose.mutationOptions({
      onSuccess: () => {
        toast.success('The cause is on record.');
        router.refresh();
      },
    }),
  );
  /** Both kinds together point to a place; whoever decides may choose another. */
  function point(why: string, what: string) {
    setDisagreement(why);
    setErrorKind(what);
    const kinds = diagnoseInput.pick({ disagreement: true, errorKind: true });
    const both = kinds.safeParse({ disagreement: why, errorKind: what });
    if (both.success) setRoute(routeOf(both.data.disagreement, both.data.errorKind));
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    const parsed = diagnoseInput.safeParse({ rootCauseId, disagreement, errorKind, route, diagnosis });
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) diagnose.mutate(parsed.data);
  }
  const errors = byField(problems);
  return (
    <form noValidate onSubmit={submit} className="flex max-w-[720px] flex-col gap-4">
      <FormErrorSummary problems={problems} />
      <Refusal error={diagnose.error} title="The cause was not recorded." />
      {suggestion ? (
        <p className="text-ink-2 text-sm">
          {Math.round(suggestion.share * 100)} % of the cases looked at say “
          {DISAGREEMENT_WORDS[suggestion.disagreement]}”, and most often it is “
          {ERROR_WORDS[suggestion.errorKind]}”. Together that points to: {ROUTE_WORDS[suggestion.route]}.
        </p>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-3">
        <ChooseOne
          label="Kind of disagreement"
          name="disagreement"
          none="Choose"
          options={optionsOfWords(DISAGREEMENT_WORDS)}
          value={disagreement}
          error={errors.disagreement}
          onChange={(why) => point(why, errorKind)}
        />
        <ChooseOne
          label="Kind of error"
          name="errorKind"
          none="Choose"
          options={optionsOfWords(ERROR_WORDS)}
          value={errorKind}
          error={errors.errorKind}
          onChange={(what) => point(disagreement, what)}
        />
        <ChooseOne
          label="Put right by"
          name="route"
          none="Choose"
          options={optionsOfWords(ROUTE_WORDS)}
          value={route}
          error={errors.route}
          onChange={setRoute}
        />
      </div>
      <Field
        label="The cause, in words"
        name="diagnosis"
        hint="No patient data."
        error={errors.diagnosis}
        required
      >
        <Textarea rows={3} value={diagnosis} onChange={(event) => setDiagnosis(event.target.value)} />
      </Field>
      <div>
        <Button type="submit" variant={before ? 'secondary' : 'primary'} pending={diagnose.isPending}>
          {before ? 'Revise the cause' : 'Record the cause'}
        </Button>
      </div>
    </form>
  );
}
