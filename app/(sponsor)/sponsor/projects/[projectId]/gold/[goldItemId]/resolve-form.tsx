'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { byField, formProblems, refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { answerWords } from '#app/(sponsor)/sponsor/projects/[projectId]/protocol/condition-words.ts';
import { type GoldAnswers, type GoldCaseView, resolveGoldInput } from '#server/gold/schemas.ts';
import type { AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';

type ResolveFormProps = { projectId: string; view: GoldCaseView; schema: LabelSchema };

/** The right answer with its reason, or ambiguous with its reason; both stay on record. */
export function ResolveForm({ projectId, view, schema }: ResolveFormProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [answers, setAnswers] = useState<GoldAnswers>(view.item.answers);
  const [rationale, setRationale] = useState(view.item.rationale ?? '');
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const resolve = useMutation(
    trpc.gold.resolve.mutationOptions({
      onSuccess: ({ status }) => {
        toast.success(status === 'ambiguous' ? 'Kept as ambiguous.' : 'Agreed.');
        router.push(`/sponsor/projects/${projectId}/gold?status=proposed`);
        router.refresh();
      },
      onError: (error) => setProblems(refusalProblems(error, (path) => `answers.${path}`)),
    }),
  );

  function decide(outcome: 'resolved' | 'ambiguous') {
    const goldItemId = view.item.id;
    const parsed = resolveGoldInput.safeParse(
      outcome === 'resolved'
        ? { outcome, goldItemId, answers, rationale }
        : { outcome, goldItemId, rationale },
    );
    setProblems(parsed.success ? [] : formProblems(parsed.error));
    if (parsed.success) resolve.mutate(parsed.data);
  }

  const errors = byField(problems);
  const set = (key: string, values: AnswerValue[]) =>
    setAnswers(({ [key]: _before, ...rest }) => (values.length === 0 ? rest : { ...rest, [key]: values }));
  return (
    <section aria-labelledby="decision-title" className="flex flex-col gap-4">
      <h2 id="decision-title" className="font-semibold text-lg">
        Decide
      </h2>
      <FormErrorSummary problems={problems} />
      {schema.fields
        .filter((field) => field.type !== 'text')
        .map((field) => (
          <AnswerControl
            key={field.key}
            field={field}
            values={answers[field.key] ?? []}
            error={errors[`answers.${field.key}`]}
            onChange={(values) => set(field.key, values)}
          />
        ))}
      <Field
        label="Rationale"
        name="rationale"
        hint="Kept with the answer. No patient data."
        error={errors.rationale}
        required
      >
        <Textarea value={rationale} onChange={(event) => setRationale(event.target.value)} />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button variant="primary" pending={resolve.isPending} onClick={() => decide('resolved')}>
          Save the answer
        </Button>
        <Button disabled={resolve.isPending} onClick={() => decide('ambiguous')}>
          Call it ambiguous
        </Button>
      </div>
    </section>
  );
}

type AnswerControlProps = {
  field: LabelField;
  values: readonly AnswerValue[];
  error: string | undefined;
  onChange: (values: AnswerValue[]) => void;
};

/** An ordinal answer may be a set of levels; every other field has one right answer, or none that is known. */
function AnswerControl({ field, values, error, onChange }: AnswerControlProps) {
  const name = `answers.${field.key}`;
  const options = field.options ?? [];
  const [first] = values;
  if (field.type === 'ordinal') {
    return (
      <Checks
        legend={`${field.label}: levels that are right`}
        error={error}
        options={options}
        chosen={values.map(String)}
        onChange={(chosen) =>
          onChange(options.map((one) => one.value).filter((value) => chosen.includes(value)))
        }
      />
    );
  }
  if (field.type === 'multi_label') {
    return (
      <Checks
        legend={field.label}
        error={error}
        options={options}
        chosen={Array.isArray(first) ? first : []}
        onChange={(chosen) => onChange(chosen.length === 0 ? [] : [chosen])}
      />
    );
  }
  if (field.type === 'number') {
    return (
      <Field label={field.label} name={name} error={error} optional>
        <Input
          type="number"
          step="any"
          suffix={field.unit}
          value={typeof first === 'number' ? first : ''}
          onChange={(event) =>
            onChange(Number.isNaN(event.target.valueAsNumber) ? [] : [event.target.valueAsNumber])
          }
        />
      </Field>
    );
  }
  const choices: AnswerValue[] = field.type === 'boolean' ? [true, false] : options.map((one) => one.value);
  return (
    <Field label={field.label} name={name} error={error}>
      <NativeSelect
        value={first === undefined ? '' : String(first)}
        onChange={(event) => onChange(choices.filter((one) => String(one) === event.target.value))}
      >
        <option value="">Not known</option>
        {choices.map((one) => (
          <option key={String(one)} value={String(one)}>
            {answerWords(one, field)}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}

type ChecksProps = {
  legend: string;
  error: string | undefined;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
};

function Checks({ legend, error, options, chosen, onChange }: ChecksProps) {
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="pb-1 font-medium text-sm">{legend}</legend>
      {options.map((option) => (
        <Checkbox
          key={option.value}
          label={option.label}
          checked={chosen.includes(option.value)}
          onCheckedChange={(checked) =>
            onChange(
              checked === true ? [...chosen, option.value] : chosen.filter((one) => one !== option.value),
            )
          }
        />
      ))}
      {error ? <p className="text-critical-ink text-xs">{error}</p> : null}
    </fieldset>
  );
}
