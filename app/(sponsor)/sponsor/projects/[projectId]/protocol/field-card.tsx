'use client';

import { ArrowDown, ArrowUp, Plus, Trash2, X } from 'lucide-react';
import { Button } from '#app/_ui/button.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { FIELD_TYPES, type FieldType } from '#server/protocols/schemas.ts';
import { ConditionRow } from './condition-row.tsx';
import { type FieldValues, hasOptions, keyFromLabel, newOption, type OptionValues } from './editor-values.ts';

const TYPE_WORDS: Record<FieldType, string> = {
  boolean: 'Yes or no',
  categorical: 'One of several',
  ordinal: 'One of several, in order',
  multi_label: 'Any of several',
  number: 'Number',
  text: 'Free text',
};

export type FieldCardProps = {
  index: number;
  field: FieldValues;
  others: readonly FieldValues[];
  errors: Partial<Record<string, string>>;
  onChange: (change: Partial<FieldValues>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
};

/** One question the reader answers for each case. */
export function FieldCard({ index, field, others, errors, onChange, onMove, onRemove }: FieldCardProps) {
  const at = (name: string) => `labelSchema.fields.${index}.${name}`;
  const words = field.label || `Field ${index + 1}`;
  return (
    <fieldset className="flex flex-col gap-4 rounded-lg border border-line-strong p-4">
      <legend className="px-1 font-medium text-sm">{words}</legend>
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr_1.5fr]">
        <Field label="Question" name={at('label')} error={errors[at('label')]}>
          <Input value={field.label} onChange={(event) => onChange({ label: event.target.value })} />
        </Field>
        <Field label="Key in exports" name={at('key')} error={errors[at('key')]}>
          <Input
            className="font-mono"
            placeholder={keyFromLabel(field.label)}
            value={field.key}
            onChange={(event) => onChange({ key: event.target.value })}
          />
        </Field>
        <Field label="Answer" name={at('type')} error={errors[at('type')]}>
          <NativeSelect
            value={field.type}
            onChange={(event) => onChange({ type: event.target.value as FieldType })}
          >
            {FIELD_TYPES.map((type) => (
              <option key={type} value={type}>
                {TYPE_WORDS[type]}
              </option>
            ))}
          </NativeSelect>
        </Field>
      </div>
      <Field
        label="Definition"
        name={at('definition')}
        hint="What exactly is meant; readers open it beside the case"
        error={errors[at('definition')]}
      >
        <Textarea
          rows={2}
          value={field.definition}
          onChange={(event) => onChange({ definition: event.target.value })}
        />
      </Field>
      {hasOptions(field.type) ? <Options field={field} at={at} errors={errors} onChange={onChange} /> : null}
      <Limits field={field} at={at} errors={errors} onChange={onChange} />
      <RequiredPart field={field} others={others} at={at} errors={errors} onChange={onChange} />
      <div className="flex gap-1">
        <Button
          size="icon-sm"
          variant="quiet"
          aria-label={`Move ${words} up`}
          icon={<ArrowUp aria-hidden />}
          onClick={() => onMove(-1)}
        />
        <Button
          size="icon-sm"
          variant="quiet"
          aria-label={`Move ${words} down`}
          icon={<ArrowDown aria-hidden />}
          onClick={() => onMove(1)}
        />
        <Button
          size="icon-sm"
          variant="quiet"
          aria-label={`Remove ${words}`}
          icon={<Trash2 aria-hidden />}
          onClick={onRemove}
        />
      </div>
    </fieldset>
  );
}

type PartProps = Pick<FieldCardProps, 'field' | 'errors' | 'onChange'> & { at: (name: string) => string };

function RequiredPart({ field, others, at, errors, onChange }: PartProps & Pick<FieldCardProps, 'others'>) {
  return (
    <div className="flex flex-col gap-3">
      <Checkbox
        label="Must always be answered"
        checked={field.required}
        onCheckedChange={(checked) => onChange({ required: checked === true })}
      />
      {field.required || others.length === 0 ? null : (
        <>
          <Checkbox
            label="Must be answered when…"
            checked={field.requiredIf !== null}
            onCheckedChange={(checked) =>
              onChange({
                requiredIf:
                  checked === true
                    ? { field: others[0]?.key || keyFromLabel(others[0]?.label ?? ''), op: 'answered' }
                    : null,
              })
            }
          />
          {field.requiredIf === null ? null : (
            <ConditionRow
              label="When"
              condition={field.requiredIf}
              fields={others}
              onChange={(requiredIf) => onChange({ requiredIf })}
            />
          )}
          {errors[at('requiredIf')] ? (
            <p className="text-critical-ink text-xs">{errors[at('requiredIf')]}</p>
          ) : null}
        </>
      )}
      {field.type === 'text' ? null : (
        <Checkbox
          label="Counts for a correct label"
          hint="A label is correct when all such fields are right; the cost per correct label rests on it."
          checked={field.gated}
          onCheckedChange={(checked) => onChange({ gated: checked === true })}
        />
      )}
    </div>
  );
}

function Options({ field, at, errors, onChange }: PartProps) {
  const change = (index: number, part: Partial<OptionValues>) =>
    onChange({ options: field.options.map((one, i) => (i === index ? { ...one, ...part } : one)) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-2 font-medium text-sm">
        {field.type === 'ordinal' ? 'Levels, lowest first' : 'Options'}
      </legend>
      {field.options.map((option, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: options have no identity but their place
        <div key={index} className="grid gap-2 sm:grid-cols-[1.5fr_1fr_2fr_auto] sm:items-start">
          <Field
            label={`Option ${index + 1}`}
            name={at(`options.${index}.label`)}
            error={errors[at(`options.${index}.label`)] ?? errors[at(`options.${index}.value`)]}
          >
            <Input value={option.label} onChange={(event) => change(index, { label: event.target.value })} />
          </Field>
          <Field label="Value in exports">
            <Input
              placeholder={option.label}
              value={option.value}
              onChange={(event) => change(index, { value: event.target.value })}
            />
          </Field>
          <Field label="Definition" optional>
            <Input
              value={option.definition}
              onChange={(event) => change(index, { definition: event.target.value })}
            />
          </Field>
          <Button
            className="sm:mt-6"
            size="icon"
            variant="quiet"
            aria-label={`Remove option ${index + 1}`}
            icon={<X aria-hidden />}
            onClick={() => onChange({ options: field.options.filter((_, i) => i !== index) })}
          />
        </div>
      ))}
      {errors[at('options')] ? <p className="text-critical-ink text-xs">{errors[at('options')]}</p> : null}
      <div>
        <Button
          size="sm"
          icon={<Plus aria-hidden />}
          onClick={() => onChange({ options: [...field.options, newOption()] })}
        >
          Add an option
        </Button>
      </div>
    </fieldset>
  );
}

function Limits({ field, at, errors, onChange }: PartProps) {
  if (field.type === 'text') {
    return (
      <Field label="Characters, at most" name={at('maxLength')} error={errors[at('maxLength')]} optional>
        <Input
          className="max-w-40"
          inputMode="numeric"
          value={field.maxLength}
          onChange={(event) => onChange({ maxLength: event.target.value })}
        />
      </Field>
    );
  }
  if (field.type !== 'number') return null;
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Field label="Unit" name={at('unit')} error={errors[at('unit')]} optional>
        <Input
          placeholder="mm"
          value={field.unit}
          onChange={(event) => onChange({ unit: event.target.value })}
        />
      </Field>
      <Field label="Smallest" name={at('min')} error={errors[at('min')]} optional>
        <Input
          inputMode="decimal"
          value={field.min}
          onChange={(event) => onChange({ min: event.target.value })}
        />
      </Field>
      <Field label="Largest" name={at('max')} error={errors[at('max')]} optional>
        <Input
          inputMode="decimal"
          value={field.max}
          onChange={(event) => onChange({ max: event.target.value })}
        />
      </Field>
    </div>
  );
}
