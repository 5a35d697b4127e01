import type { ErrorDetail } from '#server/core/errors.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import type { ModelFailure } from './failure-schema.ts';

type Field = Pick<LabelField, 'type' | 'options'>;

/** What a model said of a case in a field: the text by which classes are named, and how sure it was. */
export type Said = { value: string; confidence: number | null };

/** The classes that a value names: several of a multi-label field or none of them, else itself. */
export function classesOf(field: Field, value: string): string[] {
  if (field.type !== 'multi_label') return [value];
  return value === '' ? [] : value.split(' | ');
}

/** How far two values are apart: 0 when they are the same, levels of an ordinal field, the amount of a number, else 1. */
export function apartBy(field: Field, one: string, other: string): number {
  if (field.type === 'number') return Math.abs(Number(one) - Number(other));
  if (field.type === 'multi_label') {
    const [a, b] = [new Set(classesOf(field, one)), new Set(classesOf(field, other))];
    return a.size === b.size && [...a].every((value) => b.has(value)) ? 0 : 1;
  }
  if (one === other) return 0;
  if (field.type !== 'ordinal') return 1;
  const levelOf = (value: string) => (field.options ?? []).findIndex((option) => option.value === value);
  const [a, b] = [levelOf(one), levelOf(other)];
  // A level that the protocol has no more is apart from every other, nobody knows how far.
  return a < 0 || b < 0 ? 1 : Math.abs(a - b);
}

/** The classes of a field with what they are called; null where it takes numbers or text. */
export function namedClasses(field: Field): { value: string; label: string }[] | null {
  if (field.type === 'number' || field.type === 'text') return null;
  if (field.type === 'boolean')
    return [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ];
  return (field.options ?? []).map(({ value, label }) => ({ value, label }));
}

/** A value as it is read: “Nodule”, “Nodule and Effusion”, “None of them”. */
export function valueWords(field: Field, value: string): string {
  const named = namedClasses(field) ?? [];
  const words = classesOf(field, value).map((one) => named.find((own) => own.value === one)?.label ?? one);
  return words.length === 0 ? 'None of them' : words.join(' and ');
}

/** A case’s final label in a field beside the model’s answer; either may be missing. */
export type Held = { label: string | undefined; answer: string | undefined };

/** How often a model’s answers differ from the labels, in all and by class. */
export function compare(field: Field, held: readonly Held[]) {
  const both = held.flatMap(({ label, answer }) =>
    label === undefined || answer === undefined ? [] : [{ label, answer }],
  );
  const named = (namedClasses(field) ?? []).map((one) => ({
    ...one,
    ...{ labelled: 0, misses: 0, claimed: 0, falseAlarms: 0 },
  }));
  const byValue = new Map(named.map((one) => [one.value, one]));
  let differing = 0;
  for (const { label, answer } of both) {
    if (apartBy(field, label, answer) > 0) differing += 1;
    const [labels, claims] = [classesOf(field, label), classesOf(field, answer)];
    for (const value of labels) tally(byValue.get(value), 'labelled', 'misses', !claims.includes(value));
    for (const value of claims) tally(byValue.get(value), 'claimed', 'falseAlarms', !labels.includes(value));
  }
  return {
    compared: both.length,
    differing,
    silent: held.filter((one) => one.answer === undefined).length,
    unlabelled: held.filter((one) => one.label === undefined).length,
    classes: named,
  };
}

function tally<K extends string>(
  counts: Record<K, number> | undefined,
  all: K,
  wrong: K,
  isWrong: boolean,
): void {
  if (counts === undefined) return;
  counts[all] += 1;
  if (isWrong) counts[wrong] += 1;
}

/**
 * Whether a model got a case wrong in the way that is asked for. `known` are the values that count as right (several only where gold accepts
 * a set of levels). Without an answer of the model, or without a known one, nothing was got wrong.
 */
export function isFailure(
  field: Field,
  asked: Pick<ModelFailure, 'missed' | 'claimed' | 'byAtLeast' | 'confidence'>,
  known: readonly string[],
  said: Said | undefined,
): boolean {
  if (said === undefined || known.length === 0) return false;
  const apart = Math.min(...known.map((one) => apartBy(field, one, said.value)));
  if (apart === 0 || apart < (asked.byAtLeast ?? 0)) return false;
  const { missed, claimed, confidence } = asked;
  const claims = classesOf(field, said.value);
  const has = (one: string, value: string) => classesOf(field, one).includes(value);
  if (missed !== undefined && (claims.includes(missed) || !known.every((one) => has(one, missed))))
    return false;
  if (claimed !== undefined && (!claims.includes(claimed) || known.some((one) => has(one, claimed))))
    return false;
  if (confidence === undefined) return true;
  if (said.confidence === null) return false;
  return confidence.is === 'at_least'
    ? said.confidence >= confidence.value
    : said.confidence <= confidence.value;
}

const say = (n: number) => n.toLocaleString('en');
const cases = (n: number) => `${say(n)} ${n === 1 ? 'case' : 'cases'}`;

/** What keeps cases from being chosen by what a model got wrong, in words. `model` is null where the project has none such on the dataset. */
export function failureFaults(of: {
  model: { fields: readonly string[]; withdrawnAt: Date | null; confidenceCount: number } | null;
  asked: ModelFailure;
  /** Test data of a test reference is no subject of active learning (R5). */
  isReference: boolean;
}): ErrorDetail[] {
  const { model, asked } = of;
  const fault = (code: string, message: string): ErrorDetail[] => [
    { code: `batch.${code}`, path: 'modelFailure', message },
  ];
  if (model === null)
    return fault('model_unknown', 'The project has no such model with answers on this dataset.');
  if (model.withdrawnAt !== null)
    return fault(
      'model_withdrawn',
      'The answers of this model were withdrawn. Choose another version, or import them anew.',
    );
  if (!model.fields.includes(asked.field))
    return fault('model_field', 'The model has no answers in this field. Choose one that it answers.');
  if (asked.confidence !== undefined && model.confidenceCount === 0)
    return fault(
      'model_confidence',
      'The model’s answers came without a confidence. Leave it out, or import a version that has one.',
    );
  if (of.isReference)
    return fault(
      'model_on_reference',
      'The cases of a test reference are not chosen by what a model got wrong (R5): read again only there, the reference would lean towards the model. Choose cases of a training or tuning split, or choose without a model.',
    );
  return [];
}

/** What is said beside a choice by failures: what is no failure because there is nothing to hold against what, and of test data. */
export function failureWarnings(of: {
  /** Cases that fit but for the model; of those, without its answer, and with it but without a known answer. */
  fitting: number;
  silent: number;
  unknown: number;
  isTest: boolean;
}): ErrorDetail[] {
  const { fitting, silent, unknown } = of;
  const parts = [
    ...(silent > 0 ? [`${say(silent)} ${silent === 1 ? 'has' : 'have'} no answer of the model`] : []),
    ...(unknown > 0 ? [`${say(unknown)} ${unknown === 1 ? 'has' : 'have'} no known answer`] : []),
  ];
  const counted =
    parts.length === 0
      ? []
      : [
          {
            code: 'batch.model_not_compared',
            message: `Of ${cases(fitting)} that fit otherwise, ${parts.join(' and ')} in this field: no failures.`,
          },
        ];
  if (!of.isTest) return counted;
  const message =
    'This is test data: where only the cases are read again on which a model differs, its figures get better by that alone. Have as many others read again at random.';
  return [...counted, { code: 'batch.model_on_test', message }];
}
