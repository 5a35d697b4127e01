import { z } from 'zod';
import { scoreFigure } from './figure-schema.ts';

export const readCheckEvidence = z.object({
  /** The answer whose share differs; null for extremes and times. */
  answer: z.string().nullable(),
  own: scoreFigure,
  others: scoreFigure,
  /** Adjusted for the readers and answers compared. */
  p: z.number().nullable(),
  seconds: z.object({ limit: z.number(), median: z.number() }).nullable(),
  /** By how much numbers are off, most often; null for everything else. */
  factor: z.number().nullable(),
});
export type ReadCheckEvidence = z.infer<typeof readCheckEvidence>;

export const checksView = z.object({
  checks: z.array(
    z.object({
      batchId: z.uuid(),
      batchName: z.string(),
      alias: z.string(),
      kind: z.enum(['label_mix', 'extremes', 'too_fast', 'unit']),
      field: z.string(),
      fieldLabel: z.string(),
      answerLabel: z.string().nullable(),
      evidence: readCheckEvidence,
      /** Beside every flag: how right the person is. Speed or mix never ranks alone. */
      accuracy: scoreFigure,
      consensus: scoreFigure,
      foundAt: z.date(),
    }),
  ),
  reviewers: z.array(
    z.object({
      batchId: z.uuid(),
      batchName: z.string(),
      alias: z.string(),
      decided: z.number().int(),
      /** Share of reviewed reads that the reviewer fixed, returned or rejected. */
      changed: scoreFigure,
      /** Share of decisions that the panel's answer overturned, of those it had to answer. */
      overturned: scoreFigure,
      /** Share of reads on which this reviewer and another decided alike, of those both saw. */
      agreement: scoreFigure,
      /** Share of reviewed reads on gold that were accepted when right and changed when wrong. */
      onGold: scoreFigure,
    }),
  ),
  /** Panel members: share of decisions that went against what most readers gave. */
  adjudicators: z.array(
    z.object({
      batchId: z.uuid(),
      batchName: z.string(),
      alias: z.string(),
      decided: z.number().int(),
      againstMost: scoreFigure,
    }),
  ),
});
export type ChecksView = z.infer<typeof checksView>;
