import { z } from 'zod';

export const VISIBILITIES = ['public', 'invited', 'private'] as const;
export type Visibility = (typeof VISIBILITIES)[number];
export const CALL_STATUSES = ['draft', 'open', 'closed', 'decided'] as const;
export const INVITATION_STATUSES = ['asked', 'invited', 'declined', 'withdrawn'] as const;

/** A kind of task by complexity, and which share of the cases is of it. */
export const taskType = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,29}$/, 'A key is lower-case letters, digits and underscores.'),
  label: z.string().trim().min(1, 'Name the kind of task.').max(60, 'Keep the name under 60 characters.'),
  shareBasisPoints: z.int().min(1, 'A share is above 0 %.').max(10_000, 'A share is at most 100 %.'),
});
export type TaskType = z.infer<typeof taskType>;

/** Kinds of task of a call; empty when all cases are priced alike. */
export const taskTypes = z
  .array(taskType)
  .max(8, 'At most eight kinds of task.')
  .refine((all) => new Set(all.map((one) => one.key)).size === all.length, 'Two kinds have the same key.')
  .refine(
    (all) => all.length === 0 || all.reduce((sum, one) => sum + one.shareBasisPoints, 0) === 10_000,
    'The shares of the kinds must add up to 100 %.',
  );

const sentence = (what: string) =>
  z.string().trim().min(3, what).max(2000, 'Keep it under 2,000 characters.');

export const inviteVendorsInput = z.object({
  callId: z.uuid(),
  vendorOrgIds: z.array(z.uuid()).min(1, 'Choose at least one vendor.').max(200),
});
export const withdrawInvitationInput = z.object({ callId: z.uuid(), vendorOrgId: z.uuid() });
export const respondToCallInput = z.object({
  callId: z.uuid(),
  note: z.string().trim().max(500, 'Keep it under 500 characters.').default(''),
});
export const askQuestionInput = z.object({ callId: z.uuid(), question: sentence('Write your question.') });
export const answerQuestionInput = z.object({ questionId: z.uuid(), answer: sentence('Write an answer.') });
export const extendCallInput = z.object({
  callId: z.uuid(),
  closesAt: z.date(),
  reason: sentence('Say why, in a sentence; bidders read it.'),
});

const questionView = z.object({
  questionId: z.uuid(),
  question: z.string(),
  askedAt: z.date(),
  answer: z.string().nullable(),
  answeredAt: z.date().nullable(),
});
const extensionView = z.object({ fromAt: z.date(), toAt: z.date(), reason: z.string(), at: z.date() });

/** Questions, answers and moved ends, as every bidder reads them; `isMine` marks what one's own organisation asked. */
export const bidderRoomView = z.object({
  callId: z.uuid(),
  visibility: z.enum(VISIBILITIES),
  isSealed: z.boolean(),
  invitation: z.enum(INVITATION_STATUSES).nullable(),
  mayBid: z.boolean(),
  questionsUntil: z.date(),
  mayAsk: z.boolean(),
  questions: z.array(questionView.extend({ isMine: z.boolean() })),
  extensions: z.array(extensionView),
});

/** The sponsor's side of the same; who asked is not among it. */
export const sponsorRoomView = z.object({
  callId: z.uuid(),
  status: z.enum(CALL_STATUSES),
  visibility: z.enum(VISIBILITIES),
  /** Whether bids are sealed now. */
  isSealed: z.boolean(),
  /** Whether they are, or were, until the end. */
  wasSealed: z.boolean(),
  closesAt: z.date(),
  questionsUntil: z.date(),
  bids: z.object({ handedIn: z.number().int(), withdrawn: z.number().int() }),
  invitations: z.array(
    z.object({
      vendorOrgId: z.uuid(),
      name: z.string(),
      country: z.string(),
      status: z.enum(INVITATION_STATUSES),
      note: z.string(),
      changedAt: z.date(),
    }),
  ),
  questions: z.array(questionView),
  extensions: z.array(extensionView),
});

export const invitedView = z.object({ invited: z.number().int() });
export const questionMade = z.object({ questionId: z.uuid() });
