import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { currency, id, instant, minor } from '#db/columns.ts';

/** Money has its own schema, without foreign keys into the hot tables. */
export const ledgerSchema = pgSchema('ledger');

/** A ledger account: one owner, one purpose, one currency. The balance is a cache that a check recomputes. */
export const ledgerAccounts = ledgerSchema.table(
  'accounts',
  {
    id: id().primaryKey(),
    /** Purpose, e.g. project_funds, batch_reserved, payable, fee_income, stripe_clearing, bank_clearing. */
    code: text().notNull(),
    /** Organisation, project or batch the account is kept for. */
    ownerId: uuid().notNull(),
    currency: currency().notNull(),
    normalSide: text({ enum: ['debit', 'credit'] }).notNull(),
    /** In minor units on the normal side. */
    balanceMinor: minor().notNull(),
    version: bigint({ mode: 'number' }).notNull().default(0),
    allowNegative: boolean().notNull().default(false),
    createdAt: instant().notNull(),
  },
  (t) => [
    // The account of an owner, made once.
    uniqueIndex('accounts_code_owner_key').on(t.code, t.ownerId, t.currency),
    check('accounts_not_negative', sql`allow_negative or balance_minor >= 0`),
  ],
);

/** A movement of money; its id is made by the caller, so that doing it twice is doing it once. Append-only. */
export const ledgerTransfers = ledgerSchema.table(
  'transfers',
  {
    id: id().primaryKey(),
    kind: text().notNull(),
    refKind: text().notNull(),
    refId: uuid().notNull(),
    reversesId: uuid(),
    effectiveAt: instant().notNull(),
    postedAt: instant().notNull(),
    contentSha256: text().notNull(),
  },
  (t) => [
    // What was posted for a funding, batch or payout.
    index('transfers_ref_idx').on(t.refKind, t.refId, t.postedAt),
  ],
);

/** One side of a transfer. Append-only; the database checks that debits equal credits per transfer and currency. */
export const ledgerEntries = ledgerSchema.table(
  'entries',
  {
    id: id().primaryKey(),
    transferId: uuid()
      .notNull()
      .references(() => ledgerTransfers.id),
    accountId: uuid()
      .notNull()
      .references(() => ledgerAccounts.id),
    direction: text({ enum: ['debit', 'credit'] }).notNull(),
    amountMinor: minor().notNull(),
    currency: currency().notNull(),
    accountVersion: bigint({ mode: 'number' }).notNull(),
    balanceAfterMinor: minor().notNull(),
  },
  (t) => [
    // The entries of an account in order; each version once.
    uniqueIndex('entries_account_version_key').on(t.accountId, t.accountVersion),
    // The legs of a transfer.
    index('entries_transfer_idx').on(t.transferId),
    check('entries_positive', sql`amount_minor > 0`),
  ],
);

/** Which reader's work a transfer paid, for statements and provenance of pay. Append-only. */
export const ledgerAccruals = ledgerSchema.table(
  'accruals',
  {
    transferId: uuid()
      .primaryKey()
      .references(() => ledgerTransfers.id),
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    tier: text().notNull(),
    payeeOrgId: uuid().notNull(),
    amountMinor: minor().notNull(),
    feeMinor: minor().notNull(),
    currency: currency().notNull(),
    postedAt: instant().notNull(),
  },
  (t) => [
    // A payee's statement, and a person's earnings.
    index('accruals_payee_idx').on(t.payeeOrgId, t.postedAt, t.transferId),
    // A person’s earnings, newest first.
    index('accruals_person_idx').on(t.annotatorId, t.postedAt, t.transferId),
    // What a batch has cost so far.
    index('accruals_batch_idx').on(t.batchId),
  ],
);

/** What the checks over the whole books found, so that looking at them costs one row; kept for 90 days. */
export const ledgerChecks = ledgerSchema.table(
  'checks',
  {
    id: id().primaryKey(),
    /** ledger: the books with themselves; reconciliation: the books, the rail's balance and its transfers. */
    kind: text({ enum: ['ledger', 'reconciliation'] }).notNull(),
    checkedAt: instant().notNull(),
    ok: boolean().notNull(),
    tookMs: integer().notNull(),
    result: jsonb().notNull(),
  },
  // The last check of a kind.
  (t) => [index('checks_kind_idx').on(t.kind, t.checkedAt)],
);
