import { isAnswered, isRequired } from '#server/protocols/rules.ts';
import type { Answers, AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';

export type Choice = { value: boolean | string; label: string; definition?: string | undefined };

/** What can be chosen in a field, in the order of the protocol; empty for numbers and text. */
export function choicesOf(field: LabelField): Choice[] {
  if (field.type === 'boolean') {
    return [
      { value: true, label: 'Yes' },
      { value: false, label: 'No' },
    ];
  }
  return (field.options ?? []).map(({ value, label, definition }) => ({ value, label, definition }));
}

/** The key that chooses option `index`: 1 to 9, then 0; none beyond ten. */
export function keyOfChoice(index: number): string | null {
  if (index < 9) return String(index + 1);
  return index === 9 ? '0' : null;
}

/** The place of the option that a digit chooses. */
export function choiceOfDigit(digit: number): number {
  return digit === 0 ? 9 : digit - 1;
}

export function isChosen(answer: AnswerValue | undefined, choice: Choice): boolean {
  return Array.isArray(answer) ? answer.includes(String(choice.value)) : answer === choice.value;
}

/**
 * The answers after a choice: several labels are toggled, a single one is set. Chosen again it is cleared, unless the field
 * must be answered: there a key pressed twice is a slip, not a change of mind.
 */
export function choose(field: LabelField, answers: Answers, choice: Choice): Answers {
  const answer = answers[field.key];
  if (field.type === 'multi_label') {
    const before = Array.isArray(answer) ? answer : [];
    const value = String(choice.value);
    const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
    return withAnswer(answers, field.key, after.length === 0 ? undefined : after);
  }
  const isCleared = answer === choice.value && !field.required;
  return withAnswer(answers, field.key, isCleared ? undefined : choice.value);
}

/** Answers with one field set, or without it. */
export function withAnswer(answers: Answers, key: string, value: AnswerValue | undefined): Answers {
  const { [key]: _before, ...rest } = answers;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/**
 * Where the keyboard goes after an answer: the next field that must be answered and is not, first after `from`, then
 * from the top; null when nothing is missing. An optional field is never entered by itself.
 */
export function nextMissing(schema: LabelSchema, answers: Answers, from: string | null): string | null {
  const start = schema.fields.findIndex((field) => field.key === from) + 1;
  const order = [...schema.fields.slice(start), ...schema.fields.slice(0, start)];
  const missing = order.find(
    (field) => isRequired(schema, field, answers) && !isAnswered(answers[field.key]),
  );
  return missing?.key ?? null;
}

/** The field one up or down, going round. */
export function stepField(schema: LabelSchema, from: string | null, step: 1 | -1): string | null {
  const keys = schema.fields.map((field) => field.key);
  const at = from === null ? (step === 1 ? -1 : 0) : keys.indexOf(from);
  return keys[(at + step + keys.length) % keys.length] ?? null;
}
