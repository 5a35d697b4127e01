import { z } from 'zod';
import { listSchemaFaults } from './schema-faults.ts';

/** Field types of R4. */
export const FIELD_TYPES = ['boolean', 'categorical', 'ordinal', 'multi_label', 'number', 'text'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/**
 * An answer to one field: true/false, one option's value, a list of options' values, a number in the field's unit,
 * or text. A field without an answer is absent from the record, never null.
 */
export const answerValue = z.union([
  z.boolean(),
  z.number(),
  z.string().max(20_000),
  z.array(z.string().max(200)).max(200),
]);
export type AnswerValue = z.infer<typeof answerValue>;

/** One person's answers: field key → value. */
export const answersRecord = z.record(z.string().max(60), answerValue);
export type Answers = z.infer<typeof answersRecord>;

/** How a field's answer is compared. An unanswered field satisfies `unanswered` only. */
export const CONDITION_OPS = [
  'is',
  'is_not',
  'in',
  'includes',
  'at_least',
  'at_most',
  'answered',
  'unanswered',
] as const;

export type FieldCondition = {
  field: string;
  op: (typeof CONDITION_OPS)[number];
  value?: AnswerValue | undefined;
};

/** A statement about the answers of one case; ordinal levels compare by their place in the field's options. */
export type Condition = FieldCondition | { all: Condition[] } | { any: Condition[] } | { not: Condition };

const fieldCondition = z.strictObject({
  field: z.string().min(1).max(60),
  op: z.enum(CONDITION_OPS),
  value: answerValue.optional(),
});

export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    fieldCondition,
    z.strictObject({ all: z.array(condition).min(1).max(20) }),
    z.strictObject({ any: z.array(condition).min(1).max(20) }),
    z.strictObject({ not: condition }),
  ]),
);

const key = z
  .string()
  .max(60, 'A key has at most 60 characters.')
  .regex(/^[a-z][a-z0-9_]*$/, 'A key is lower-case letters, digits and _ and starts with a letter.');

export const fieldOption = z.strictObject({
  value: z.string().trim().min(1, 'Give the option a value.').max(200),
  label: z.string().trim().min(1, 'Give the option a label.').max(200),
  definition: z.string().trim().max(2000).optional(),
});
export type FieldOption = z.infer<typeof fieldOption>;

/** One field of the label (R4). `options` in the order shown; for ordinal fields that is the order of the levels. */
export const labelField = z.strictObject({
  key,
  label: z.string().trim().min(1, 'Write the question of the field.').max(200),
  type: z.enum(FIELD_TYPES),
  options: z.array(fieldOption).max(200).optional(),
  /** Unit of a number, e.g. mm. */
  unit: z.string().trim().max(40).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Characters of a text answer. */
  maxLength: z.number().int().min(1).max(20_000).optional(),
  definition: z.string().trim().min(1, 'Say in a sentence what the field means.').max(4000),
  required: z.boolean(),
  requiredIf: condition.optional(),
});
export type LabelField = z.infer<typeof labelField>;

/** "When this holds, that must hold too", with the sentence shown to the reader who broke it. */
export const crossFieldRule = z.strictObject({
  key,
  message: z.string().trim().min(1, 'Say what the reader must do.').max(500),
  when: condition,
  must: condition,
});
export type CrossFieldRule = z.infer<typeof crossFieldRule>;

const schemaShape = z.strictObject({
  fields: z.array(labelField).min(1, 'A protocol needs at least one field.').max(60),
  rules: z.array(crossFieldRule).max(60),
  /** Fields that must all be right for a label to count as correct (R12). */
  gatedFields: z.array(z.string()).max(60),
});
export type LabelSchema = z.infer<typeof schemaShape>;

/** The label schema of a protocol version, checked as a whole: unique keys, options, limits, references. */
export const labelSchema = schemaShape.superRefine((schema, ctx) => {
  for (const fault of listSchemaFaults(schema)) {
    ctx.addIssue({ code: 'custom', message: fault.message, path: [...fault.path] });
  }
});

/** A worked example of a hard case, shown with the guidelines. */
export const edgeCase = z.strictObject({
  title: z.string().trim().min(1, 'Give the example a title.').max(200),
  description: z.string().trim().min(1, 'Describe the example.').max(10_000),
  answers: answersRecord.optional(),
});
export type EdgeCase = z.infer<typeof edgeCase>;

/** What both leads sign: guidelines, schema, examples. */
export const protocolContent = z.strictObject({
  guidelinesMarkdown: z.string().max(200_000),
  labelSchema,
  edgeCases: z.array(edgeCase).max(100),
});
export type ProtocolContent = z.infer<typeof protocolContent>;

export const CHANGE_CLASSES = ['breaking', 'clarifying', 'editorial'] as const;
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/** What a later version says more clearly, for somebody who reads by an earlier one (R24). */
export const clarification = z.object({
  /**
   * An example that is new or was changed, a definition, words of the guideline; or withdrawn: what of these holds no more, with its
   * text, of an example its title alone.
   */
  kind: z.enum(['example', 'withdrawn', 'definition', 'guideline']),
  title: z.string(),
  text: z.string(),
  /** The version that says so first, and when both leads had signed it. */
  version: z.number().int(),
  since: z.date(),
});
export type Clarification = z.infer<typeof clarification>;

export const PROTOCOL_STATUSES = ['draft', 'partially_signed', 'signed', 'superseded'] as const;

const sha = z.string().regex(/^[0-9a-f]{64}$/, 'The hash is not a SHA-256.');

export const saveDraftInput = protocolContent.extend({
  projectId: z.uuid(),
  seenSha256: sha.nullable(),
  changeClass: z.enum(CHANGE_CLASSES).nullable().default(null),
});

export const newVersionInput = z.strictObject({ projectId: z.uuid(), changeClass: z.enum(CHANGE_CLASSES) });

export const signProtocolInput = z.strictObject({
  protocolVersionId: z.uuid(),
  contentSha256: sha,
  role: z.enum(['clinical_lead', 'ml_lead']),
  typedName: z.string().trim().min(1, 'Type your full name.').max(200),
});

export const protocolVersionId = z.strictObject({ protocolVersionId: z.uuid() });

/** A protocol version as screens read it. */
export const protocolVersionView = protocolContent.extend({
  id: z.uuid(),
  projectId: z.uuid(),
  version: z.number().int(),
  status: z.enum(PROTOCOL_STATUSES),
  changeClass: z.enum(CHANGE_CLASSES).nullable(),
  contentSha256: z.string(),
  createdAt: z.date(),
  updatedAt: z.date(),
  signedAt: z.date().nullable(),
});

export const protocolView = z.object({
  current: protocolVersionView.nullable(),
  signatures: z.array(
    z.object({
      role: z.string(),
      name: z.string(),
      meaning: z.string(),
      contentSha256: z.string(),
      signedAt: z.date(),
    }),
  ),
  versions: z.array(
    z.object({
      id: z.uuid(),
      version: z.number().int(),
      status: z.enum(PROTOCOL_STATUSES),
      changeClass: z.enum(CHANGE_CLASSES).nullable(),
      signedAt: z.date().nullable(),
    }),
  ),
  changes: z.array(
    z.object({
      part: z.enum(['guidelines', 'field', 'rule', 'gated_fields', 'edge_case']),
      kind: z.enum(['added', 'removed', 'changed']),
      key: z.string(),
      atLeast: z.enum(CHANGE_CLASSES),
      says: z.string(),
    }),
  ),
  mine: z.object({
    name: z.string(),
    roles: z.array(z.object({ role: z.enum(['clinical_lead', 'ml_lead']), meaning: z.string() })),
  }),
});
