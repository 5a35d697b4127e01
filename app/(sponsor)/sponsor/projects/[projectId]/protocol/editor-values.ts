import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import {
  type Condition,
  type CrossFieldRule,
  type EdgeCase,
  type FieldType,
  type LabelField,
  type ProtocolContent,
  protocolContent,
} from '#server/protocols/schemas.ts';

export type OptionValues = { value: string; label: string; definition: string };

/** A field as typed: numbers as text, options kept while the type is switched. */
export type FieldValues = {
  /** Identity in the editor only, so that typing a key does not move the focus. */
  id: string;
  key: string;
  label: string;
  type: FieldType;
  options: OptionValues[];
  unit: string;
  min: string;
  max: string;
  maxLength: string;
  definition: string;
  required: boolean;
  requiredIf: Condition | null;
  gated: boolean;
};

export type RuleValues = { id: string; key: string; message: string; when: Condition; must: Condition };
export type EdgeCaseValues = { id: string; title: string; description: string; answers: EdgeCase['answers'] };

export type ProtocolValues = {
  guidelinesMarkdown: string;
  fields: FieldValues[];
  rules: RuleValues[];
  edgeCases: EdgeCaseValues[];
};

let serial = 0;
const nextId = () => {
  serial += 1;
  return `part-${serial}`;
};

export const hasOptions = (type: FieldType) =>
  type === 'categorical' || type === 'ordinal' || type === 'multi_label';

/** A new field; its key follows from the label until somebody types one. */
export function newField(): FieldValues {
  return {
    id: nextId(),
    key: '',
    label: '',
    type: 'categorical',
    options: [newOption(), newOption()],
    unit: '',
    min: '',
    max: '',
    maxLength: '',
    definition: '',
    required: true,
    requiredIf: null,
    gated: true,
  };
}

export const newOption = (): OptionValues => ({ value: '', label: '', definition: '' });

export function newRule(field: string): RuleValues {
  return {
    id: nextId(),
    key: `rule_${serial}`,
    message: '',
    when: { field, op: 'answered' },
    must: { field, op: 'answered' },
  };
}

export const newEdgeCase = (): EdgeCaseValues => ({
  id: nextId(),
  title: '',
  description: '',
  answers: undefined,
});

/** A label as a key: lower case, underscores, starting with a letter. */
export function keyFromLabel(label: string): string {
  const plain = label
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return (/^[a-z]/.test(plain) || plain === '' ? plain : `f_${plain}`).slice(0, 60);
}

/** A protocol as the editor shows it. */
export function protocolValues(content: ProtocolContent): ProtocolValues {
  const { fields, rules, gatedFields } = content.labelSchema;
  return {
    guidelinesMarkdown: content.guidelinesMarkdown,
    fields: fields.map((field) => ({
      id: nextId(),
      key: field.key,
      label: field.label,
      type: field.type,
      options: (field.options ?? []).map((one) => ({ ...one, definition: one.definition ?? '' })),
      unit: field.unit ?? '',
      min: field.min?.toString() ?? '',
      max: field.max?.toString() ?? '',
      maxLength: field.maxLength?.toString() ?? '',
      definition: field.definition,
      required: field.required,
      requiredIf: field.requiredIf ?? null,
      gated: gatedFields.includes(field.key),
    })),
    rules: rules.map((rule) => ({ id: nextId(), ...rule })),
    edgeCases: content.edgeCases.map((one) => ({ id: nextId(), answers: undefined, ...one })),
  };
}

const number = (text: string) => Number(text.trim());
const given = <T>(name: string, text: string, value: T) => (text.trim() === '' ? {} : { [name]: value });

function toField(values: FieldValues): unknown {
  const { key, label, type, definition, required, requiredIf } = values;
  const isNumber = type === 'number';
  return {
    key: key === '' ? keyFromLabel(label) : key,
    label,
    type,
    definition,
    required,
    ...(requiredIf === null || required ? {} : { requiredIf }),
    ...(hasOptions(type)
      ? {
          options: values.options.map((one) => ({
            value: one.value.trim() === '' ? one.label : one.value,
            label: one.label,
            ...given('definition', one.definition, one.definition),
          })),
        }
      : {}),
    ...(isNumber ? given('unit', values.unit, values.unit) : {}),
    ...(isNumber ? given('min', values.min, number(values.min)) : {}),
    ...(isNumber ? given('max', values.max, number(values.max)) : {}),
    ...(type === 'text' ? given('maxLength', values.maxLength, number(values.maxLength)) : {}),
  };
}

export type ReadProtocol =
  | { content: ProtocolContent; problems: [] }
  | { content: null; problems: FormProblem[] };

/** The editor's content as it would be signed, or every problem by the name of its control. */
export function readProtocol(values: ProtocolValues): ReadProtocol {
  const fields = values.fields.map(toField) as LabelField[];
  const parsed = protocolContent.safeParse({
    guidelinesMarkdown: values.guidelinesMarkdown,
    labelSchema: {
      fields,
      rules: values.rules.map(
        ({ key, message, when, must }): CrossFieldRule => ({ key, message, when, must }),
      ),
      gatedFields: fields
        .filter((field, index) => values.fields[index]?.gated && field.type !== 'text')
        .map((field) => field.key),
    },
    edgeCases: values.edgeCases.map(({ title, description, answers }) => ({
      title,
      description,
      ...(answers === undefined ? {} : { answers }),
    })),
  });
  if (parsed.success) return { content: parsed.data, problems: [] };
  const seen = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const name = issue.path.join('.');
    const message = /^(Invalid input|This must be)/.test(issue.message) ? numberWords(name) : issue.message;
    if (!seen.has(name) && !followsFromLabel(name, values)) seen.set(name, message);
  }
  return { content: null, problems: [...seen].map(([name, message]) => ({ name, message })) };
}

function numberWords(name: string): string {
  if (name.endsWith('maxLength')) return 'The greatest number of characters is a whole number from 1.';
  return /\.(min|max)$/.test(name) ? 'A limit is a number, for example 12.5.' : 'Give a number.';
}

/** A key or value that is taken from an empty label is no second problem: the label's own is said. */
function followsFromLabel(name: string, { fields }: ProtocolValues): boolean {
  const [, at, part] = /^labelSchema\.fields\.(\d+)\.(.+)$/.exec(name) ?? [];
  const field = fields[Number(at)];
  if (field === undefined || part === undefined) return false;
  if (part === 'key') return field.key.trim() === '' && field.label.trim() === '';
  const isBlank = (option: OptionValues | undefined) =>
    option !== undefined && option.value.trim() === '' && option.label.trim() === '';
  if (part === 'options') return field.options.filter(isBlank).length > 1;
  const [, index] = /^options\.(\d+)\.value$/.exec(part) ?? [];
  return index !== undefined && isBlank(field.options[Number(index)]);
}
