import { z } from 'zod';
import { finalFields } from '#server/labels/schemas.ts';
import { answersRecord } from '#server/protocols/schemas.ts';
import { scoreFigure } from './figure-schema.ts';

const count = z.number().int();

/** What the clinical lead is shown and signs: how far the batch is, the trends, and cases drawn by chance. No names. */
export const checkpointEvidence = z.object({
  progress: z.object({
    reads: count,
    planned: count,
    cases: count,
    casesFinal: count,
    readers: count,
    readersAway: count,
    medianSeconds: z.number().nullable(),
  }),
  fields: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      /** What the policy asks of reliability and accuracy; null where it asks nothing. */
      asked: z.object({ reliability: z.number().nullable(), accuracy: z.number().nullable() }),
      alpha: scoreFigure,
      accuracy: scoreFigure,
      consensus: scoreFigure,
      days: z.array(
        z.object({ day: z.string(), alpha: scoreFigure, accuracy: scoreFigure, consensus: scoreFigure }),
      ),
    }),
  ),
  sample: z.array(
    z.object({
      taskId: z.uuid(),
      caseId: z.uuid(),
      externalId: z.string(),
      status: z.string(),
      reads: z.array(z.object({ alias: z.string(), answers: answersRecord, confidence: count.nullable() })),
      final: finalFields.nullable(),
    }),
  ),
});
export type CheckpointEvidence = z.infer<typeof checkpointEvidence>;

export const CHECKPOINT_DECISIONS = ['go_on', 'stop'] as const;

export const checkpointIdInput = z.object({ checkpointId: z.uuid() });
export const checkpointsInput = z.object({ projectId: z.uuid(), batchId: z.uuid().optional() });

export const signCheckpointInput = z.object({
  checkpointId: z.uuid(),
  decision: z.enum(CHECKPOINT_DECISIONS, { error: 'Choose whether the batch goes on.' }),
  reason: z
    .string()
    .trim()
    .min(3, 'Say what you saw; it is part of the signed record.')
    .max(4000, 'At most 4,000 characters.'),
  typedName: z.string().trim().min(1, 'Type your name.').max(200),
  /** Hash of the evidence that was on the screen. */
  evidenceSha256: z.string().regex(/^[0-9a-f]{64}$/, 'This is no hash of evidence.'),
});
export type SignCheckpointInput = z.infer<typeof signCheckpointInput>;

const line = {
  id: z.uuid(),
  batchId: z.uuid(),
  batchName: z.string(),
  trigger: z.enum(['share', 'bound']),
  shareBasisPoints: count.nullable(),
  /** `freed`: unsigned, of a panel or a pilot, which stops at none any more; nothing waits for it. */
  status: z.enum(['due', 'stopped', 'signed', 'freed']),
  reachedAt: z.date(),
  decidedAt: z.date().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  decisionReason: z.string().nullable(),
};

export const checkpointList = z.array(z.object(line));
export type CheckpointLine = z.infer<typeof checkpointList>[number];

export const checkpointView = z.object({
  ...line,
  projectId: z.uuid(),
  datasetId: z.uuid(),
  batchStatus: z.string(),
  fields: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      options: z.array(z.object({ value: z.string(), label: z.string() })),
    }),
  ),
  /** Null while it is being gathered, some seconds. */
  evidence: checkpointEvidence.nullable(),
  evidenceSha256: z.string().nullable(),
  evidenceAt: z.date().nullable(),
  /** Cases still being read: the evidence is renewed when they are in. */
  leased: count,
  /** The acting person's name when they may sign; null otherwise. */
  signerName: z.string().nullable(),
});
export type CheckpointView = z.infer<typeof checkpointView>;
