import { assert } from '#server/core/assert.ts';
import type { Condition, FieldCondition, LabelField, LabelSchema } from './schemas.ts';

export type SchemaFault = { path: readonly (string | number)[]; message: string };

const hasOptions = (field: LabelField) =>
  field.type === 'categorical' || field.type === 'ordinal' || field.type === 'multi_label';

/** What is wrong with a label schema as a whole, each with the path of what to mend; empty when it holds together. */
export function listSchemaFaults(schema: LabelSchema): SchemaFault[] {
  const fields = new Map(schema.fields.map((field) => [field.key, field]));
  const faults: SchemaFault[] = [];
  const seen = new Set<string>();
  schema.fields.forEach((field, index) => {
    const at = ['fields', index] as const;
    if (seen.has(field.key)) {
      faults.push({ path: [...at, 'key'], message: `Two fields have the key "${field.key}". Rename one.` });
    }
    seen.add(field.key);
    faults.push(...optionFaults(field, at), ...limitFaults(field, at));
    if (field.requiredIf) {
      faults.push(...conditionFaults(field.requiredIf, fields, [...at, 'requiredIf'], field.key));
    }
  });
  const ruleKeys = new Set<string>();
  schema.rules.forEach((rule, index) => {
    const at = ['rules', index] as const;
    if (ruleKeys.has(rule.key)) {
      faults.push({ path: [...at, 'key'], message: `Two rules have the key "${rule.key}". Rename one.` });
    }
    ruleKeys.add(rule.key);
    faults.push(...conditionFaults(rule.when, fields, [...at, 'when']));
    faults.push(...conditionFaults(rule.must, fields, [...at, 'must']));
  });
  schema.gatedFields.forEach((key, index) => {
    if (!fields.has(key)) {
      faults.push({ path: ['gatedFields', index], message: `There is no field "${key}" to gate on.` });
    } else if (fields.get(key)?.type === 'text') {
      faults.push({
        path: ['gatedFields', index],
        message: `"${key}" is free text, which cannot be right or wrong. Gate on a field with a closed answer.`,
      });
    }
  });
  return faults;
}

function optionFaults(field: LabelField, at: readonly (string | number)[]): SchemaFault[] {
  const path = [...at, 'options'];
  const options = field.options ?? [];
  if (!hasOptions(field)) {
    if (options.length === 0) return [];
    return [{ path, message: `"${field.key}" is ${field.type} and takes no options. Remove them.` }];
  }
  const least = field.type === 'multi_label' ? 1 : 2;
  if (options.length < least) {
    return [{ path, message: `"${field.key}" needs at least ${least} option${least > 1 ? 's' : ''}.` }];
  }
  const values = options.map((option) => option.value);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice === undefined) return [];
  return [{ path, message: `"${field.key}" has the option "${twice}" twice. Remove or rename one.` }];
}

function limitFaults(field: LabelField, at: readonly (string | number)[]): SchemaFault[] {
  const faults: SchemaFault[] = [];
  const { min, max } = field;
  if (field.type === 'number') {
    if (min !== undefined && max !== undefined && min >= max) {
      faults.push({
        path: [...at, 'max'],
        message: `"${field.key}": the largest value must be above ${min}.`,
      });
    }
  } else if (min !== undefined || max !== undefined || field.unit !== undefined) {
    faults.push({
      path: [...at, 'min'],
      message: `"${field.key}" is ${field.type}; only numbers have a unit and limits.`,
    });
  }
  if (field.type !== 'text' && field.maxLength !== undefined) {
    faults.push({ path: [...at, 'maxLength'], message: `"${field.key}": only text has a greatest length.` });
  }
  return faults;
}

function conditionFaults(
  condition: Condition,
  fields: ReadonlyMap<string, LabelField>,
  path: readonly (string | number)[],
  own?: string,
): SchemaFault[] {
  if ('all' in condition) return condition.all.flatMap((c) => conditionFaults(c, fields, path, own));
  if ('any' in condition) return condition.any.flatMap((c) => conditionFaults(c, fields, path, own));
  if ('not' in condition) return conditionFaults(condition.not, fields, path, own);
  const field = fields.get(condition.field);
  if (!field) return [{ path, message: `The condition names "${condition.field}", which is not a field.` }];
  if (condition.field === own) {
    return [{ path, message: `"${own}" cannot be required because of its own answer.` }];
  }
  const wrong = wrongComparison(condition, field);
  return wrong === null ? [] : [{ path, message: wrong }];
}

/** Why the comparison makes no sense for the field, or null. */
function wrongComparison({ op, value }: FieldCondition, field: LabelField): string | null {
  const values = (field.options ?? []).map((option) => option.value);
  const name = `"${field.key}"`;
  switch (op) {
    case 'answered':
    case 'unanswered':
      return null;
    case 'at_least':
    case 'at_most':
      if (field.type === 'number') return typeof value === 'number' ? null : `Compare ${name} with a number.`;
      if (field.type !== 'ordinal') return `${name} is ${field.type} and has no order.`;
      return typeof value === 'string' && values.includes(value)
        ? null
        : `Compare ${name} with a level of it.`;
    case 'includes':
      if (field.type !== 'multi_label')
        return `"includes" is for multi-label fields; ${name} is ${field.type}.`;
      return typeof value === 'string' && values.includes(value)
        ? null
        : `Compare ${name} with an option of it.`;
    case 'in':
      if (field.type !== 'categorical' && field.type !== 'ordinal') return `"in" needs a field with options.`;
      return Array.isArray(value) && value.length > 0 && value.every((one) => values.includes(one))
        ? null
        : `Compare ${name} with a list of its options.`;
    case 'is':
    case 'is_not':
      if (field.type === 'boolean')
        return typeof value === 'boolean' ? null : `Compare ${name} with yes or no.`;
      if (field.type === 'number') return typeof value === 'number' ? null : `Compare ${name} with a number.`;
      if (field.type === 'text') return typeof value === 'string' ? null : `Compare ${name} with text.`;
      if (field.type === 'multi_label') return `Use "includes" for the multi-label field ${name}.`;
      return typeof value === 'string' && values.includes(value)
        ? null
        : `Compare ${name} with an option of it.`;
    default:
      assert(false, `Unknown comparison ${String(op satisfies never)}`);
  }
}
