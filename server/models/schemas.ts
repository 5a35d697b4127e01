import { z } from 'zod';
import { figure } from '#server/analytics/schemas.ts';
import { FIELD_TYPES, fieldOption } from '#server/protocols/schemas.ts';
import { fieldKey } from './failure-schema.ts';

/** Most characters and answers of one import. 200,000 is also the most cases that a batch has. */
export const MODEL_LIMITS = { characters: 16_000_000, answers: 200_000 } as const;

/** A version of a model and its answers on a dataset, as the sponsor sends them. */
export const importModelInput = z.strictObject({
  projectId: z.uuid(),
  datasetId: z.uuid('Choose a dataset.'),
  name: z.string().trim().min(1, 'Give the model’s name.').max(100, 'Keep the name under 100 characters.'),
  version: z.string().trim().min(1, 'Give the version.').max(60, 'Keep the version under 60 characters.'),
  /** A CSV file as text: `case_id`, a column for each field, `confidence` where there is one. */
  text: z
    .string()
    .min(1, 'Choose a file, or paste its lines.')
    .max(MODEL_LIMITS.characters, 'A file has at most 16 MB. Leave columns out that are no answers.'),
});
export type ImportModelInput = z.infer<typeof importModelInput>;

const count = z.number().int().nonnegative();

/** What a file comes to, counted before anything is kept. */
export const modelCheck = z.object({
  answers: count,
  /** Lines without an answer in any field; not kept. */
  empty: count,
  /** Of the answers: on test data, with a confidence. */
  tests: count,
  confidences: count,
  /** Accepted cases of the dataset that the file has no answer for. */
  without: count,
  fields: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      answered: count,
      /** Most frequent first; a few. None of a field of numbers. */
      values: z.array(z.object({ label: z.string(), n: count })),
    }),
  ),
});
export type ModelCheck = z.infer<typeof modelCheck>;

export const importedModel = z.object({ modelId: z.uuid(), answers: count });

export const withdrawModelInput = z.strictObject({
  modelId: z.uuid(),
  reason: z.string().trim().min(10, 'Give the reason in at least 10 characters.').max(2000),
});

/** Which models of a project; without those that are withdrawn where only those in use are asked for. */
export const listModelsInput = z.strictObject({ projectId: z.uuid(), isInUse: z.boolean().default(false) });

/** A model in a list. */
export const modelLine = z.object({
  id: z.uuid(),
  name: z.string(),
  version: z.string(),
  datasetId: z.uuid(),
  dataset: z.string(),
  /** Fields that it answers; `type` and `options` as the protocol had them at import. */
  fields: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      type: z.enum(FIELD_TYPES),
      options: z.array(fieldOption.pick({ value: true, label: true })),
    }),
  ),
  answers: count,
  tests: count,
  confidences: count,
  importedBy: z.string(),
  importedAt: z.date(),
  withdrawnAt: z.date().nullable(),
  withdrawnReason: z.string().nullable(),
});
export type ModelLine = z.infer<typeof modelLine>;

/** Newest first; `isCut` when there are older ones that are not listed. */
export const modelList = z.object({ models: z.array(modelLine), isCut: z.boolean() });
export type ModelList = z.infer<typeof modelList>;

export const comparisonInput = z.strictObject({ modelId: z.uuid(), field: fieldKey.optional() });

/** A model held against final labels in one field, on training and other data or on test data, which are never summed up. */
export const comparisonPart = z.object({
  isTest: z.boolean(),
  /** Share of the labelled cases with an answer on which the two differ; `n` counts those cases. */
  differ: figure,
  differing: count,
  /** Labelled cases that the model has no answer for, and answers on cases without a final label. */
  silent: count,
  unlabelled: count,
  /** In the order of the protocol; empty for a field of numbers. */
  classes: z.array(
    z.object({
      value: z.string(),
      label: z.string(),
      /** Of the cases labelled so, those to which the model did not say it. */
      missed: figure,
      misses: count,
      /** Of the cases to which the model said so, those that are not labelled so. */
      falseAlarm: figure,
      falseAlarms: count,
    }),
  ),
});
export type ComparisonPart = z.infer<typeof comparisonPart>;

export const modelComparison = z.object({ field: z.string(), parts: z.array(comparisonPart) });
export type ModelComparison = z.infer<typeof modelComparison>;
