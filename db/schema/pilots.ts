import {
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
import { id, instant, sha256 } from '#db/columns.ts';
import { signatures } from './audit.ts';
import { bids, calls, contracts } from './bids.ts';
import { files } from './files.ts';
import { organisations } from './identity.ts';
import { projects } from './projects.ts';
import { batches } from './work-batches.ts';

/** A pilot: terms and verdict of one bidder. */
export const pilots = pgTable(
  'pilots',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    callId: uuid()
      .notNull()
      .references(() => calls.id),
    bidId: uuid()
      .notNull()
      .references(() => bids.id),
    contractId: uuid()
      .notNull()
      .references(() => contracts.id),
    status: text({ enum: ['ordered', 'reading', 'scored', 'decided'] })
      .notNull()
      .default('ordered'),
    terms: jsonb().notNull(),
    decision: text({ enum: ['award', 'extend', 'retry', 'decline'] }),
    decisionReason: text(),
    createdAt: instant().notNull(),
    decidedAt: instant(),
    /** When the vendor gave its reading up, and why; what was read until then is kept and paid. */
    abandonedAt: instant(),
    abandonReason: text(),
  },
  (t) => [
    // One pilot per order.
    uniqueIndex('pilots_contract_key').on(t.contractId),
    // The pilots of a call are shown when all have been read (R15).
    index('pilots_call_idx').on(t.callId),
    // A project’s pilots, newest first.
    index('pilots_project_idx').on(t.projectId, t.createdAt),
  ],
);

/**
 * The batches of a pilot: the one it was ordered with, then one for each extension (R10) or retry (R16). A card scores the
 * batches of the newest attempt. Append-only.
 */
export const pilotBatches = pgTable(
  'pilot_batches',
  {
    pilotId: uuid()
      .notNull()
      .references(() => pilots.id),
    /** 1 is the order itself, 2 the first extension or retry. */
    sequence: integer().notNull(),
    /** 1, or 2 for the one retry on other cases (R16); an extension is of the attempt that it extends. */
    attempt: integer().notNull().default(1),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    /** From when its time limit runs. */
    orderedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.pilotId, t.sequence] }),
    // Whose pilot a batch is: asked whenever something of its quality would be shown (R15).
    uniqueIndex('pilot_batches_batch_key').on(t.batchId),
  ],
);

/** A computed scorecard; a new computation is a new row. Append-only. */
export const scorecards = pgTable(
  'scorecards',
  {
    id: id().primaryKey(),
    pilotId: uuid()
      .notNull()
      .references(() => pilots.id),
    /** The pilot's newest batch when the card was computed; the card rests on it and all before it. */
    batchId: uuid().notNull(),
    computedAt: instant().notNull(),
    methodVersion: text().notNull(),
    /** Measures with n and interval, per criterion verdicts (server/pilots/schemas.ts). */
    results: jsonb().notNull(),
    verdict: text({ enum: ['pass', 'inconclusive', 'fail'] }).notNull(),
    contentSha256: text().notNull(),
  },
  (t) => [
    // The newest card of a pilot.
    index('scorecards_pilot_idx').on(t.pilotId, t.computedAt),
  ],
);

/**
 * The signed record of a decision on a pilot, the contract's annex: one document as JSON and as PDF, each kept byte for
 * byte under its hash. Append-only.
 */
export const pilotAnnexes = pgTable(
  'pilot_annexes',
  {
    signatureId: uuid()
      .primaryKey()
      .references(() => signatures.id),
    pilotId: uuid()
      .notNull()
      .references(() => pilots.id),
    /** The award that it belongs to, or the pilot's own order. */
    contractId: uuid()
      .notNull()
      .references(() => contracts.id),
    jsonFileId: uuid()
      .notNull()
      .references(() => files.id),
    jsonSha256: sha256().notNull(),
    pdfFileId: uuid()
      .notNull()
      .references(() => files.id),
    pdfSha256: sha256().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // The records of a pilot, in order.
    index('pilot_annexes_pilot_idx').on(t.pilotId, t.createdAt),
    // The annexes of a contract.
    index('pilot_annexes_contract_idx').on(t.contractId),
  ],
);

/** After a pilot that was not awarded: the vendor's duty to return or destroy what it held, and its certificate (R16). */
export const pilotReturns = pgTable(
  'pilot_returns',
  {
    pilotId: uuid()
      .primaryKey()
      .references(() => pilots.id),
    orgId: uuid()
      .notNull()
      .references(() => organisations.id),
    dueOn: date().notNull(),
    createdAt: instant().notNull(),
    certifiedAt: instant(),
    certifiedBy: uuid(),
    /** Method, systems, until when backups live, why infeasible and what protects it then. */
    certificate: jsonb(),
    certificateSha256: sha256(),
  },
  (t) => [
    // What a vendor still has to certify.
    index('pilot_returns_org_idx').on(t.orgId, t.certifiedAt),
  ],
);
