import type { AnswerValue, Condition, FieldCondition, LabelField } from '#server/protocols/schemas.ts';

export const OP_WORDS: Record<FieldCondition['op'], string> = {
  is: 'is',
  is_not: 'is not',
  in: 'is one of',
  includes: 'includes',
  at_least: 'is at least',
  at_most: 'is at most',
  answered: 'is answered',
  unanswered: 'is not answered',
};

type Named = Pick<LabelField, 'key' | 'label' | 'type' | 'options'>;

/** A condition as a phrase: "Grade group is at least Grade group 3". */
export function conditionWords(condition: Condition, fields: readonly Named[]): string {
  if ('all' in condition) return condition.all.map((one) => conditionWords(one, fields)).join(' and ');
  if ('any' in condition) return condition.any.map((one) => conditionWords(one, fields)).join(' or ');
  if ('not' in condition) return `not (${conditionWords(condition.not, fields)})`;
  const field = fields.find((one) => one.key === condition.field);
  const words = `${field?.label ?? condition.field} ${OP_WORDS[condition.op]}`;
  return condition.value === undefined ? words : `${words} ${answerWords(condition.value, field)}`;
}

/** An answer in words: options by their labels, yes or no for booleans. */
export function answerWords(value: AnswerValue, field: Named | undefined): string {
  const name = (one: string) => field?.options?.find((option) => option.value === one)?.label ?? one;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(name).join(', ');
  return typeof value === 'string' ? name(value) : String(value);
}

/** The comparisons that make sense for a type of field, first the usual one. */
export function opsFor(type: LabelField['type']): FieldCondition['op'][] {
  switch (type) {
    case 'multi_label':
      return ['includes', 'answered', 'unanswered'];
    case 'ordinal':
      return ['is', 'is_not', 'at_least', 'at_most', 'answered', 'unanswered'];
    case 'number':
      return ['at_least', 'at_most', 'is', 'is_not', 'answered', 'unanswered'];
    case 'text':
      return ['answered', 'unanswered'];
    default:
      return ['is', 'is_not', 'answered', 'unanswered'];
  }
}
