import type { LabelField, LabelSchema } from '#server/protocols/schemas.ts';
import { setText } from './label-sets.ts';
import type { MeasuredField, Scale } from './rules.ts';
import { classLabelOf } from './schema-options.ts';

/** The scale on which a field's answers are compared; null for free text. */
function scaleOf(field: LabelField): Scale | null {
  switch (field.type) {
    case 'ordinal':
      return 'ordinal';
    case 'number':
      return 'interval';
    case 'text':
      return null;
    default:
      return 'nominal';
  }
}

/** An answer as the text that statistics compare; null when there is none. Sets are compared as sorted sets. */
export function answerText(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  if (Array.isArray(value)) return setText(value.map(String));
  return String(value);
}

/**
 * The measured fields of a schema. Closed fields list their options in order; numbers and sets what was answered or is
 * known as right (`truths`: per case and field the acceptable answers as text). An open field nobody answered has none.
 */
export function measuredFields(
  schema: LabelSchema,
  answers: Iterable<Readonly<Record<string, unknown>>>,
  truths: Iterable<Readonly<Record<string, readonly string[]>>> = [],
): MeasuredField[] {
  const seen = new Map<string, Set<string>>(schema.fields.map((field) => [field.key, new Set<string>()]));
  for (const truth of truths) {
    for (const [key, values] of Object.entries(truth)) for (const text of values) seen.get(key)?.add(text);
  }
  for (const record of answers) {
    for (const [key, value] of Object.entries(record)) {
      const text = answerText(value);
      if (text !== null) seen.get(key)?.add(text);
    }
  }
  return schema.fields.map((field) => {
    const categories = categoriesOf(field, seen.get(field.key) ?? new Set());
    return {
      key: field.key,
      label: field.label,
      scale: scaleOf(field),
      ...(field.type === 'multi_label' ? { isSet: true } : {}),
      categories,
      categoryLabels: categories.map((value) => classLabelOf(field, value)),
    };
  });
}

function categoriesOf(field: LabelField, seen: ReadonlySet<string>): string[] {
  switch (field.type) {
    case 'boolean':
      return ['false', 'true'];
    case 'categorical':
    case 'ordinal':
      return (field.options ?? []).map((option) => option.value);
    case 'number':
      return [...seen].sort((a, b) => Number(a) - Number(b));
    default:
      return [...seen].sort();
  }
}
