'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { type CaseChoice, type DatasetChoice, listedValues, NO_SPLIT, readIds } from './case-choice.ts';
import type { ClassField } from './selection-preview.tsx';

export type ChooseProps = {
  choice: CaseChoice;
  onChange: (part: Partial<CaseChoice>) => void;
  dataset: DatasetChoice | undefined;
  /** Fields of the protocol, whose known classes can be chosen by. */
  fields: readonly ClassField[];
  wrong: Partial<Record<string, string>>;
};

/** Which cases: one split, and what narrows it down. */
export function ChooseCases(props: ChooseProps) {
  const { choice, onChange, dataset, wrong } = props;
  const splits = dataset?.splits ?? [];
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">Which cases</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        {splits.length === 0 ? null : (
          <Field
            label="Split"
            name="split"
            hint="A batch draws from one split; test data is read by named people only."
            error={wrong.split}
          >
            <NativeSelect value={choice.split} onChange={(event) => onChange({ split: event.target.value })}>
              <option value="">Choose a split</option>
              {splits.map((split) => (
                <option key={split} value={split}>
                  {split}
                </option>
              ))}
              <option value={NO_SPLIT}>Cases without a split</option>
            </NativeSelect>
          </Field>
        )}
        <Field label="Final label so far" name="finalLabel">
          <NativeSelect
            value={choice.finalLabel}
            onChange={(event) => onChange({ finalLabel: event.target.value as CaseChoice['finalLabel'] })}
          >
            <option value="any">With or without</option>
            <option value="none">Without a final label</option>
            <option value="has">With a final label</option>
          </NativeSelect>
        </Field>
        <Field label="Gold" name="goldCases">
          <NativeSelect
            value={choice.gold}
            onChange={(event) => onChange({ gold: event.target.value as CaseChoice['gold'] })}
          >
            <option value="any">With or without a known answer</option>
            <option value="never">Without a known answer</option>
            <option value="only">With a known answer</option>
          </NativeSelect>
        </Field>
      </div>
      <Ticks {...props} />
      <ByClass {...props} />
      <Field
        label="Only these case ids"
        name="externalIds"
        optional
        hint={
          choice.ids.trim() === ''
            ? 'Paste a column of your own case ids, for example those of a chart review; one a line.'
            : `${readIds(choice.ids).length.toLocaleString('en')} case ids.`
        }
        error={wrong.externalIds}
      >
        <Textarea rows={2} value={choice.ids} onChange={(event) => onChange({ ids: event.target.value })} />
      </Field>
    </fieldset>
  );
}

/** Values of a column beyond which ticking makes no sense. */
const MOST_VALUES = 16;

function Ticks({ choice, onChange, dataset }: ChooseProps) {
  const columns = [
    ['Site', 'site', dataset?.sites ?? []] as const,
    ...Object.entries(dataset?.subgroups ?? {}).map(
      ([name, values]) => [name, `subgroup:${name}`, values] as const,
    ),
  ].filter(([, , values]) => values.length > 1 && values.length <= MOST_VALUES);
  if (columns.length === 0) return null;
  const toggle = (key: string, isOn: boolean) =>
    onChange({ only: isOn ? [...choice.only, key] : choice.only.filter((one) => one !== key) });
  return (
    <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
      {columns.map(([name, prefix, values]) => (
        <fieldset key={prefix} className="flex flex-col gap-1.5">
          <legend className="pb-1 font-medium text-sm">
            {name} <span className="font-normal text-ink-3">nothing ticked is all</span>
          </legend>
          {values.map((value) => (
            <Checkbox
              key={value}
              label={value === '' ? 'not given' : value}
              checked={choice.only.includes(`${prefix}=${value}`)}
              onCheckedChange={(isOn) => toggle(`${prefix}=${value}`, isOn === true)}
            />
          ))}
        </fieldset>
      ))}
    </div>
  );
}

function ByClass({ choice, onChange, fields }: ChooseProps) {
  if (fields.length === 0) return null;
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Known class of" name="classField" optional hint="By final label, else by gold.">
        <NativeSelect
          value={choice.classField}
          onChange={(event) => onChange({ classField: event.target.value, classValues: '' })}
        >
          <option value="">Any</option>
          {fields.map(({ key, label }) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {choice.classField === '' ? null : (
        <ClassValues
          field={fields.find((field) => field.key === choice.classField)}
          value={choice.classValues}
          onChange={(classValues) => onChange({ classValues })}
        />
      )}
    </div>
  );
}

type ClassValuesProps = {
  field: ClassField | undefined;
  value: string;
  onChange: (value: string) => void;
};

/** Ticks where the classes are known and nothing was given that none of them is; else the values as text. */
function ClassValues({ field, value, onChange }: ClassValuesProps) {
  const named = Object.entries(field?.options ?? {});
  const chosen = listedValues(value);
  const isKnown = chosen.every((one) => named.some(([known]) => known === one));
  if (!field?.isOneOf || named.length === 0 || !isKnown || named.some(([one]) => one.includes(','))) {
    return (
      <Field
        label="is one of"
        name="classValues"
        hint={`Values of the field, with commas between.${field?.isOneOf === false ? ' Several in one case: a | b.' : ''}`}
      >
        <Input value={value} onChange={(event) => onChange(event.target.value)} />
      </Field>
    );
  }
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="pb-1 font-medium text-sm">is one of</legend>
      {named.map(([one, label]) => (
        <Checkbox
          key={one}
          label={label}
          checked={chosen.includes(one)}
          onCheckedChange={(isOn) =>
            onChange((isOn === true ? [...chosen, one] : chosen.filter((other) => other !== one)).join(','))
          }
        />
      ))}
    </fieldset>
  );
}
