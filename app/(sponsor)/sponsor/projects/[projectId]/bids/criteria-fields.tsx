'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import type { LabelField } from '#server/protocols/schemas.ts';
import type { CallValues, ClassRow } from './call-values.ts';

export type CriteriaFieldsProps = {
  values: CallValues;
  wrong: Partial<Record<string, string>>;
  set: (part: Partial<CallValues>) => void;
  fields: readonly LabelField[];
  currency: string;
};

const at = 'pilotTerms.criteria';

/** What passes: the near end of each interval must clear its threshold (R10). Nothing is asked that has no field. */
export function CriteriaFields({ values, wrong, set, fields, currency }: CriteriaFieldsProps) {
  const ordinal = fields.filter((field) => field.type === 'ordinal');
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="font-semibold text-lg">What passes</legend>
      <p className="prose-width text-ink-3 text-sm">
        Each measure has an interval. It passes when the near end clears the threshold, fails when the far end
        does not reach it, and is inconclusive in between.
      </p>
      <Bound
        label="Agreement between readers (Krippendorff’s α) on"
        keyName={`${at}.reliability`}
        field={values.reliabilityField}
        threshold={values.reliabilityThreshold}
        fields={fields}
        wrong={wrong}
        onField={(reliabilityField) => set({ reliabilityField })}
        onThreshold={(reliabilityThreshold) => set({ reliabilityThreshold })}
      />
      <Bound
        label="Accuracy on gold of"
        keyName={`${at}.accuracy`}
        field={values.accuracyField}
        threshold={values.accuracyThreshold}
        fields={fields}
        wrong={wrong}
        onField={(accuracyField) => set({ accuracyField })}
        onThreshold={(accuracyThreshold) => set({ accuracyThreshold })}
      />
      <Bound
        label="Balanced accuracy of"
        keyName={`${at}.balancedAccuracy`}
        field={values.balancedField}
        threshold={values.balancedThreshold}
        fields={fields}
        wrong={wrong}
        onField={(balancedField) => set({ balancedField })}
        onThreshold={(balancedThreshold) => set({ balancedThreshold })}
      />
      {ordinal.length > 0 ? (
        <Bound
          label="Right or one level off, of"
          keyName={`${at}.withinOne`}
          field={values.withinOneField}
          threshold={values.withinOneThreshold}
          fields={ordinal}
          wrong={wrong}
          onField={(withinOneField) => set({ withinOneField })}
          onThreshold={(withinOneThreshold) => set({ withinOneThreshold })}
        />
      ) : null}
      <ClassBounds values={values} wrong={wrong} set={set} fields={fields} currency={currency} />
      {values.goldMode === 'none' &&
      (values.accuracyField !== '' || values.balancedField !== '' || values.classes.length > 0) ? (
        <p role="status" className="prose-width text-attention-ink text-sm">
          Without gold neither accuracy nor sensitivity is ever known, so these criteria would stay
          inconclusive. Choose gold above, or leave them out.
        </p>
      ) : null}
      <Field
        label="Pace, at least"
        name={`${at}.throughput.readsPerActiveHour`}
        optional
        error={wrong[`${at}.throughput.readsPerActiveHour`]}
      >
        <Input
          inputMode="decimal"
          suffix="reads per active hour"
          className="sm:max-w-72"
          value={values.readsPerHour}
          onChange={(event) => set({ readsPerHour: event.target.value })}
        />
      </Field>
      <div className="grid gap-3 sm:grid-cols-[1fr_10rem]">
        <Field label="Cost with the fee, per" name={`${at}.cost.per`}>
          <NativeSelect
            value={values.costPer}
            onChange={(event) => set({ costPer: event.target.value as CallValues['costPer'] })}
          >
            <option value="">Not asked</option>
            <option value="final_label">Final label</option>
            <option value="correct_label">Correct label</option>
          </NativeSelect>
        </Field>
        {values.costPer === '' ? null : (
          <Field label="At most" name={`${at}.cost.atMostMinor`} error={wrong[`${at}.cost.atMostMinor`]}>
            <Input
              inputMode="decimal"
              suffix={currency}
              value={values.costAtMost}
              onChange={(event) => set({ costAtMost: event.target.value })}
            />
          </Field>
        )}
      </div>
    </fieldset>
  );
}

type BoundProps = {
  label: string;
  keyName: string;
  field: string;
  threshold: string;
  fields: readonly LabelField[];
  wrong: Partial<Record<string, string>>;
  onField: (field: string) => void;
  onThreshold: (threshold: string) => void;
};

function Bound({ label, keyName, field, threshold, fields, wrong, onField, onThreshold }: BoundProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-[1fr_8rem]">
      <Field label={label} name={`${keyName}.field`}>
        <NativeSelect value={field} onChange={(event) => onField(event.target.value)}>
          <option value="">Not asked</option>
          {fields.map(({ key, label: words }) => (
            <option key={key} value={key}>
              {words}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {field === '' ? null : (
        <Field label="At least" name={`${keyName}.threshold`} error={wrong[`${keyName}.threshold`]}>
          <Input
            inputMode="decimal"
            value={threshold}
            onChange={(event) => onThreshold(event.target.value)}
          />
        </Field>
      )}
    </div>
  );
}

const optionsOf = (field: LabelField | undefined): { value: string; label: string }[] =>
  field?.type === 'boolean'
    ? [
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No' },
      ]
    : (field?.options ?? []);

function ClassBounds({ values, wrong, set, fields }: CriteriaFieldsProps) {
  const closed = fields.filter((field) => optionsOf(field).length > 0);
  const first = closed[0];
  const change = (index: number, part: Partial<ClassRow>) =>
    set({ classes: values.classes.map((row, i) => (i === index ? { ...row, ...part } : row)) });
  return (
    <div className="flex flex-col gap-3">
      <div>
        <p className="font-medium text-sm">Classes that must not be missed</p>
        <p className="prose-width text-ink-3 text-xs">
          Overall accuracy passes a reader who always answers the common class. Sensitivity and specificity of
          a named class do not.
        </p>
      </div>
      {values.classes.map((row, index) => (
        <div
          key={row.id}
          className="grid grid-cols-2 gap-3 sm:grid-cols-[1fr_1fr_6rem_6rem_6rem_auto] sm:items-end"
        >
          <Field label="Field" name={`${at}.perClass.${index}.field`}>
            <NativeSelect
              value={row.field}
              onChange={(event) =>
                change(index, {
                  field: event.target.value,
                  className:
                    optionsOf(closed.find((field) => field.key === event.target.value))[0]?.value ?? '',
                })
              }
            >
              {closed.map((field) => (
                <option key={field.key} value={field.key}>
                  {field.label}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <Field label="Class" name={`${at}.perClass.${index}.className`}>
            <NativeSelect
              value={row.className}
              onChange={(event) => change(index, { className: event.target.value })}
            >
              {optionsOf(closed.find((field) => field.key === row.field)).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </NativeSelect>
          </Field>
          {(['sensitivity', 'specificity'] as const).map((kind) => (
            <Field
              key={kind}
              label={kind === 'sensitivity' ? 'Sensitivity ≥' : 'Specificity ≥'}
              name={`${at}.perClass.${index}.${kind}`}
              error={wrong[`${at}.perClass.${index}.${kind}`]}
            >
              <Input
                inputMode="decimal"
                value={row[kind]}
                onChange={(event) => change(index, { [kind]: event.target.value })}
              />
            </Field>
          ))}
          <Field
            label="Gold ≥"
            name={`${at}.goldPerClass.${row.id}`}
            error={wrong['pilotTerms.goldPerClass']}
          >
            <Input
              inputMode="numeric"
              placeholder="any"
              disabled={values.goldMode === 'none'}
              value={row.goldCases}
              onChange={(event) => change(index, { goldCases: event.target.value })}
            />
          </Field>
          <Button
            variant="quiet"
            size="icon"
            aria-label={`Remove class ${row.className}`}
            icon={<X aria-hidden />}
            onClick={() => set({ classes: values.classes.filter((_, i) => i !== index) })}
          />
        </div>
      ))}
      {first === undefined ? (
        <p className="text-ink-3 text-sm">The protocol has no field with classes yet.</p>
      ) : (
        <Button
          size="sm"
          className="self-start"
          icon={<Plus aria-hidden />}
          onClick={() =>
            set({
              classes: [
                ...values.classes,
                {
                  id: `row ${Date.now()}`,
                  field: first.key,
                  className: optionsOf(first)[0]?.value ?? '',
                  sensitivity: '0.90',
                  specificity: '',
                  goldCases: '',
                },
              ],
            })
          }
        >
          Add a class
        </Button>
      )}
    </div>
  );
}
