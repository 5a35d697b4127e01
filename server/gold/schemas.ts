import { z } from 'zod';
import { answersRecord, answerValue } from '#server/protocols/schemas.ts';

export const GOLD_STATUSES = ['proposed', 'agreed', 'active', 'disputed', 'retired', 'ambiguous'] as const;
export type GoldStatus = (typeof GOLD_STATUSES)[number];

export const GOLD_SOURCES = ['panel', 'pathology', 'follow_up', 'external', 'imported'] as const;
export type GoldSource = (typeof GOLD_SOURCES)[number];

/** The known answer: field → the values that count as right (one, or a set of ordinal levels, R7). */
export const goldAnswers = z.record(z.string().max(60), z.array(answerValue).min(1).max(50));
export type GoldAnswers = z.infer<typeof goldAnswers>;

export const proposeGoldInput = z.strictObject({ batchId: z.uuid() });

/** How a lead settles a case the panel disagreed on: an answer with its rationale, or ambiguous for good. */
export const resolveGoldInput = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('resolved'),
    goldItemId: z.uuid(),
    answers: goldAnswers,
    rationale: z.string().trim().min(10, 'Give the rationale in at least 10 characters.').max(4000),
  }),
  z.strictObject({
    outcome: z.literal('ambiguous'),
    goldItemId: z.uuid(),
    rationale: z.string().trim().min(10, 'Say why no answer is right, in at least 10 characters.').max(4000),
  }),
]);
export type ResolveGoldInput = z.infer<typeof resolveGoldInput>;

export const signGoldInput = z.strictObject({
  goldSetId: z.uuid(),
  contentSha256: z.string().regex(/^[0-9a-f]{64}$/, 'The hash is not a SHA-256.'),
  typedName: z.string().trim().min(1, 'Type your full name.').max(200),
});
export type SignGoldInput = z.infer<typeof signGoldInput>;

export const retireGoldInput = z.strictObject({
  goldItemId: z.uuid(),
  reason: z.string().trim().min(10, 'Give the reason in at least 10 characters.').max(2000),
});

/** A panel read without the reader's name: the n-th reader of the case (R21). */
export const blindRead = z.object({ reader: z.string(), answers: answersRecord });
