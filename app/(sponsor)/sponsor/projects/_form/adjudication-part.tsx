'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NumberField } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { keysOf, type PolicyValues } from './form-values.ts';
import { type ForecastBasis, PanelForecast } from './panel-forecast.tsx';
import { toOverlapRule } from './tier-values.ts';

type PartProps = {
  policy: PolicyValues;
  basis: ForecastBasis;
  /** Cases of the project's datasets; null without any. */
  cases: number | null;
  at: (name: string) => string | undefined;
  onChange: (part: Partial<PolicyValues>) => void;
};

/** What the engine takes for certainty, by how the final label is made. */
const CERTAINTY_WORDS: Record<PolicyValues['consensusMethod'], string> = {
  majority: 'By majority it is the share of the reads that gave the answer: two of three are 0.67',
  dawid_skene: 'It is the probability of the answer, each read weighed by its reader',
  auto: 'It is the share of the reads that gave the answer, or the probability where readers are weighed',
};

/** When the panel decides a case (R25), in which fields, and how many cases that is expected to be. */
export function AdjudicationPart({ policy, basis, cases, at, onChange }: PartProps) {
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">When your panel decides a case</legend>
      <Checkbox
        label="Readers disagree at all"
        checked={policy.anyDisagreement}
        onCheckedChange={(checked) => onChange({ anyDisagreement: checked === true })}
      />
      <Checkbox
        label="No answer has a majority"
        checked={policy.noMajority}
        onCheckedChange={(checked) => onChange({ noMajority: checked === true })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          label="Levels apart, at least"
          name="qualityPolicy.adjudication.ordinalSpreadAtLeast"
          hint="Ordered fields; empty means not looked at"
          error={at('adjudication.ordinalSpreadAtLeast')}
          value={policy.ordinalSpreadAtLeast}
          onChange={(ordinalSpreadAtLeast) => onChange({ ordinalSpreadAtLeast })}
        />
        <NumberField
          isDecimal
          label="Certainty below"
          name="qualityPolicy.adjudication.posteriorBelow"
          hint={`0 to 1; empty means not looked at. ${CERTAINTY_WORDS[policy.overlapMode === 'adaptive' ? 'dawid_skene' : policy.consensusMethod]}`}
          error={at('adjudication.posteriorBelow')}
          value={policy.posteriorBelow}
          onChange={(posteriorBelow) => onChange({ posteriorBelow })}
        />
      </div>
      <NamedClasses classes={policy.classes} at={at} onChange={(classes) => onChange({ classes })} />
      <Field
        label="Only in these fields"
        name="qualityPolicy.adjudication.fields"
        optional
        hint="Keys of the protocol’s fields, with commas between; empty means every field that is not free text"
        error={at('adjudication.fields')}
      >
        <Input value={policy.fields} onChange={(event) => onChange({ fields: event.target.value })} />
      </Field>
      <PanelForecast
        rule={{
          noMajority: policy.noMajority,
          anyDisagreement: policy.anyDisagreement,
          ordinalSpreadAtLeast: Number(policy.ordinalSpreadAtLeast) || null,
          posteriorBelow: Number(policy.posteriorBelow) || null,
          classes: policy.classes,
          fields: keysOf(policy.fields),
        }}
        overlap={Number(policy.overlap)}
        overlapRule={toOverlapRule(policy)}
        method={policy.consensusMethod}
        basis={basis}
        cases={cases}
      />
    </fieldset>
  );
}

/** Classes that the panel decides whenever a read names them, however sure the readers are. */
function NamedClasses({
  classes,
  at,
  onChange,
}: {
  classes: PolicyValues['classes'];
  at: PartProps['at'];
  onChange: (classes: PolicyValues['classes']) => void;
}) {
  const set = (index: number, part: Partial<PolicyValues['classes'][number]>) =>
    onChange(classes.map((one, i) => (i === index ? { ...one, ...part } : one)));
  return (
    <fieldset aria-label="A read names a class" className="flex flex-col gap-3">
      {classes.map((one, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: classes have no identity but their place
          key={index}
          className="grid gap-3 rounded-lg border border-line-strong p-3 sm:grid-cols-12 sm:items-start"
        >
          {(['field', 'value'] as const).map((key) => (
            <Field
              key={key}
              label={key === 'field' ? 'A read names, in field' : 'The class'}
              name={`qualityPolicy.adjudication.classes.${index}.${key}`}
              className={key === 'field' ? 'sm:col-span-6' : 'sm:col-span-5'}
              error={at(`adjudication.classes.${index}.${key}`)}
            >
              <Input value={one[key]} onChange={(event) => set(index, { [key]: event.target.value })} />
            </Field>
          ))}
          <div className="sm:col-span-1 sm:self-center sm:justify-self-end">
            <Button
              size="icon-sm"
              variant="quiet"
              aria-label={`Remove the class “${one.value}”`}
              icon={<X aria-hidden />}
              onClick={() => onChange(classes.filter((_, i) => i !== index))}
            />
          </div>
        </div>
      ))}
      <div>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() => onChange([...classes, { field: '', value: '' }])}
        >
          Add a class that the panel decides
        </Button>
      </div>
    </fieldset>
  );
}
