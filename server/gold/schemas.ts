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

/** Why an item is disputed or retired. */
export const withdrawGoldInput = z.strictObject({
  goldItemId: z.uuid(),
  reason: z.string().trim().min(10, 'Give the reason in at least 10 characters.').max(2000),
});

/** A panel read without the reader's name: the n-th reader of the case (R21). */
export const blindRead = z.object({ reader: z.string(), answers: answersRecord });

/** What the signature over a gold set says (21 CFR 11.50). */
export const GOLD_MEANING = 'I have reviewed these answers and approve them as the reference.';

/** A gold item in a list. */
export const goldItemView = z.object({
  id: z.uuid(),
  goldSetId: z.uuid(),
  datasetId: z.uuid(),
  caseId: z.uuid(),
  /** The sponsor's own id of the case. */
  externalId: z.string(),
  status: z.enum(GOLD_STATUSES),
  source: z.enum(GOLD_SOURCES),
  unanimous: z.enum(['unanimous', 'resolved', 'imported', 'unresolved']),
  answers: goldAnswers,
  rationale: z.string().nullable(),
  /** Why it is disputed or retired. */
  statusReason: z.string().nullable(),
});
export type GoldItemView = z.infer<typeof goldItemView>;

export const goldView = z.object({
  counts: z.record(z.enum(GOLD_STATUSES), z.number().int()),
  sets: z.array(
    z.object({
      id: z.uuid(),
      version: z.number().int(),
      status: z.enum(['draft', 'signed', 'superseded']),
      /** Of the signed content, or of the draft as it stands now. */
      contentSha256: z.string(),
      itemCount: z.number().int(),
      signedAt: z.date().nullable(),
    }),
  ),
  /** Batches that the panel reads; `reading`: why gold cannot be proposed from one yet, null where it can (or it is a draft). */
  panelBatches: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      status: z.string(),
      tasks: z.number().int(),
      reading: z.string().nullable(),
    }),
  ),
});
export type GoldView = z.infer<typeof goldView>;

export const goldCaseView = z.object({
  item: goldItemView,
  protocolVersionId: z.uuid(),
  /** Fields on which the panel was split. */
  split: z.array(z.string()),
  reads: z.array(blindRead),
});
export type GoldCaseView = z.infer<typeof goldCaseView>;

export const goldPage = z.object({ items: z.array(goldItemView), next: z.uuid().nullable() });

export const listGoldInput = z.strictObject({
  projectId: z.uuid(),
  status: z.enum(GOLD_STATUSES).optional(),
  after: z.uuid().optional(),
  limit: z.number().int().min(1).max(200).default(100),
});

export const goldItemInput = z.strictObject({ goldItemId: z.uuid() });

export const proposedGold = z.object({
  goldSetId: z.uuid(),
  unanimous: z.number().int(),
  unresolved: z.number().int(),
  skipped: z.number().int(),
  known: z.number().int(),
});

const personOnPanel = z.object({ personId: z.uuid(), name: z.string() });
export const panelView = z.object({
  needed: z.number().int(),
  readers: z.array(personOnPanel.extend({ engagementId: z.uuid() })),
  candidates: z.array(personOnPanel),
});

export const panelReaderInput = z.strictObject({ projectId: z.uuid(), personId: z.uuid() });
export const leavePanelInput = z.strictObject({ projectId: z.uuid(), engagementId: z.uuid() });
