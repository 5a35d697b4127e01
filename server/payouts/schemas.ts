import { z } from 'zod';

const amount = z
  .bigint()
  .positive('The amount must be above zero.')
  .max(100_000_000_00n, 'That is more than one payment may hold; split it.');
const reference = z.string().trim().min(3, 'Write the bank reference.').max(140);

/** The id is made by the client, once per payment it means to make: the same id again is the same payment. */
export const fundInput = z.object({ fundingId: z.uuid(), projectId: z.uuid(), amountMinor: amount });
export const confirmFundingInput = z.object({
  fundingId: z.uuid(),
  paymentMethod: z.string().min(3).max(80),
});
export const bankFundingInput = z.object({
  projectId: z.uuid(),
  amountMinor: amount,
  bankReference: reference,
});
export const destinationInput = z.object({ currency: z.string().length(3).default('USD') });
export const destinationIdInput = z.object({ destinationId: z.uuid() });
/** Where the rail sends people back to: a path of ours. */
export const onboardInput = destinationIdInput.extend({ returnPath: z.string().max(500) });
export const bankPayoutInput = z.object({ payoutId: z.uuid(), bankReference: reference });
/** Where a page of a statement begins: after this line. */
export const statementPlace = z.object({ at: z.date(), id: z.uuid() });
export const statementInput = z.object({
  before: statementPlace.nullable().default(null),
  limit: z.int().min(1).max(200).default(100),
});
/** What was done about a notice of the rail, in words; no names of patients or payees. */
export const railNoticeInput = z.object({
  eventId: z.string().min(1).max(255),
  done: z.string().trim().min(3, 'Write what was done, in a few words.').max(500),
});
