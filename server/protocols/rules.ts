import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { Answers, AnswerValue, Condition, FieldCondition, LabelField, LabelSchema } from './schemas.ts';

/** True when a value counts as an answer; an empty text or an empty list does not. */
export function isAnswered(value: AnswerValue | null | undefined): value is AnswerValue {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return value.trim() !== '';
  if (Array.isArray(value)) return value.length > 0;
  return true;
}

/** Place of a level among an ordinal field's options, 0-based; -1 when it is none of them. */
export function levelOf(field: LabelField, value: AnswerValue): number {
  return (field.options ?? []).findIndex((option) => option.value === value);
}

/** Whether `condition` holds for `answers`; see `Condition` for how unanswered fields count. */
export function holds(schema: LabelSchema, condition: Condition, answers: Answers): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(schema, part, answers));
  if ('any' in condition) return condition.any.some((part) => holds(schema, part, answers));
  if ('not' in condition) return !holds(schema, condition.not, answers);
  const field = schema.fields.find((one) => one.key === condition.field);
  const answer = answers[condition.field];
  if (!isAnswered(answer)) return condition.op === 'unanswered';
  return field !== undefined && compare(field, condition, answer);
}

function compare(field: LabelField, { op, value }: FieldCondition, answer: AnswerValue): boolean {
  switch (op) {
    case 'answered':
      return true;
    case 'unanswered':
      return false;
    case 'is':
      return answer === value;
    case 'is_not':
      return answer !== value;
    case 'in':
      return Array.isArray(value) && typeof answer === 'string' && value.includes(answer);
    case 'includes':
      return Array.isArray(answer) && typeof value === 'string' && answer.includes(value);
    case 'at_least':
      return rank(field, answer) >= rank(field, value ?? '');
    case 'at_most':
      return rank(field, answer) <= rank(field, value ?? '');
    default:
      return unreachable(op);
  }
}

const rank = (field: LabelField, value: AnswerValue) =>
  typeof value === 'number' ? value : levelOf(field, value);

/** True when the field must be answered, given the other answers. */
export function isRequired(schema: LabelSchema, field: LabelField, answers: Answers): boolean {
  return field.required || (field.requiredIf !== undefined && holds(schema, field.requiredIf, answers));
}

/**
 * Everything wrong with one person's answers to one case, empty when they can be submitted. Runs the same in the
 * browser, at submit and at import. Each detail has `path` = field key (the first field of `must` for a rule) and
 * `code` one of `unknown_field`, `required`, `wrong_type`, `unknown_label`, `duplicate_label`, `below_min`,
 * `above_max`, `too_long`, `rule_broken`. Messages name fields and limits, never the text that was typed.
 */
export function validateAnswers(schema: LabelSchema, answers: Answers): ErrorDetail[] {
  const faults: ErrorDetail[] = [];
  const keys = new Set(schema.fields.map((field) => field.key));
  for (const given of Object.keys(answers)) {
    if (!keys.has(given)) {
      faults.push({ code: 'unknown_field', path: given, message: 'The protocol has no such field.' });
    }
  }
  for (const field of schema.fields) {
    const answer = answers[field.key];
    if (isAnswered(answer)) faults.push(...valueFaults(field, answer));
    else if (isRequired(schema, field, answers)) {
      faults.push({ code: 'required', path: field.key, message: `Answer "${field.label}".` });
    }
  }
  for (const rule of schema.rules) {
    if (holds(schema, rule.when, answers) && !holds(schema, rule.must, answers)) {
      const path = fieldsOf(rule.must)[0];
      faults.push({ code: 'rule_broken', message: rule.message, ...(path === undefined ? {} : { path }) });
    }
  }
  return faults;
}

function valueFaults(field: LabelField, answer: AnswerValue): ErrorDetail[] {
  const fault = (code: string, message: string): ErrorDetail[] => [{ code, path: field.key, message }];
  const values = (field.options ?? []).map((option) => option.value);
  switch (field.type) {
    case 'boolean':
      return typeof answer === 'boolean'
        ? []
        : fault('wrong_type', `Answer "${field.label}" with yes or no.`);
    case 'categorical':
    case 'ordinal':
      if (typeof answer !== 'string') return fault('wrong_type', `Choose one option for "${field.label}".`);
      if (values.includes(answer)) return [];
      return fault('unknown_label', `"${field.label}" takes one of: ${values.join(', ')}.`);
    case 'multi_label':
      if (!Array.isArray(answer)) return fault('wrong_type', `Choose from the options of "${field.label}".`);
      if (new Set(answer).size !== answer.length) {
        return fault('duplicate_label', `"${field.label}" has an option twice.`);
      }
      if (answer.every((one) => values.includes(one))) return [];
      return fault('unknown_label', `"${field.label}" takes only: ${values.join(', ')}.`);
    case 'number':
      return numberFaults(field, answer);
    case 'text':
      if (typeof answer !== 'string') return fault('wrong_type', `Answer "${field.label}" with text.`);
      if (answer.length <= (field.maxLength ?? 20_000)) return [];
      return fault('too_long', `"${field.label}" takes at most ${field.maxLength ?? 20_000} characters.`);
    default:
      return unreachable(field.type);
  }
}

function numberFaults(field: LabelField, answer: AnswerValue): ErrorDetail[] {
  const unit = field.unit ? ` ${field.unit}` : '';
  const fault = (code: string, message: string): ErrorDetail[] => [{ code, path: field.key, message }];
  if (typeof answer !== 'number' || !Number.isFinite(answer)) {
    return fault('wrong_type', `Answer "${field.label}" with a number.`);
  }
  if (field.min !== undefined && answer < field.min) {
    return fault('below_min', `"${field.label}" is at least ${field.min}${unit}.`);
  }
  if (field.max !== undefined && answer > field.max) {
    return fault('above_max', `"${field.label}" is at most ${field.max}${unit}.`);
  }
  return [];
}

/** Keys of the fields a condition looks at, in the order named; a field may be there twice. */
export function fieldsOf(condition: Condition): string[] {
  if ('field' in condition) return [condition.field];
  if ('not' in condition) return fieldsOf(condition.not);
  return ('all' in condition ? condition.all : condition.any).flatMap(fieldsOf);
}

/** The answers that a closed field can have, in order; null for an open field, which has no posterior. */
export function closedAnswers(field: LabelField): { key: string; value: AnswerValue }[] | null {
  if (field.type === 'boolean')
    return [
      { key: 'false', value: false },
      { key: 'true', value: true },
    ];
  if (field.type !== 'categorical' && field.type !== 'ordinal') return null;
  return (field.options ?? []).map((option) => ({ key: option.value, value: option.value }));
}

/**
 * The answers in one spelling: unanswered fields dropped, text trimmed, multi-label in the protocol's order. Equal
 * labels become equal records, so they can be compared, hashed and counted.
 */
export function canonicalAnswers(schema: LabelSchema, answers: Answers): Answers {
  const canonical: Answers = {};
  for (const field of schema.fields) {
    const answer = answers[field.key];
    if (!isAnswered(answer)) continue;
    if (Array.isArray(answer)) {
      canonical[field.key] = [...answer].sort((a, b) => levelOf(field, a) - levelOf(field, b));
    } else canonical[field.key] = typeof answer === 'string' ? answer.trim() : answer;
  }
  return canonical;
}

/** A text by which two answers to the same field are equal or not; null when unanswered. */
export function answerKey(field: LabelField, answer: AnswerValue | undefined): string | null {
  if (!isAnswered(answer)) return null;
  if (Array.isArray(answer)) {
    return JSON.stringify([...answer].sort((a, b) => levelOf(field, a) - levelOf(field, b)));
  }
  return typeof answer === 'string' ? answer.trim() : String(answer);
}

/**
 * Reads a cell of a CSV or spreadsheet as an answer of the field: yes/no words for booleans, `|` between several
 * labels, a plain decimal for numbers. Returns undefined for an empty cell and the text itself when it is no answer
 * (so that `validateAnswers` says what is wrong).
 */
export function parseAnswer(field: LabelField, cell: string): AnswerValue | undefined {
  const text = cell.trim();
  if (text === '') return undefined;
  switch (field.type) {
    case 'boolean':
      if (/^(true|yes|1)$/i.test(text)) return true;
      return /^(false|no|0)$/i.test(text) ? false : text;
    case 'number':
      return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
    case 'multi_label':
      return text
        .split('|')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    case 'categorical':
    case 'ordinal':
    case 'text':
      return text;
    default:
      return unreachable(field.type);
  }
}
