'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { DATA_CLASS_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import type { RoutingView } from '#server/routing/schemas.ts';
import { type Condition, type Dimension, dimensionsOf, ruleOf, valuesOf } from './rule-values.ts';

/** The rule: conditions on cases, data classes, and what lets the rest overflow. */
export function RuleForm({ view, projectId }: { view: RoutingView; projectId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const known = valuesOf(view.rule);
  const [values, setValues] = useState(known.values);
  const dimensions = dimensionsOf(view.datasets);
  const dataClasses = [...new Set(view.datasets.map((one) => one.dataClass))];
  const save = useMutation(
    trpc.routing.setRule.mutationOptions({
      onSuccess: () => {
        toast.success('The rule holds from now on.');
        router.refresh();
      },
    }),
  );
  const setCondition = (at: number, condition: Condition | null) =>
    setValues((before) => ({
      ...before,
      conditions: before.conditions.flatMap((one, i) => (i !== at ? [one] : condition ? [condition] : [])),
    }));
  const [first] = dimensions;
  return (
    <form
      className="flex max-w-[720px] flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ projectId, rule: ruleOf(values, known.others) });
      }}
    >
      <Refusal error={save.error} title="The rule was not kept." />
      {values.conditions.map((one, at) => (
        <ConditionRow
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
          key={at}
          condition={one}
          dimensions={dimensions}
          onChange={(changed) => setCondition(at, changed)}
        />
      ))}
      {known.others.length > 0 ? (
        <p className="text-ink-3 text-sm">
          {known.others.length} further {known.others.length === 1 ? 'condition' : 'conditions'} on several
          things at once {known.others.length === 1 ? 'is' : 'are'} kept as set through the API.
        </p>
      ) : null}
      {first === undefined ? (
        <p className="text-ink-3 text-sm">The datasets name no site and no subgroup to choose cases by.</p>
      ) : (
        <div>
          <Button
            size="sm"
            onClick={() =>
              setValues((before) => ({
                ...before,
                conditions: [...before.conditions, { key: first.key, values: [] }],
              }))
            }
          >
            Add a condition
          </Button>
        </div>
      )}
      {dataClasses.length === 0 ? null : (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 font-medium text-sm">Whole datasets, by what their data is</legend>
          {dataClasses.map((one) => (
            <Checkbox
              key={one}
              label={DATA_CLASS_WORDS[one]}
              checked={values.dataClasses.includes(one)}
              onCheckedChange={(checked) =>
                setValues((before) => ({
                  ...before,
                  dataClasses:
                    checked === true
                      ? [...before.dataClasses, one]
                      : before.dataClasses.filter((kept) => kept !== one),
                }))
              }
            />
          ))}
        </fieldset>
      )}
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 font-medium text-sm">The rest overflows to vendors</legend>
        <Checkbox
          label="When own staff’s forecast passes the due date"
          checked={values.whenLate}
          onCheckedChange={(checked) => setValues((before) => ({ ...before, whenLate: checked === true }))}
        />
        <Checkbox
          label="When it is more than own staff’s weekly hours hold"
          checked={values.whenBeyondHours}
          onCheckedChange={(checked) =>
            setValues((before) => ({ ...before, whenBeyondHours: checked === true }))
          }
        />
      </fieldset>
      <div>
        <Button type="submit" variant={view.rule === null ? 'primary' : 'secondary'} pending={save.isPending}>
          Save rule
        </Button>
      </div>
    </form>
  );
}

type RowProps = {
  condition: Condition;
  dimensions: readonly Dimension[];
  onChange: (to: Condition | null) => void;
};

function ConditionRow({ condition, dimensions, onChange }: RowProps) {
  const dimension = dimensions.find((one) => one.key === condition.key);
  const choices = [...new Set([...(dimension?.values ?? []), ...condition.values])];
  return (
    <div className="flex flex-col gap-3 rounded-lg border border-line p-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <Field label="Cases by">
          <NativeSelect
            value={condition.key}
            onChange={(event) => onChange({ key: event.target.value, values: [] })}
          >
            {dimension === undefined ? <option value={condition.key}>{condition.key}</option> : null}
            {dimensions.map((one) => (
              <option key={one.key} value={one.key}>
                {one.label}
              </option>
            ))}
          </NativeSelect>
        </Field>
        <Button
          size="sm"
          onClick={() => onChange(null)}
          aria-label={`Remove the condition on ${dimension?.label ?? condition.key}`}
        >
          Remove
        </Button>
      </div>
      <fieldset className="flex flex-wrap gap-x-4 gap-y-2">
        <legend className="sr-only">Values that stay inside</legend>
        {choices.map((value) => (
          <Checkbox
            key={value}
            label={value}
            checked={condition.values.includes(value)}
            onCheckedChange={(checked) =>
              onChange({
                ...condition,
                values:
                  checked === true
                    ? [...condition.values, value]
                    : condition.values.filter((one) => one !== value),
              })
            }
          />
        ))}
      </fieldset>
    </div>
  );
}
