'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import type { CaseChoice } from './case-choice.ts';
import type { ChooseProps } from './choose-cases.tsx';

/** How many of them: all, the first, or a draw with weights. */
export function ChooseSample({ choice, onChange, dataset, fields, wrong }: ChooseProps) {
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">How many of them</legend>
      <Field label="Taken" name="sample" labelHidden>
        <RadioCards
          columns={2}
          value={choice.sample}
          onValueChange={(sample) => onChange({ sample: sample as CaseChoice['sample'] })}
          options={[
            { value: 'all', label: 'All that fit', hint: 'No sampling, no weights.' },
            {
              value: 'first',
              label: 'The first',
              hint: 'In the order of the file; speaks for nothing else.',
            },
            { value: 'random', label: 'Drawn at random', hint: 'Every case is as likely; weights are kept.' },
            {
              value: 'stratified',
              label: 'Drawn by stratum',
              hint: 'In proportion, or the rare oversampled; weights are kept.',
            },
          ]}
        />
      </Field>
      {choice.sample === 'all' ? null : (
        <Field label="Cases" name="sampling" error={wrong.sampling}>
          <Input
            inputMode="numeric"
            suffix="cases"
            className="sm:max-w-48"
            value={choice.count}
            onChange={(event) => onChange({ count: event.target.value })}
          />
        </Field>
      )}
      {choice.sample === 'stratified' ? (
        <Strata choice={choice} onChange={onChange} dataset={dataset} fields={fields} wrong={wrong} />
      ) : null}
    </fieldset>
  );
}

function Strata({ choice, onChange, dataset, fields }: ChooseProps) {
  const dimensions = [
    { value: 'site', label: 'Site' },
    ...Object.keys(dataset?.subgroups ?? {}).map((name) => ({ value: `subgroup:${name}`, label: name })),
    ...fields.map(({ key, label }) => ({ value: `class:${key}`, label: `Known class: ${label}` })),
  ];
  return (
    <>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="pb-1 font-medium text-sm">
          Strata are made of <span className="font-normal text-ink-3">one to three</span>
        </legend>
        {dimensions.map(({ value, label }) => (
          <Checkbox
            key={value}
            label={label}
            checked={choice.by.includes(value)}
            onCheckedChange={(isOn) =>
              onChange({
                by: isOn === true ? [...choice.by, value] : choice.by.filter((one) => one !== value),
              })
            }
          />
        ))}
      </fieldset>
      <Field label="Shared out" name="allocation">
        <RadioCards
          columns={2}
          value={choice.allocation}
          onValueChange={(allocation) => onChange({ allocation: allocation as CaseChoice['allocation'] })}
          options={[
            { value: 'proportional', label: 'In proportion', hint: 'At least one of every stratum.' },
            { value: 'equal', label: 'Equally', hint: 'The rare are oversampled.' },
          ]}
        />
      </Field>
      <Checkbox
        label="Where a stratum has too few, take all it has"
        hint="Otherwise the batch is refused, with the stratum named."
        checked={choice.takeAll}
        onCheckedChange={(isOn) => onChange({ takeAll: isOn === true })}
      />
    </>
  );
}
