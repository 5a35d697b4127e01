import { z } from 'zod';
import type { Tier } from './rules.ts';

const TIERS = ['label', 'review', 'audit', 'adjudicate'] as const satisfies readonly Tier[];

const WORK: Record<Tier, readonly [one: string, several: string]> = {
  label: ['read', 'reads'],
  review: ['review', 'reviews'],
  audit: ['audit', 'audits'],
  adjudicate: ['decision', 'decisions'],
};

/** What was made at these tiers, in words: "read", "reads and reviews". */
export function sayWork(n: number, tiers: readonly Tier[]): string {
  const words = TIERS.filter((tier) => tiers.includes(tier)).map((tier) => WORK[tier][n === 1 ? 0 : 1]);
  const [first = n === 1 ? 'read' : 'reads', ...more] = words;
  const last = more.pop();
  return last === undefined ? first : `${[first, ...more].join(', ')} and ${last}`;
}

/** Cases of a recall that a page lists. */
export const RECALLED_CASES_SHOWN = 200;

export const recallsView = z.object({
  recalls: z.array(
    z.object({
      id: z.uuid(),
      batchId: z.uuid(),
      batchName: z.string(),
      /** The reader as the sponsor knows them in the batch (R21). */
      alias: z.string(),
      credential: z.string(),
      standing: z.string().nullable(),
      since: z.string(),
      /** Reads, reviews and decisions. */
      reads: z.number().int(),
      status: z.enum(['open', 'kept', 'relabelled']),
      /** Whether it is the work of whoever looks at it, on which somebody else decides (R27). */
      isOwn: z.boolean(),
      mayDecide: z.boolean(),
      decisionReason: z.string().nullable(),
      decidedAt: z.date().nullable(),
      foundAt: z.date(),
      /** The first cases of it, `RECALLED_CASES_SHOWN` at most. */
      cases: z.array(
        z.object({
          taskId: z.uuid(),
          externalId: z.string(),
          submittedAt: z.date(),
          isFinal: z.boolean(),
          /** What the person did in it. */
          tiers: z.array(z.enum(TIERS)),
        }),
      ),
    }),
  ),
});

export const decideRecallInput = z.strictObject({
  recallId: z.uuid(),
  decision: z.enum(['kept', 'relabelled'], 'Choose what becomes of the labels.'),
  reason: z
    .string()
    .trim()
    .min(10, 'Say in a sentence why; it goes into the evidence of these labels.')
    .max(1000),
});
