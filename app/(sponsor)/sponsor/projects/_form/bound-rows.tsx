'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import {
  ACCURACY_MEASURES,
  RELIABILITY_METRICS,
  THRESHOLD_ACTIONS,
  type ThresholdAction,
} from '#server/projects/schemas.ts';
import type { PolicyValues } from './form-values.ts';
import { ACTION_WORDS } from './project-words.ts';

const MEASURE_WORDS: Record<string, string> = {
  krippendorff_alpha: "Krippendorff's alpha",
  weighted_kappa: 'Fleiss’ kappa',
  accuracy: 'Accuracy',
  balanced_accuracy: 'Balanced accuracy',
  sensitivity: 'Sensitivity of class',
  specificity: 'Specificity of class',
  within_one_level: 'Within one level',
};

/** Fields hang from their labels, so that a message under one does not push the others. */
const ROW = 'grid gap-3 rounded-lg border border-line-strong p-3 sm:grid-cols-12 sm:items-start';

type BoundRowsProps = {
  policy: PolicyValues;
  errors: Partial<Record<string, string>>;
  onChange: (part: Partial<PolicyValues>) => void;
};

/** The bounds that are judged by the interval's near bound (R10), and what happens when one is crossed (R26). */
export function BoundRows(props: BoundRowsProps) {
  return (
    <>
      <ReliabilityRows {...props} />
      <AccuracyRows {...props} />
    </>
  );
}

function ReliabilityRows({ policy: { reliability }, errors, onChange }: BoundRowsProps) {
  const set = (index: number, part: Partial<PolicyValues['reliability'][number]>) =>
    onChange({ reliability: reliability.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  const added = { field: '', metric: 'krippendorff_alpha', threshold: '0.8', action: 'notify' } as const;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">Agreement between readers, at least</legend>
      {reliability.map((one, index) => {
        const at = (name: string) => `qualityPolicy.reliability.${index}.${name}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: bounds have no identity but their place
          <div key={index} className={ROW}>
            <KeyField
              name={at('field')}
              value={one.field}
              errors={errors}
              onChange={(field) => set(index, { field })}
            />
            <MeasureField
              name={at('metric')}
              value={one.metric}
              options={RELIABILITY_METRICS}
              onChange={(metric) => set(index, { metric })}
            />
            <Threshold
              name={at('threshold')}
              value={one.threshold}
              errors={errors}
              onChange={(threshold) => set(index, { threshold })}
            />
            <Action value={one.action} onChange={(action) => set(index, { action })} />
            <Remove onClick={() => onChange({ reliability: reliability.filter((_, i) => i !== index) })} />
          </div>
        );
      })}
      <Add onClick={() => onChange({ reliability: [...reliability, added] })}>Add an agreement bound</Add>
    </fieldset>
  );
}

function AccuracyRows({ policy: { accuracy }, errors, onChange }: BoundRowsProps) {
  const set = (index: number, part: Partial<PolicyValues['accuracy'][number]>) =>
    onChange({ accuracy: accuracy.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  const added = {
    field: '',
    measure: 'sensitivity',
    className: '',
    threshold: '0.9',
    action: 'calibration_only',
  } as const;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 font-medium text-sm">Accuracy on gold, at least</legend>
      <p className="prose-width text-ink-3 text-xs">
        Name classes: overall accuracy alone passes a reader who always answers “normal” when most cases are.
      </p>
      {accuracy.map((one, index) => {
        const at = (name: string) => `qualityPolicy.accuracy.${index}.${name}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: bounds have no identity but their place
          <div key={index} className={ROW}>
            <KeyField
              name={at('field')}
              value={one.field}
              errors={errors}
              onChange={(field) => set(index, { field })}
            />
            <MeasureField
              name={at('measure')}
              value={one.measure}
              options={ACCURACY_MEASURES}
              onChange={(measure) => set(index, { measure })}
            />
            <Field
              label="Class"
              name={at('className')}
              error={errors[at('className')]}
              className="sm:col-span-3"
            >
              <Input
                value={one.className}
                onChange={(event) => set(index, { className: event.target.value })}
              />
            </Field>
            <Threshold
              name={at('threshold')}
              value={one.threshold}
              errors={errors}
              hint={Number(one.threshold) === 1 ? 'One wrong answer crosses it' : undefined}
              onChange={(threshold) => set(index, { threshold })}
            />
            <Action value={one.action} onChange={(action) => set(index, { action })} />
            <Remove onClick={() => onChange({ accuracy: accuracy.filter((_, i) => i !== index) })} />
          </div>
        );
      })}
      <Add onClick={() => onChange({ accuracy: [...accuracy, added] })}>Add an accuracy bound</Add>
    </fieldset>
  );
}

type MeasureFieldProps<T extends string> = {
  name: string;
  value: T;
  options: readonly T[];
  onChange: (value: T) => void;
};

function MeasureField<T extends string>({ name, value, options, onChange }: MeasureFieldProps<T>) {
  return (
    <Field label="Measure" name={name} className="sm:col-span-5">
      <NativeSelect value={value} onChange={(event) => onChange(event.target.value as T)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {MEASURE_WORDS[option]}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}

type TextPart = {
  name: string;
  value: string;
  errors: Partial<Record<string, string>>;
  onChange: (value: string) => void;
};

function KeyField({ name, value, errors, onChange }: TextPart) {
  return (
    <Field label="Field" name={name} error={errors[name]} className="sm:col-span-4">
      <Input placeholder="grade" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function Threshold({ name, value, errors, hint, onChange }: TextPart & { hint?: string | undefined }) {
  return (
    <Field label="At least" name={name} hint={hint} error={errors[name]} className="sm:col-span-3">
      <Input inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function Action({ value, onChange }: { value: ThresholdAction; onChange: (value: ThresholdAction) => void }) {
  return (
    <Field label="When crossed" className="sm:col-span-8">
      <NativeSelect value={value} onChange={(event) => onChange(event.target.value as ThresholdAction)}>
        {THRESHOLD_ACTIONS.map((action) => (
          <option key={action} value={action}>
            {ACTION_WORDS[action]}
          </option>
        ))}
      </NativeSelect>
    </Field>
  );
}

function Remove({ onClick }: { onClick: () => void }) {
  return (
    <Button
      className="sm:mt-6"
      variant="quiet"
      size="icon"
      aria-label="Remove this bound"
      icon={<X aria-hidden />}
      onClick={onClick}
    />
  );
}

function Add({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <div>
      <Button size="sm" icon={<Plus aria-hidden />} onClick={onClick}>
        {children}
      </Button>
    </div>
  );
}
