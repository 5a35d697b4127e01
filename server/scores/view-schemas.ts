import { z } from 'zod';
import { BATCH_KINDS } from '#server/work/schemas.ts';
import { BATCH_STATUSES } from '#server/work/view-schemas.ts';
import { scoreFigure } from './figure-schema.ts';
import { sideBySideCase } from './side-by-side-schema.ts';

/** A field of a batch; the first measured one when left out. */
export const batchFieldInput = z.object({ batchId: z.uuid(), field: z.string().max(60).optional() });

export const CONFUSION_REFERENCES = ['gold', 'others', 'final'] as const;

export const confusionInput = batchFieldInput.extend({
  reference: z.enum(CONFUSION_REFERENCES).optional(),
  /** Alias of a reader; everybody when left out. */
  alias: z.string().max(20).optional(),
  /** A cell whose cases are asked for. */
  truth: z.string().max(400).optional(),
  answer: z.string().max(400).optional(),
});
export type ConfusionInput = z.infer<typeof confusionInput>;

const frame = {
  batch: z.object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(BATCH_KINDS),
    status: z.enum(BATCH_STATUSES),
    assisted: z.boolean(),
  }),
  fields: z.array(z.object({ key: z.string(), label: z.string() })),
  field: z.object({
    key: z.string(),
    label: z.string(),
    options: z.array(z.object({ value: z.string(), label: z.string() })),
  }),
  /** When the counts were last brought up to the labels; null before the first time. */
  asOf: z.date().nullable(),
};

const dayPoint = z.object({
  day: z.string(),
  alpha: scoreFigure,
  accuracy: scoreFigure,
  consensus: scoreFigure,
});

const level = z.object({ confidence: z.number().int(), share: scoreFigure });

export const continuousView = z.object({
  ...frame,
  whole: z.object({
    alpha: scoreFigure,
    kappa: scoreFigure,
    gwetAc: scoreFigure,
    accuracy: scoreFigure,
    consensus: scoreFigure,
    method: z.string(),
  }),
  /** What the policy asks of reliability and accuracy here. */
  bounds: z.object({ reliability: z.number().nullable(), accuracy: z.number().nullable() }),
  days: z.array(dayPoint),
  teams: z.array(
    z.object({ team: z.string(), alpha: scoreFigure, accuracy: scoreFigure, consensus: scoreFigure }),
  ),
  readers: z.array(
    z.object({
      alias: z.string(),
      status: z.enum(['active', 'calibration_only', 'paused']),
      reads: z.number().int(),
      accuracy: scoreFigure,
      consensus: scoreFigure,
      days: z.array(z.object({ day: z.string(), accuracy: scoreFigure, consensus: scoreFigure })),
    }),
  ),
  pairs: z.array(z.object({ first: z.string(), second: z.string(), kappa: scoreFigure })),
  classes: z.array(
    z.object({
      value: z.string(),
      share: scoreFigure,
      sensitivity: scoreFigure,
      specificity: scoreFigure,
    }),
  ),
  /** How often each stated confidence was justified, by reader and in all. */
  calibration: z.object({
    reference: z.enum(['gold', 'others', 'none']),
    all: z.array(level),
    readers: z.array(z.object({ alias: z.string(), levels: z.array(level) })),
  }),
});
export type ContinuousView = z.infer<typeof continuousView>;

export const confusionView = z.object({
  ...frame,
  reference: z.enum(CONFUSION_REFERENCES),
  /** References for which there is anything to compare. */
  available: z.array(z.enum(CONFUSION_REFERENCES)),
  aliases: z.array(z.string()),
  alias: z.string().nullable(),
  categories: z.array(z.string()),
  cells: z.array(z.object({ truth: z.string(), answer: z.string(), n: z.number().int() })),
  /** How often the reference was given; `n` counts cases. */
  share: scoreFigure,
  /** Reads that were held against it. */
  reads: z.number().int(),
  /** The chosen cell with its cases, reads side by side; null when none is chosen. */
  chosen: z
    .object({
      truth: z.string(),
      answer: z.string(),
      n: z.number().int(),
      /** So many of the newest reads were looked through for cases, and not all; null when there is no more to find or show. */
      newestReads: z.number().int().nullable(),
      cases: z.array(sideBySideCase),
    })
    .nullable(),
});
export type ConfusionView = z.infer<typeof confusionView>;
