'use client';

import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import type { AnswerValue, Condition, FieldCondition } from '#server/protocols/schemas.ts';
import { conditionWords, OP_WORDS, opsFor } from './condition-words.ts';
import { type FieldValues, hasOptions, keyFromLabel } from './editor-values.ts';

type ConditionRowProps = {
  label: string;
  condition: Condition;
  fields: readonly FieldValues[];
  onChange: (condition: Condition) => void;
};

const keyOf = (field: FieldValues) => field.key || keyFromLabel(field.label);
/** An option whose value was left empty takes its label, as when saving. */
const optionValue = (option: FieldValues['options'][number]) => option.value.trim() || option.label;

/** One comparison of one field. A composed condition is shown in words and can be replaced by one comparison. */
export function ConditionRow({ label, condition, fields, onChange }: ConditionRowProps) {
  const [first] = fields;
  if (!('field' in condition)) {
    return (
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <span>
          {label} {conditionWords(condition, fields)}
        </span>
        {first === undefined ? null : (
          <Button size="sm" variant="quiet" onClick={() => onChange({ field: keyOf(first), op: 'answered' })}>
            Replace by one comparison
          </Button>
        )}
      </div>
    );
  }
  const field = fields.find((one) => keyOf(one) === condition.field);
  const ops = opsFor(field?.type ?? 'text');
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Field label={label}>
        <NativeSelect
          value={condition.field}
          onChange={(event) => onChange({ field: event.target.value, op: 'answered' })}
        >
          {field === undefined ? (
            <option value={condition.field}>{condition.field || 'Choose'}</option>
          ) : null}
          {fields.map((one) => (
            <option key={one.id} value={keyOf(one)}>
              {one.label || keyOf(one)}
            </option>
          ))}
        </NativeSelect>
      </Field>
      <Field label="Comparison">
        <NativeSelect
          value={condition.op}
          onChange={(event) => onChange(withOp(condition, event.target.value as FieldCondition['op'], field))}
        >
          {(ops.includes(condition.op) ? ops : [condition.op, ...ops]).map((op) => (
            <option key={op} value={op}>
              {OP_WORDS[op]}
            </option>
          ))}
        </NativeSelect>
      </Field>
      {condition.op === 'answered' || condition.op === 'unanswered' || field === undefined ? null : (
        <Field label="Value">
          <ValueControl
            field={field}
            value={condition.value}
            onChange={(value) => onChange({ ...condition, value })}
          />
        </Field>
      )}
    </div>
  );
}

/** A comparison needs a value from the start, so that it is never half there. */
function withOp(
  condition: FieldCondition,
  op: FieldCondition['op'],
  field: FieldValues | undefined,
): FieldCondition {
  if (op === 'answered' || op === 'unanswered') return { field: condition.field, op };
  if (condition.value !== undefined) return { ...condition, op };
  const [option] = field?.options ?? [];
  if (field?.type === 'boolean') return { field: condition.field, op, value: true };
  if (field?.type === 'number') return { field: condition.field, op, value: 0 };
  return { field: condition.field, op, value: option ? optionValue(option) : '' };
}

type ValueProps = {
  field: FieldValues;
  value: AnswerValue | undefined;
  onChange: (value: AnswerValue) => void;
};

function ValueControl({ field, value, onChange }: ValueProps) {
  if (field.type === 'boolean') {
    return (
      <NativeSelect value={String(value)} onChange={(event) => onChange(event.target.value === 'true')}>
        <option value="true">yes</option>
        <option value="false">no</option>
      </NativeSelect>
    );
  }
  if (hasOptions(field.type)) {
    return (
      <NativeSelect value={String(value)} onChange={(event) => onChange(event.target.value)}>
        {field.options.map((option, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: options have no identity but their place
          <option key={index} value={optionValue(option)}>
            {option.label || optionValue(option)}
          </option>
        ))}
      </NativeSelect>
    );
  }
  return (
    <Input
      type="number"
      step="any"
      value={typeof value === 'number' && !Number.isNaN(value) ? value : ''}
      onChange={(event) => onChange(event.target.valueAsNumber)}
    />
  );
}
