import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { country, currency, id, instant, minor } from '#db/columns.ts';
import { files } from './files.ts';
import { organisations } from './identity.ts';
import { projects } from './projects.ts';

/** Money a sponsor brings in for a project. */
export const fundings = pgTable(
  'fundings',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    amountMinor: minor().notNull(),
    currency: currency().notNull(),
    method: text({ enum: ['stripe', 'bank_transfer'] }).notNull(),
    status: text({ enum: ['created', 'submitted', 'confirmed', 'failed'] })
      .notNull()
      .default('created'),
    paymentIntentId: text(),
    bankReference: text(),
    proofFileId: uuid().references(() => files.id),
    createdBy: uuid().notNull(),
    createdAt: instant().notNull(),
    confirmedAt: instant(),
    failure: text(),
  },
  (t) => [
    // A project’s fundings, newest first.
    index('fundings_project_idx').on(t.projectId, t.createdAt),
    // The webhook finds the funding of a payment intent.
    uniqueIndex('fundings_intent_key').on(t.paymentIntentId).where(sql`payment_intent_id is not null`),
    // A bank transfer is recorded once.
    uniqueIndex('fundings_bank_reference_key')
      .on(t.projectId, t.bankReference)
      .where(sql`bank_reference is not null`),
    check('fundings_positive', sql`amount_minor > 0`),
  ],
);

/** Where an organisation is paid; ledger and statements do not know the rail (R32). */
export const payoutDestinations = pgTable(
  'payout_destinations',
  {
    id: id().primaryKey(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    rail: text({ enum: ['stripe_connect', 'bank_transfer'] }).notNull(),
    currency: currency().notNull(),
    country: country().notNull(),
    status: text({ enum: ['pending', 'ready', 'restricted', 'closed'] })
      .notNull()
      .default('pending'),
    stripeAccountId: text(),
    /** What the rail still wants, in words. */
    requirements: jsonb().notNull(),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // One live destination per payee and currency.
    uniqueIndex('payout_destinations_org_key').on(t.orgId, t.currency).where(sql`status <> 'closed'`),
  ],
);

/** One run of payouts. */
export const payoutRuns = pgTable(
  'payout_runs',
  {
    id: id().primaryKey(),
    status: text({ enum: ['running', 'done'] })
      .notNull()
      .default('running'),
    startedBy: uuid(),
    createdAt: instant().notNull(),
    finishedAt: instant(),
  },
  // Two runs at once are impossible.
  (t) => [uniqueIndex('payout_runs_one_running').on(t.status).where(sql`status = 'running'`)],
);

/** One movement of money to a payee over a rail. */
export const payouts = pgTable(
  'payouts',
  {
    id: id().primaryKey(),
    runId: uuid()
      .notNull()
      .references(() => payoutRuns.id),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    destinationId: uuid()
      .notNull()
      .references(() => payoutDestinations.id),
    rail: text({ enum: ['stripe_connect', 'bank_transfer'] }).notNull(),
    amountMinor: minor().notNull(),
    currency: currency().notNull(),
    status: text({ enum: ['created', 'submitted', 'confirmed', 'failed', 'unknown', 'reconciled'] })
      .notNull()
      .default('created'),
    /** Kept for ever; the rail keeps its copy for a day. */
    idempotencyKey: text().notNull(),
    externalId: text(),
    bankReference: text(),
    proofFileId: uuid().references(() => files.id),
    failure: text(),
    createdAt: instant().notNull(),
    submittedAt: instant(),
    confirmedAt: instant(),
  },
  (t) => [
    // A payout is sent under one key, once.
    uniqueIndex('payouts_key').on(t.idempotencyKey),
    // A payee’s payouts, newest first.
    index('payouts_org_idx').on(t.orgId, t.createdAt),
    // Payouts of a state, for the runs and the reconciliation.
    index('payouts_status_idx').on(t.status, t.createdAt),
  ],
);

/** Each webhook event once, whatever order and however often it comes. */
export const stripeEvents = pgTable(
  'stripe_events',
  {
    id: text().primaryKey(),
    type: text().notNull(),
    account: text(),
    payload: jsonb().notNull(),
    createdAt: instant().notNull(),
    receivedAt: instant().notNull(),
    processedAt: instant(),
    failure: text(),
    /** What an operator must do about it, in words; null when the app deals with it alone. */
    attention: text(),
  },
  (t) => [
    // Events to work off, oldest first.
    index('stripe_events_open_idx').on(t.receivedAt).where(sql`processed_at is null`),
    // Events an operator must look at, newest first.
    index('stripe_events_attention_idx').on(t.receivedAt).where(sql`attention is not null`),
  ],
);
