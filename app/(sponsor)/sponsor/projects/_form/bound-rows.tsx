'use client';

import { Plus, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { ACCURACY_MEASURES, THRESHOLD_ACTIONS, type ThresholdAction } from '#server/projects/schemas.ts';
import type { PolicyValues } from './form-values.ts';
import { ACTION_WORDS } from './project-words.ts';

const MEASURE_WORDS: Record<string, string> = {
  krippendorff_alpha: "Krippendorff's alpha",
  weighted_kappa: 'Weighted kappa',
  accuracy: 'Accuracy',
  balanced_accuracy: 'Balanced accuracy',
  sensitivity: 'Sensitivity of class',
  specificity: 'Specificity of class',
  within_one_level: 'Within one level',
};

type BoundRowsProps = {
  policy: PolicyValues;
  errors: Partial<Record<string, string>>;
  onChange: (part: Partial<PolicyValues>) => void;
};

/** The bounds that are judged by the interval's near bound (R10), and what happens when one is crossed (R26). */
export function BoundRows({ policy, errors, onChange }: BoundRowsProps) {
  const { reliability, accuracy } = policy;
  const setReliability = (index: number, part: Partial<PolicyValues['reliability'][number]>) =>
    onChange({ reliability: reliability.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  const setAccuracy = (index: number, part: Partial<PolicyValues['accuracy'][number]>) =>
    onChange({ accuracy: accuracy.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  return (
    <>
      <fieldset className="flex flex-col gap-3">
        <legend className="pb-2 font-medium text-sm">Agreement between readers, at least</legend>
        {reliability.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bounds have no identity but their place
          <div key={index} className="grid gap-3 sm:grid-cols-[1fr_1.4fr_6rem_1.4fr_auto] sm:items-end">
            <KeyField
              name={`qualityPolicy.reliability.${index}.field`}
              value={one.field}
              errors={errors}
              onChange={(field) => setReliability(index, { field })}
            />
            <Field label="Measure" name={`qualityPolicy.reliability.${index}.metric`}>
              <NativeSelect
                value={one.metric}
                onChange={(event) =>
                  setReliability(index, { metric: event.target.value as typeof one.metric })
                }
              >
                <option value="krippendorff_alpha">{MEASURE_WORDS.krippendorff_alpha}</option>
                <option value="weighted_kappa">{MEASURE_WORDS.weighted_kappa}</option>
              </NativeSelect>
            </Field>
            <Threshold
              name={`qualityPolicy.reliability.${index}.threshold`}
              value={one.threshold}
              errors={errors}
              onChange={(threshold) => setReliability(index, { threshold })}
            />
            <Action value={one.action} onChange={(action) => setReliability(index, { action })} />
            <Remove onClick={() => onChange({ reliability: reliability.filter((_, i) => i !== index) })} />
          </div>
        ))}
        <Add
          onClick={() =>
            onChange({
              reliability: [
                ...reliability,
                { field: '', metric: 'krippendorff_alpha', threshold: '0.8', action: 'notify' },
              ],
            })
          }
        >
          Add an agreement bound
        </Add>
      </fieldset>
      <fieldset className="flex flex-col gap-3">
        <legend className="pb-2 font-medium text-sm">Accuracy on gold, at least</legend>
        <p className="prose-width text-ink-3 text-xs">
          Name classes: overall accuracy alone passes a reader who always answers “normal” when most cases
          are.
        </p>
        {accuracy.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bounds have no identity but their place
          <div key={index} className="grid gap-3 sm:grid-cols-[1fr_1.4fr_6rem_6rem_1.4fr_auto] sm:items-end">
            <KeyField
              name={`qualityPolicy.accuracy.${index}.field`}
              value={one.field}
              errors={errors}
              onChange={(field) => setAccuracy(index, { field })}
            />
            <Field label="Measure" name={`qualityPolicy.accuracy.${index}.measure`}>
              <NativeSelect
                value={one.measure}
                onChange={(event) =>
                  setAccuracy(index, { measure: event.target.value as typeof one.measure })
                }
              >
                {ACCURACY_MEASURES.map((measure) => (
                  <option key={measure} value={measure}>
                    {MEASURE_WORDS[measure]}
                  </option>
                ))}
              </NativeSelect>
            </Field>
            <Field
              label="Class"
              name={`qualityPolicy.accuracy.${index}.className`}
              error={errors[`qualityPolicy.accuracy.${index}.className`]}
            >
              <Input
                value={one.className}
                onChange={(event) => setAccuracy(index, { className: event.target.value })}
              />
            </Field>
            <Threshold
              name={`qualityPolicy.accuracy.${index}.threshold`}
              value={one.threshold}
              errors={errors}
              onChange={(threshold) => setAccuracy(index, { threshold })}
            />
            <Action value={one.action} onChange={(action) => setAccuracy(index, { action })} />
            <Remove onClick={() => onChange({ accuracy: accuracy.filter((_, i) => i !== index) })} />
          </div>
        ))}
        <Add
          onClick={() =>
            onChange({
              accuracy: [
                ...accuracy,
                {
                  field: '',
                  measure: 'sensitivity',
                  className: '',
                  threshold: '0.9',
                  action: 'calibration_only',
                },
              ],
            })
          }
        >
          Add an accuracy bound
        </Add>
      </fieldset>
    </>
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
    <Field label="Field" name={name} error={errors[name]}>
      <Input placeholder="grade" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function Threshold({ name, value, errors, onChange }: TextPart) {
  return (
    <Field label="At least" name={name} error={errors[name]}>
      <Input inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

function Action({ value, onChange }: { value: ThresholdAction; onChange: (value: ThresholdAction) => void }) {
  return (
    <Field label="When crossed">
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
