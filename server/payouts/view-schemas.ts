import { z } from 'zod';
import { BATCH_KINDS } from '#server/work/schemas.ts';
import { railNotice } from './rail-notices.ts';
import { PAYOUT_STATUSES } from './rules.ts';
import { statementPlace } from './schemas.ts';

const RAILS = ['stripe_connect', 'bank_transfer'] as const;
const destinationStatus = z.enum(['pending', 'ready', 'restricted', 'closed']);

export const projectMoneyView = z.object({
  project: z.object({
    id: z.uuid(),
    title: z.string(),
    budgetMinor: z.bigint(),
    currency: z.string(),
    feeBasisPoints: z.number().int(),
  }),
  availableMinor: z.bigint(),
  reservedMinor: z.bigint(),
  batches: z.array(
    z.object({
      batchId: z.uuid(),
      name: z.string(),
      kind: z.enum(BATCH_KINDS),
      workMinor: z.bigint(),
      feeMinor: z.bigint(),
      reservedMinor: z.bigint(),
    }),
  ),
  fundings: z.array(
    z.object({
      id: z.uuid(),
      amountMinor: z.bigint(),
      method: z.enum(['stripe', 'bank_transfer']),
      status: z.enum(['created', 'submitted', 'confirmed', 'failed']),
      createdAt: z.date(),
      confirmedAt: z.date().nullable(),
      failure: z.string().nullable(),
      bankReference: z.string().nullable(),
    }),
  ),
  isSandbox: z.boolean(),
});

export const sponsorMoneyView = z.array(
  z.object({
    projectId: z.uuid(),
    title: z.string(),
    currency: z.string(),
    availableMinor: z.bigint(),
    workMinor: z.bigint(),
    feeMinor: z.bigint(),
  }),
);

/** The secret is for the browser's payment form alone; it is never stored or logged. */
export const fundingStarted = z.object({ fundingId: z.uuid(), clientSecret: z.string().nullable() });
export const fundingPaid = z.object({ status: z.enum(['confirmed', 'processing']) });
export const fundingRecorded = z.object({ fundingId: z.uuid() });

export const destinationMade = z.object({ destinationId: z.uuid(), rail: z.enum(RAILS) });
export const onboardingLink = z.object({ url: z.url() });
export const destinationState = z.object({ status: destinationStatus });

const payoutLine = z.object({
  id: z.uuid(),
  orgId: z.uuid(),
  amountMinor: z.bigint(),
  currency: z.string(),
  rail: z.enum(RAILS),
  status: z.enum(PAYOUT_STATUSES),
  createdAt: z.date(),
  confirmedAt: z.date().nullable(),
  bankReference: z.string().nullable(),
  failure: z.string().nullable(),
});

export const statementView = z.object({
  balances: z.array(z.object({ code: z.string(), currency: z.string(), balanceMinor: z.bigint() })),
  destinations: z.array(
    z.object({
      id: z.uuid(),
      rail: z.enum(RAILS),
      currency: z.string(),
      status: destinationStatus,
      requirements: z.array(z.string()),
    }),
  ),
  payouts: z.array(payoutLine),
  /** By person over the whole statement, the most first. */
  totals: z.array(
    z.object({ personId: z.uuid(), person: z.string(), amountMinor: z.bigint(), currency: z.string() }),
  ),
  /** Where the next page of lines begins; null on the last. */
  next: statementPlace.nullable(),
  lines: z.array(
    z.object({
      id: z.uuid(),
      at: z.date(),
      batchId: z.uuid(),
      batch: z.string(),
      project: z.string(),
      personId: z.uuid(),
      person: z.string(),
      tier: z.string(),
      amountMinor: z.bigint(),
      currency: z.string(),
    }),
  ),
});

export const runStarted = z.object({
  runId: z.uuid(),
  payouts: z.number().int(),
  skipped: z.array(
    z.object({ orgId: z.uuid(), currency: z.string(), amountMinor: z.bigint(), reason: z.string() }),
  ),
});

/** Stored as JSON, where money is text. */
const storedMinor = z.coerce.bigint();

/** The three-way check as it is stored and shown. */
export const reconciliation = z.object({
  ok: z.boolean(),
  ledger: z.object({ ok: z.boolean(), problems: z.array(z.string()) }),
  clearing: z.array(
    z.object({
      currency: z.string(),
      ledgerMinor: storedMinor,
      stripeMinor: storedMinor,
      differenceMinor: storedMinor,
    }),
  ),
  transfers: z.object({
    confirmed: z.number().int(),
    found: z.number().int(),
    missing: z.array(z.string()),
    unexpected: z.array(z.string()),
    amountDiffers: z.array(z.string()),
  }),
});

export const operatorMoneyView = z.object({
  owed: z.array(
    z.object({ orgId: z.uuid(), name: z.string(), currency: z.string(), balanceMinor: z.bigint() }),
  ),
  payouts: z.array(payoutLine.extend({ name: z.string() })),
  /** What the rail did by another hand than ours, until an operator has dealt with it. */
  notices: z.array(railNotice),
  /** The last check and when it was made; null before the first. */
  reconciliation: reconciliation.extend({ checkedAt: z.date() }).nullable(),
});
