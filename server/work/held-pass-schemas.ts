import { z } from 'zod';

const count = z.number().int();
const marking = z.object({ cases: count, correct: count });

/** Passes of a project's exams that a wrong known answer would undo: to decide, and decided (R7, R26). */
export const heldPassesView = z.object({
  passes: z.array(
    z.object({
      batchId: z.uuid(),
      batchName: z.string(),
      /** The person as the sponsor knows them in the batch (R21). */
      alias: z.string(),
      revision: count,
      passLevel: z.number(),
      /** As it was marked, and as it is without the wrong answer. */
      before: marking,
      now: marking.extend({ lower: z.number(), upper: z.number() }),
      status: z.enum(['open', 'kept', 'taken']),
      /** The acting person's, who does not decide on it. */
      isOwn: z.boolean(),
      mayDecide: z.boolean(),
      foundAt: z.date(),
      dueAt: z.date(),
      isOverdue: z.boolean(),
      reason: z.string().nullable(),
    }),
  ),
});

export const decideHeldPassInput = z.strictObject({
  batchId: z.uuid(),
  alias: z.string().min(1).max(40),
  /** The marking that was looked at; a later one is decided on anew. */
  revision: z.number().int().min(1),
  decision: z.enum(['kept', 'taken'], 'Choose what becomes of the pass.'),
  reason: z.string().trim().min(10, 'Say in a sentence why; the person is told.').max(500),
});
