import { z } from 'zod';

const line = (most: number, missing: string) => z.string().trim().min(1, missing).max(most);
/** Money arrives as a whole number from forms and as text from the database, where JSON has no large ones. */
const price = z.coerce
  .bigint<bigint | string>({ error: 'Give the price in whole minor units.' })
  .positive('The price must be above zero.');

/** A class of complexity with its price per case (R4). */
export const rateTier = z.object({
  tier: z
    .string()
    .trim()
    .regex(
      /^[a-z][a-z0-9_]{0,39}$/,
      'A class has a short name in small letters, such as standard or complex.',
    ),
  definition: line(500, 'Say which cases belong to the class.'),
  pricePerReadMinor: price,
});
export type RateTier = z.infer<typeof rateTier>;

/** What a standing contract holds ready each month; batches call off from it. */
export const monthlyVolume = z.object({
  readsPerMonth: z.int('Give whole reads.').positive('Give the reads of a month.').max(100_000_000),
  firstMonth: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Write the first month as YYYY-MM.'),
  months: z.int().min(1, 'It runs for at least a month.').max(60, 'It runs for at most 60 months.'),
});

/** What the vendor promises of every batch, and what it gives back when it misses. */
export const serviceLevels = z.object({
  /** Days from the opening of a batch to its last read; days on which the sponsor paused it do not count. */
  turnaroundDays: z.int().min(1).max(730).nullable(),
  /** The near bound of the interval of accuracy on gold must clear it (R10). */
  accuracy: z.object({ field: line(60, 'Name the field.'), atLeast: z.number().gt(0).lt(1) }).nullable(),
  readsPerDay: z.int().positive().nullable(),
  /** Share of what the batch earned that is given back for each target missed. */
  creditBasisPoints: z.int().min(1).max(5000, 'A missed target gives back at most 50 %.'),
  /** Most that is given back for one batch. */
  capBasisPoints: z.int().min(1).max(5000, 'At most 50 % of a batch is given back.'),
});
export type ServiceLevels = z.infer<typeof serviceLevels>;

/** How named people may be replaced. */
export const substitutionRule = z.object({
  /** People who may join in a calendar month after the award; null: as many as meet the project's rule. */
  perMonth: z.int().min(0).max(500).nullable(),
});

/** Who may not engage whose people, and until when after the last work together. */
export const nonSolicitation = z.object({
  months: z.int().min(1, 'At least a month; leave the rule out for none.').max(24, 'At most 24 months.'),
  protects: z.enum(['vendor_people', 'both']),
});

/** Everything that a version of a contract says. */
export const contractTerms = z.object({
  rateCard: z.array(rateTier).min(1, 'A rate card has at least one class.').max(12),
  /** The most that all reads called off under the contract cost before the fee; null for no limit. */
  ceilingMinor: price.nullable().default(null),
  volume: monthlyVolume.nullable(),
  serviceLevels: serviceLevels.nullable(),
  substitution: substitutionRule,
  nonSolicitation: nonSolicitation.nullable(),
  /** The protocol version whose reading these prices are for; a breaking later one asks for new ones. */
  protocolVersion: z.int().min(1),
});
export type ContractTerms = z.infer<typeof contractTerms>;

export const SIDES = ['sponsor', 'vendor'] as const;
export type ContractSide = (typeof SIDES)[number];
export const VERSION_STATUSES = ['proposed', 'agreed', 'declined', 'withdrawn', 'lapsed'] as const;
export type VersionStatus = (typeof VERSION_STATUSES)[number];
export const CREDIT_STATUSES = ['met', 'proposed', 'disputed', 'due', 'posted', 'waived'] as const;
export type CreditStatus = (typeof CREDIT_STATUSES)[number];

export const contractIdInput = z.object({ contractId: z.uuid() });
export const versionIdInput = z.object({ versionId: z.uuid() });
export const proposeAmendmentInput = z.object({
  contractId: z.uuid(),
  terms: contractTerms.omit({ protocolVersion: true }),
  effectiveOn: z.iso.date('Write the date as YYYY-MM-DD.'),
  reason: line(2000, 'Say why the terms change.'),
});
export type ProposeAmendmentInput = z.infer<typeof proposeAmendmentInput>;

export const signVersionInput = z.object({
  versionId: z.uuid(),
  typedName: line(120, 'Type your full name.'),
  title: line(120, 'Give your title.'),
  /** The signer says to be authorised to bind the organisation; never ticked beforehand. */
  authority: z.literal(true, 'Confirm that you are authorised to bind your organisation.'),
  consentVersion: line(20, 'Agree to sign electronically.'),
  documentSha256: z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 hexadecimal digits.'),
});
export type SignVersionInput = z.infer<typeof signVersionInput>;

const reason = line(2000, 'Say why, in a sentence.').min(3, 'Say why, in a sentence.');
export const refuseVersionInput = versionIdInput.extend({ reason });
export const disputeCreditInput = z.object({
  resultId: z.uuid(),
  reason: reason.min(10, 'Say what is wrong with it.'),
});
/** How an award ends: everything is read and settled, or one side stops before that. */
export const ENDINGS = ['completed', 'terminated'] as const;
export type Ending = (typeof ENDINGS)[number];
export const endContractInput = z.object({
  contractId: z.uuid(),
  ending: z.enum(ENDINGS, 'Choose how the contract ends.'),
  reason: reason.min(10, 'Say why, in a sentence; the other side reads it.'),
});
export type EndContractInput = z.infer<typeof endContractInput>;
export const waiveCreditInput = z.object({ resultId: z.uuid(), reason });
export const decideCreditInput = z.object({
  resultId: z.uuid(),
  decision: z.enum(['uphold', 'waive']),
  reason,
});

/** One target of a service level, measured on a settled batch. */
export const slaTarget = z.object({
  target: z.enum(['turnaround', 'accuracy', 'throughput']),
  asked: z.number(),
  value: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  n: z.int(),
  verdict: z.enum(['met', 'missed', 'undecided']),
  /** The whole of it in a sentence. */
  says: z.string(),
});
export type SlaTarget = z.infer<typeof slaTarget>;
