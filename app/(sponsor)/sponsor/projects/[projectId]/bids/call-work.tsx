'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { CallValues, KindRow } from './call-values.ts';

type CallWorkProps = {
  values: CallValues;
  wrong: Partial<Record<string, string>>;
  set: (part: Partial<CallValues>) => void;
  currency: string;
};

/** What bids are priced for: how much work, of which kinds, and how much it may cost at most. */
export function CallWork({ values, wrong, set, currency }: CallWorkProps) {
  const change = (id: number, part: Partial<KindRow>) =>
    set({ taskTypes: values.taskTypes.map((row) => (row.id === id ? { ...row, ...part } : row)) });
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="font-semibold text-lg">Work</legend>
      <p className="prose-width text-ink-3 text-sm">
        Every bid is priced for this, so that they compare. Your budget is not shown to anybody; what a bid
        may come to at most is, if you say it.
      </p>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Cases of the whole work" name="cases" error={wrong.cases}>
          <Input
            inputMode="numeric"
            suffix="cases"
            value={values.wholeCases}
            onChange={(event) => set({ wholeCases: event.target.value })}
          />
        </Field>
        <Field
          label="Most a bid may come to"
          name="ceilingMinor"
          optional
          hint="Before the platform fee; told to bidders."
          error={wrong.ceilingMinor}
        >
          <Input
            inputMode="decimal"
            suffix={currency}
            value={values.ceiling}
            onChange={(event) => set({ ceiling: event.target.value })}
          />
        </Field>
      </div>
      <fieldset id="field-taskTypes" tabIndex={-1} className="flex flex-col gap-3">
        <legend className="pb-1 font-medium text-sm">
          Kinds of task <span className="font-normal text-ink-3">(optional)</span>
        </legend>
        <p className="text-ink-3 text-sm">
          Where some cases take much longer than others, bidders price each kind. Without kinds, all cases
          cost the same.
        </p>
        {wrong.taskTypes ? <p className="text-critical-ink text-sm">{wrong.taskTypes}</p> : null}
        {values.taskTypes.map((row, index) => (
          <div key={row.id} className="grid grid-cols-[2fr_1fr_auto] gap-3 sm:max-w-[480px]">
            <Field label="Kind" name={`taskTypes.${index}.label`} error={wrong[`taskTypes.${index}.label`]}>
              <Input value={row.label} onChange={(event) => change(row.id, { label: event.target.value })} />
            </Field>
            <Field
              label="Of the cases"
              name={`taskTypes.${index}.shareBasisPoints`}
              error={wrong[`taskTypes.${index}.shareBasisPoints`]}
            >
              <Input
                inputMode="decimal"
                suffix="%"
                value={row.share}
                onChange={(event) => change(row.id, { share: event.target.value })}
              />
            </Field>
            <Button
              className="mt-6"
              variant="quiet"
              size="icon"
              aria-label={`Remove ${row.label || `kind ${index + 1}`}`}
              icon={<X aria-hidden />}
              onClick={() => set({ taskTypes: values.taskTypes.filter((other) => other.id !== row.id) })}
            />
          </div>
        ))}
        <div>
          <Button
            size="sm"
            icon={<Plus aria-hidden />}
            onClick={() => {
              const id = Math.max(-1, ...values.taskTypes.map((row) => row.id)) + 1;
              set({ taskTypes: [...values.taskTypes, { id, label: '', share: '' }] });
            }}
          >
            Add a kind of task
          </Button>
        </div>
      </fieldset>
    </fieldset>
  );
}
