import { z } from 'zod';
import { emailAddress } from '#server/identity/schemas.ts';
import { reason } from '#server/work/schemas.ts';

export const ORDER_STATUSES = ['proposed', 'agreed', 'declined', 'withdrawn', 'superseded', 'ended'] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Roles that a sponsor can invite its own people to. */
export const OWN_STAFF_ROLES = ['vendor_annotator', 'qa_lead', 'staffing_lead'] as const;

export const makeInHouseInput = z.strictObject({
  name: z
    .string()
    .trim()
    .min(2, 'Name the unit, such as “Reading group”.')
    .max(120, 'A name has at most 120 characters.'),
});

export const inviteOwnStaffInput = z.strictObject({
  emails: z
    .array(emailAddress)
    .min(1, 'Write at least one address.')
    .max(50, 'Invite at most 50 people at once.')
    .refine((all) => new Set(all).size === all.length, 'An address stands in the list twice.'),
  role: z.enum(OWN_STAFF_ROLES, { error: 'Choose a role.' }),
});

export const proposeOrderInput = z.strictObject({
  projectId: z.uuid(),
  pricePerReadMinor: z
    .bigint()
    .min(0n, 'A price is not negative; 0 charges nothing.')
    .max(10_000_000n, 'The price is too large.'),
  hoursPerWeek: z
    .int('Hours are a whole number.')
    .min(1, 'At least one hour a week.')
    .max(100_000, 'At most 100,000 hours a week.'),
  needsExam: z.boolean(),
  note: z.string().trim().max(2000, 'Keep the note under 2,000 characters.').default(''),
});

export const orderIdInput = z.strictObject({ orderId: z.uuid() });
export const answerOrderInput = z.strictObject({ orderId: z.uuid(), isAccepted: z.boolean() });
export const endOrderInput = z.strictObject({
  orderId: z.uuid(),
  reason: z.string().trim().min(3, 'Say why, in a sentence.').max(400),
});

const seat = {
  projectId: z.uuid(),
  personId: z.uuid(),
  role: z.enum(['annotator', 'reviewer'], { error: 'Choose a role.' }),
};
export const seatOwnStaffInput = z.strictObject(seat);
export const unseatOwnStaffInput = z.strictObject({ projectId: z.uuid(), engagementId: z.uuid() });

export const orderView = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  project: z.string(),
  status: z.enum(ORDER_STATUSES),
  pricePerReadMinor: z.bigint(),
  currency: z.string(),
  hoursPerWeek: z.number().int(),
  needsExam: z.boolean(),
  note: z.string(),
  proposedAt: z.date(),
  answeredAt: z.date().nullable(),
});
export type OrderView = z.infer<typeof orderView>;

const seatView = z.object({
  engagementId: z.uuid(),
  role: z.enum(['annotator', 'reviewer']),
});

/** One of the sponsor's own readers, with what still keeps them from reading in the project. */
export const ownReader = z.object({
  personId: z.uuid(),
  name: z.string(),
  email: z.string(),
  seats: z.array(seatView),
  /** What a seat is refused for now; empty when they can be seated. */
  refusals: z.array(reason),
  /** What a read is refused for besides; empty when they are ready. */
  gaps: z.array(reason),
  hoursPerWeek: z.number().nullable(),
});
export type OwnReader = z.infer<typeof ownReader>;

export const ownStaffView = z.object({
  project: z.object({ id: z.uuid(), title: z.string(), currency: z.string(), intendedUse: z.string() }),
  /** The in-house unit; null while there is none. */
  unit: z
    .object({
      orgId: z.uuid(),
      name: z.string(),
      status: z.enum(['unverified', 'verified', 'refused', 'suspended']),
      statusReason: z.string().nullable(),
      invited: z.number().int(),
      /** Whether the person who looks belongs to it, and can switch to it. */
      isMember: z.boolean(),
    })
    .nullable(),
  order: orderView.nullable(),
  proposal: orderView.nullable(),
  readers: z.array(ownReader),
  /** What the unit as a whole still lacks for this project: verification, agreements. */
  missing: z.array(reason),
  /** What of the story keeps own staff out of this project; empty when nothing does. */
  barred: z.array(reason),
  /** How its reads went so far; null before the first. */
  measured: z
    .object({
      reads: z.number().int(),
      readsPerHour: z.number().nullable(),
      goldN: z.number().int(),
      goldOk: z.number().int(),
    })
    .nullable(),
});
export type OwnStaffView = z.infer<typeof ownStaffView>;

export const madeUnit = z.object({ orgId: z.uuid() });
export const invitedOwnStaff = z.object({ invited: z.number().int() });
export const madeOrder = z.object({ orderId: z.uuid() });
export const seated = z.object({ engagementId: z.uuid() });
