import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { bids, calls, contracts } from './bids.ts';
import { projects } from './projects.ts';
import { batches } from './work.ts';

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
    decision: text({ enum: ['award', 'extend', 'decline'] }),
    decisionReason: text(),
    createdAt: instant().notNull(),
    decidedAt: instant(),
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

/** The batches of a pilot: the one it was ordered with, then one for each extension (R10). Append-only. */
export const pilotBatches = pgTable(
  'pilot_batches',
  {
    pilotId: uuid()
      .notNull()
      .references(() => pilots.id),
    /** 1 is the order itself, 2 the first extension. */
    sequence: integer().notNull(),
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
