import { sql } from 'drizzle-orm';
import {
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { currency, id, instant, minor, sha256 } from '#db/columns.ts';
import { contracts } from './bids.ts';
import { files } from './files.ts';
import { organisations, people } from './identity.ts';
import { batches } from './work-batches.ts';

/**
 * The terms of an award after its first version, which is the bid as it was awarded (R13). A version holds from the instant
 * in which both sides have agreed, or a later day; the one before goes on pricing what was made under it.
 */
export const contractVersions = pgTable(
  'contract_versions',
  {
    id: id().primaryKey(),
    contractId: uuid()
      .notNull()
      .references(() => contracts.id),
    /** 2 and up; 1 is the award itself. */
    version: integer().notNull(),
    status: text({ enum: ['proposed', 'agreed', 'declined', 'withdrawn', 'lapsed'] })
      .notNull()
      .default('proposed'),
    /** Rate card, volume, service levels and rules (server/contracts/schemas.ts). */
    terms: jsonb().notNull(),
    reason: text().notNull(),
    proposedSide: text({ enum: ['sponsor', 'vendor'] }).notNull(),
    proposedBy: uuid()
      .notNull()
      .references(() => people.id),
    proposedAt: instant().notNull(),
    /** The day from which it is to hold, when both have signed by then. */
    effectiveOn: date().notNull(),
    /** The printed terms, exactly as they are signed. */
    fileId: uuid()
      .notNull()
      .references(() => files.id),
    documentSha256: sha256().notNull(),
    /** Since when it holds; null until both have signed. */
    inForceFrom: instant(),
    sealedFileId: uuid().references(() => files.id),
    decidedAt: instant(),
    decisionReason: text(),
  },
  (t) => [
    // The versions of a contract by number; two proposals at once take different ones.
    uniqueIndex('contract_versions_number_key').on(t.contractId, t.version),
    // One proposal waits at a time.
    uniqueIndex('contract_versions_one_proposed').on(t.contractId).where(sql`status = 'proposed'`),
    // Proposals that nobody answers, for the job that ends them.
    index('contract_versions_proposed_idx').on(t.proposedAt).where(sql`status = 'proposed'`),
    check('contract_versions_number', sql`version >= 2`),
    check('contract_versions_agreed', sql`(status = 'agreed') = (in_force_from is not null)`),
  ],
);

/** A side's signature over the printed bytes of a version, with what proves it (facts A4). Append-only. */
export const contractSignatures = pgTable(
  'contract_signatures',
  {
    id: id().primaryKey(),
    versionId: uuid()
      .notNull()
      .references(() => contractVersions.id),
    side: text({ enum: ['sponsor', 'vendor'] }).notNull(),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    typedName: text().notNull(),
    title: text().notNull(),
    authorityStatement: text().notNull(),
    consentVersion: text().notNull(),
    documentSha256: sha256().notNull(),
    authMethod: text().notNull(),
    sessionId: uuid().notNull(),
    ipAddress: text(),
    userAgent: text(),
    signedAt: instant().notNull(),
  },
  (t) => [
    // A side signs once.
    uniqueIndex('contract_signatures_side_key').on(t.versionId, t.side),
  ],
);

/** Reads that a batch called off from a contract when it was opened or grew. Append-only. */
export const contractCallOffs = pgTable(
  'contract_call_offs',
  {
    id: id().primaryKey(),
    contractId: uuid()
      .notNull()
      .references(() => contracts.id),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    /** Number of the version that prices it, whatever is agreed later. */
    version: integer().notNull(),
    /** Class of complexity in that version's rate card. */
    tier: text().notNull(),
    reads: integer().notNull(),
    /** First day of the month it counts in. */
    month: date().notNull(),
    calledAt: instant().notNull(),
    /** By when the service level asks for the reads; null without one. */
    dueAt: instant(),
  },
  (t) => [
    // What of a month's volume is called off, summed under a lock on the contract.
    index('contract_call_offs_month_idx').on(t.contractId, t.month),
    // Under which version a batch is read.
    index('contract_call_offs_batch_idx').on(t.batchId, t.calledAt),
    check('contract_call_offs_reads', sql`reads > 0`),
  ],
);

/** How a settled batch met its service levels, and the credit that follows. */
export const slaResults = pgTable(
  'sla_results',
  {
    id: id().primaryKey(),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    contractId: uuid()
      .notNull()
      .references(() => contracts.id),
    version: integer().notNull(),
    measuredAt: instant().notNull(),
    /** Each target with what was asked and measured (server/contracts/schemas.ts). */
    targets: jsonb().notNull(),
    /** What the vendor earned with the batch, of which the credit is a share. */
    workMinor: minor().notNull(),
    creditMinor: minor().notNull(),
    postedMinor: minor().notNull().default(sql`0`),
    currency: currency().notNull(),
    status: text({ enum: ['met', 'proposed', 'disputed', 'due', 'posted', 'waived'] }).notNull(),
    /** Until when the vendor can dispute it. */
    disputeUntil: instant(),
    disputedBy: uuid().references(() => people.id),
    disputedAt: instant(),
    disputeReason: text(),
    decidedBy: uuid().references(() => people.id),
    decidedAt: instant(),
    decisionReason: text(),
  },
  (t) => [
    // A batch is measured once for each contract under which it is read.
    uniqueIndex('sla_results_batch_contract_key').on(t.batchId, t.contractId),
    // A contract's results, newest first.
    index('sla_results_contract_idx').on(t.contractId, t.measuredAt),
    // Credits to take up: undisputed ones whose time is over, due ones, and disputes for the operator.
    index('sla_results_open_idx')
      .on(t.status, t.disputeUntil)
      .where(sql`status in ('proposed', 'disputed', 'due')`),
    check('sla_results_amounts', sql`posted_minor between 0 and credit_minor and credit_minor <= work_minor`),
  ],
);

/** What of a credit was taken from the vendor's balance, by ledger transfer. Append-only. */
export const creditPostings = pgTable(
  'credit_postings',
  {
    transferId: uuid().notNull(),
    resultId: uuid()
      .notNull()
      .references(() => slaResults.id),
    payeeOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    projectId: uuid().notNull(),
    amountMinor: minor().notNull(),
    currency: currency().notNull(),
    postedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.transferId] }),
    // The deductions on a vendor's statement, newest first.
    index('credit_postings_payee_idx').on(t.payeeOrgId, t.postedAt),
    // The credits of a sponsor's project.
    index('credit_postings_project_idx').on(t.projectId, t.postedAt),
  ],
);
