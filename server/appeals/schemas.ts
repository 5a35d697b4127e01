import { z } from 'zod';
import { REJECT_REASONS } from '#server/work/draft-work.ts';
import { inboxPlace } from '#server/work/inbox-schemas.ts';

const read = { batchId: z.uuid(), labelId: z.uuid() };

export const appealInput = z.object({
  ...read,
  reason: z.string().trim().min(1, 'Say why the read should count.').max(4000),
});
export type AppealInput = z.infer<typeof appealInput>;

/** `upheld`: the rejection stands. `overturned`: the read is paid and counts again. */
export const APPEAL_OUTCOMES = ['upheld', 'overturned'] as const;

export const decideAppealInput = z.object({
  ...read,
  outcome: z.enum(APPEAL_OUTCOMES),
  reason: z.string().trim().min(1, 'Say why; the author reads it.').max(4000),
});
export type DecideAppealInput = z.infer<typeof decideAppealInput>;

const limit = z.number().int().min(1).max(100).default(50);
/** Both lists go on behind an item: `inboxPlace`, of rejections ranked 0 while they can be appealed, else 1, and of appeals 0. */
export const rejectionsInput = z.object({ limit, after: inboxPlace.nullish() });
export type RejectionsInput = z.output<typeof rejectionsInput>;
export const deskInput = z.object({ limit, after: inboxPlace.nullish() });
export type DeskInput = z.output<typeof deskInput>;

/** Where the next page begins; null when this is the last. */
const next = z.string().nullable();

const rejection = {
  ...read,
  project: z.string(),
  batch: z.string(),
  sponsor: z.string(),
  reason: z.enum(REJECT_REASONS),
  evidence: z.string(),
  submittedAt: z.date(),
  rejectedAt: z.date(),
};

/** Rejections as their author sees them, with what became of them; those that can still be appealed come first. */
export const ownRejections = z.object({
  total: z.number().int(),
  /** How many of them can still be appealed. */
  open: z.number().int(),
  items: z.array(
    z.object({
      ...rejection,
      priceMinor: z.bigint(),
      currency: z.string(),
      state: z.enum(['open_to_appeal', 'too_late', 'appealed', 'upheld', 'overturned']),
      appealUntil: z.date(),
      appeal: z.object({ reason: z.string(), createdAt: z.date(), dueAt: z.date() }).nullable(),
      decision: z.object({ reason: z.string(), decidedAt: z.date() }).nullable(),
    }),
  ),
  next,
});
export type OwnRejections = z.infer<typeof ownRejections>;

/** An appeal that waits, as the operators see it: who read and who rejected by their names in the batch alone (R21). */
export const appealDesk = z.object({
  total: z.number().int(),
  overdue: z.number().int(),
  oldestAt: z.date().nullable(),
  items: z.array(
    z.object({
      ...rejection,
      priceMinor: z.bigint(),
      feeMinor: z.bigint(),
      currency: z.string(),
      author: z.string(),
      rejectedBy: z.string(),
      answers: z.array(z.object({ label: z.string(), value: z.string() })),
      rationale: z.string().nullable(),
      activeMs: z.number().int(),
      /** Median active time of the batch's reads; null with fewer than five. */
      medianActiveMs: z.number().nullable(),
      appeal: z.object({ reason: z.string(), createdAt: z.date(), dueAt: z.date() }),
      isOverdue: z.boolean(),
    }),
  ),
  next,
});
export type AppealDesk = z.infer<typeof appealDesk>;
