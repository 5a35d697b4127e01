import { z } from 'zod';
import { scoreFigure } from './figure-schema.ts';

export const relabelInput = z.object({ batchId: z.uuid(), field: z.string().max(60).optional() });
export type RelabelInput = z.infer<typeof relabelInput>;

const labelled = z.object({
  /** Null: left undecided or unanswered. */
  value: z.string().nullable(),
  votes: z.array(z.object({ value: z.string(), n: z.number().int() })),
});

/** A relabel batch against the final labels that its cases had before. */
export const relabelView = z.object({
  batch: z.object({ id: z.uuid(), name: z.string(), projectId: z.uuid() }),
  fields: z.array(z.object({ key: z.string(), label: z.string() })),
  field: z.object({
    key: z.string(),
    label: z.string(),
    options: z.array(z.object({ value: z.string(), label: z.string() })),
  }),
  /** Cases with an earlier final label; of them with a new one; of those the two that both have a value. */
  cases: z.number().int(),
  settled: z.number().int(),
  compared: z.number().int(),
  /** Cases of the population that the draw stands for; null when the batch is no sample, so that every case speaks for itself. */
  population: z.number().int().nullable(),
  /** Share of the cases whose value changed, by sampling weight. */
  changed: scoreFigure,
  /** Agreement among the readers on the compared cases, then and now. */
  agreement: z.object({ before: scoreFigure, after: scoreFigure }),
  /** Per class: its share then and now, and the shift between with its interval. */
  classes: z.array(
    z.object({ value: z.string(), before: scoreFigure, after: scoreFigure, shift: scoreFigure }),
  ),
  /** What became what, most frequent first; unchanged ones included. */
  moves: z.array(z.object({ before: z.string(), after: z.string(), n: z.number().int() })),
  /** The cases that changed, newest first; `more` when there are others. */
  changes: z.object({
    cases: z.array(
      z.object({
        taskId: z.uuid(),
        externalId: z.string(),
        before: labelled.extend({ batchId: z.uuid(), batchName: z.string() }),
        after: labelled,
      }),
    ),
    more: z.boolean(),
  }),
});
export type RelabelView = z.infer<typeof relabelView>;

/** What a sampled batch says of all the cases that fitted its filter. */
export const estimatesView = z.object({
  field: relabelView.shape.field,
  fields: relabelView.shape.fields,
  population: z.number().int(),
  settled: z.number().int(),
  /** Share of each class in the population, by sampling weight, beside the plain share among those drawn. */
  classes: z.array(z.object({ value: z.string(), weighted: scoreFigure, plain: scoreFigure })),
  /** Share of the population's cases on which readers would be divided, by weight. */
  divided: scoreFigure,
});
export type EstimatesView = z.infer<typeof estimatesView>;
