'use client';

import type { ReactNode } from 'react';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { NumberField } from '#app/(sponsor)/sponsor/_parts/number-field.tsx';
import { BUDGET_MODELS } from '#server/strategy/schemas.ts';
import type { Problems, StrategyValues } from './strategy-values.ts';
import { BUDGET_WORDS } from './strategy-words.ts';

type FieldsProps = {
  values: StrategyValues;
  problems: Problems;
  currency: string;
  onChange: (change: Partial<StrategyValues>) => void;
};

/** What only the sponsor knows: the need, its own people, and a model if there is one. */
export function StrategyFields(props: FieldsProps) {
  return (
    <form
      id="your-figures"
      aria-label="Your figures"
      className="flex flex-col gap-6"
      onSubmit={(event) => event.preventDefault()}
    >
      <NeedFields {...props} />
      <OwnStaffFields {...props} />
      <ModelFields {...props} />
    </form>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-2 font-semibold">{title}</legend>
      {children}
    </fieldset>
  );
}

function useNumbers({ values, problems, onChange }: FieldsProps) {
  return (name: keyof StrategyValues & string) => ({
    name,
    value: String(values[name]),
    error: problems[name],
    onChange: (text: string) => onChange({ [name]: text }),
  });
}

function NeedFields(props: FieldsProps) {
  const { values, problems, onChange, currency } = props;
  const number = useNumbers(props);
  return (
    <Group title="What you need">
      <NumberField {...number('cases')} label="Cases" />
      <Field label="Needed by" error={problems.needBy}>
        <Input
          type="date"
          value={values.needBy}
          onChange={(event) => onChange({ needBy: event.target.value })}
        />
      </Field>
      <Field label="How you pay">
        <NativeSelect
          value={values.budgetModel}
          onChange={(event) => onChange({ budgetModel: event.target.value })}
        >
          {BUDGET_MODELS.map((one) => (
            <option key={one} value={one}>
              {BUDGET_WORDS[one]}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Checkbox
        label="For a regulatory submission"
        checked={values.isForSubmission}
        onCheckedChange={(checked) => onChange({ isForSubmission: checked === true })}
      />
      <NumberField {...number('insideShare')} label="Cases that may not leave you" suffix="%" isDecimal />
      <NumberField
        {...number('pricePerRead')}
        label="Price per read to reckon with"
        hint="Empty goes by what vendors have asked here."
        suffix={currency}
        isDecimal
        optional
      />
    </Group>
  );
}

function OwnStaffFields(props: FieldsProps) {
  const number = useNumbers(props);
  return (
    <Group title="Your own people">
      <NumberField {...number('people')} label="People who meet the credential rule" />
      <NumberField {...number('hoursPerWeek')} label="Free hours a week each" suffix="h" isDecimal />
      <NumberField
        {...number('costPerHour')}
        label="What an hour costs you"
        suffix={props.currency}
        isDecimal
      />
      <NumberField
        {...number('readsPerHour')}
        label="Reads an hour"
        hint="Empty goes by the pace measured here."
        isDecimal
        optional
      />
      <NumberField
        {...number('readyInDays')}
        label="Days until they can begin"
        hint="Credentials, agreements, exam."
      />
    </Group>
  );
}

function ModelFields(props: FieldsProps) {
  const { values, problems, onChange, currency } = props;
  const number = useNumbers(props);
  return (
    <Group title="A model">
      <Checkbox
        label="There is a model that could label"
        checked={values.hasModel}
        onCheckedChange={(checked) => onChange({ hasModel: checked === true })}
      />
      {values.hasModel ? (
        <>
          <Field label="Its name and version" error={problems.modelName}>
            <Input
              value={values.modelName}
              onChange={(event) => onChange({ modelName: event.target.value })}
            />
          </Field>
          <NumberField {...number('modelCost')} label="What a case costs" suffix={currency} isDecimal />
          <NumberField {...number('checked')} label="Cases it was checked on" hint="With a known answer." />
          <NumberField {...number('right')} label="Of these, right" />
        </>
      ) : null}
    </Group>
  );
}
