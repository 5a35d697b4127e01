'use client';

import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import type { TermFieldsProps } from './rate-card-fields.tsx';
import type { TermValues } from './term-values.ts';

type RuleFieldsProps = TermFieldsProps & { fields: readonly string[] };
type TextKey = { [K in keyof TermValues]: TermValues[K] extends string ? K : never }[keyof TermValues];

/** Volume, service levels, substitution and each other's people. What is left empty is not agreed. */
export function RuleFields({ values, set, errors, fields }: RuleFieldsProps) {
  const input = (key: TextKey, suffix?: string, type = 'text') => (
    <Input
      type={type}
      inputMode={type === 'text' ? 'decimal' : undefined}
      {...(suffix === undefined ? {} : { suffix })}
      value={values[key]}
      onChange={(event) => set({ [key]: event.target.value })}
    />
  );
  const at = (path: string) => ({ name: `terms.${path}`, error: errors[`terms.${path}`] });
  return (
    <>
      <fieldset className="flex flex-col gap-4">
        <legend className="mb-3 font-semibold text-lg">Monthly volume</legend>
        <Checkbox
          label="A standing contract: reads held ready each month, called off by batches"
          checked={values.hasVolume}
          onCheckedChange={(checked) => set({ hasVolume: checked === true })}
        />
        {values.hasVolume ? (
          <div className="grid gap-4 sm:grid-cols-3">
            <Field label="Reads a month" {...at('volume.readsPerMonth')}>
              {input('readsPerMonth')}
            </Field>
            <Field label="First month" {...at('volume.firstMonth')}>
              {input('firstMonth', undefined, 'month')}
            </Field>
            <Field label="For how many months" {...at('volume.months')}>
              {input('months')}
            </Field>
          </div>
        ) : null}
      </fieldset>
      <fieldset className="flex flex-col gap-4">
        <legend className="mb-1 font-semibold text-lg">Service levels</legend>
        <p className="text-ink-3 text-sm">
          Measured once a batch is settled. What is left empty is not agreed; what cannot be decided costs
          nothing.
        </p>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Days until it is read" optional {...at('serviceLevels.turnaroundDays')}>
            {input('turnaroundDays')}
          </Field>
          <Field label="Reads a day, at least" optional {...at('serviceLevels.readsPerDay')}>
            {input('readsPerDay')}
          </Field>
          <Field
            label="Accuracy on gold of"
            optional
            hint="A field of the signed protocol"
            {...at('serviceLevels.accuracy.field')}
          >
            <NativeSelect
              value={values.accuracyField}
              onChange={(event) => set({ accuracyField: event.target.value })}
            >
              <option value="">no field</option>
              {fields.map((field) => (
                <option key={field}>{field}</option>
              ))}
            </NativeSelect>
          </Field>
          <Field
            label="Its lower bound at least"
            optional
            hint="Between 0 and 1, such as 0.9"
            {...at('serviceLevels.accuracy.atLeast')}
          >
            {input('accuracyAtLeast')}
          </Field>
          <Field
            label="Share of the batch given back for a missed target"
            {...at('serviceLevels.creditBasisPoints')}
          >
            {input('credit', '%')}
          </Field>
          <Field label="Share of the batch given back at most" {...at('serviceLevels.capBasisPoints')}>
            {input('cap', '%')}
          </Field>
        </div>
      </fieldset>
      <fieldset className="flex flex-col gap-4">
        <legend className="mb-3 font-semibold text-lg">People</legend>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Substitutes a month, at most"
            optional
            hint="People not named in the bid; empty: as many as fit"
            {...at('substitution.perMonth')}
          >
            {input('substitutes')}
          </Field>
          <Field
            label="Months until engaged directly"
            optional
            hint="Since the last work together; empty: no rule"
            {...at('nonSolicitation.months')}
          >
            {input('freeAfterMonths')}
          </Field>
          <Field
            label="Whom the rule on engaging protects"
            hint="Applies where months are given"
            {...at('nonSolicitation.protects')}
          >
            <NativeSelect
              value={values.protects}
              onChange={(event) =>
                set({ protects: event.target.value === 'both' ? 'both' : 'vendor_people' })
              }
            >
              <option value="vendor_people">The vendor’s readers</option>
              <option value="both">The vendor’s readers and the sponsor’s panel</option>
            </NativeSelect>
          </Field>
        </div>
      </fieldset>
    </>
  );
}
