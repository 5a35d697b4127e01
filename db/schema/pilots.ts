import { index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { bids, calls, contracts } from './bids.ts';
import { projects } from './projects.ts';

/** A pilot: terms, batch and verdict of one bidder. */
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
    batchId: uuid(),
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
    uniqueIndex('pilots_contract_key').on(t.contractId),
    index('pilots_project_idx').on(t.projectId, t.createdAt),
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
    batchId: uuid().notNull(),
    computedAt: instant().notNull(),
    methodVersion: text().notNull(),
    /** Measures with n and interval, per criterion verdicts (server/pilots/schemas.ts). */
    results: jsonb().notNull(),
    verdict: text({ enum: ['pass', 'inconclusive', 'fail'] }).notNull(),
    contentSha256: text().notNull(),
  },
  (t) => [index('scorecards_pilot_idx').on(t.pilotId, t.computedAt)],
);
