import { sql } from 'drizzle-orm';
import {
  boolean,
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
import { currency, id, instant, minor } from '#db/columns.ts';
import { organisations, people } from './identity.ts';
import { projects } from './projects.ts';

/** A project open for bids. */
export const calls = pgTable(
  'calls',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    status: text({ enum: ['draft', 'open', 'closed', 'decided'] })
      .notNull()
      .default('draft'),
    /** `public`: all see it and bid; `invited`: all see it, the invited bid; `private`: only the invited know of it. */
    visibility: text({ enum: ['public', 'invited', 'private'] })
      .notNull()
      .default('public'),
    /** Whether the sponsor sees no more of the bids than their number until the call ends. */
    isSealed: boolean().notNull().default(false),
    opensAt: instant().notNull(),
    closesAt: instant().notNull(),
    /** Until when bidders may ask; null: as long as bids are taken. */
    questionsUntil: instant(),
    /** When it stopped taking bids, by its time or by hand. */
    endedAt: instant(),
    decidedAt: instant(),
    /** Cases that the whole work has, as bids are priced for; null in calls from before that: what the datasets hold. */
    cases: integer(),
    /** Kinds of task by complexity and their shares, which bids may price apart (server/bids/schemas.ts). */
    taskTypes: jsonb().notNull().default([]),
    /** The most that a bid may come to for the whole work before the platform fee, told to bidders; null: none told. */
    ceilingMinor: minor(),
    /** Pilot terms every bidder agrees to (server/pilots/schemas.ts). */
    pilotTerms: jsonb().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    // One call of a project at a time.
    uniqueIndex('calls_one_live').on(t.projectId).where(sql`status in ('draft', 'open')`),
    // Open calls for vendors, soonest to close first.
    index('calls_status_closes_idx').on(t.status, t.closesAt),
  ],
);

/** A vendor's binding offer (R13). */
export const bids = pgTable(
  'bids',
  {
    id: id().primaryKey(),
    callId: uuid()
      .notNull()
      .references(() => calls.id),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    vendorOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    status: text({
      enum: ['draft', 'submitted', 'shortlisted', 'piloting', 'awarded', 'declined', 'withdrawn', 'expired'],
    })
      .notNull()
      .default('draft'),
    /** The newest of `bid_versions`, whose offer stands in this row. */
    version: integer().notNull().default(1),
    /** How the work is priced (server/bids/pricing-schemas.ts); null in bids from before that: flat per read. */
    pricing: jsonb(),
    /** What one read costs by that pricing; this is what binds (R4, R13). */
    pricePerReadMinor: minor().notNull(),
    currency: currency().notNull(),
    readsPerDay: integer().notNull(),
    startOn: date().notNull(),
    /** Share of reads by country code, basis points summing to 10,000. */
    locationMix: jsonb().notNull(),
    note: text().notNull().default(''),
    submittedAt: instant(),
    /** Until when the price is held (R13); set when a pilot is ordered and again by its verdict. */
    validUntil: instant(),
    statusReason: text(),
    createdBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    updatedAt: instant().notNull(),
  },
  (t) => [
    // A vendor has one live bid per call; also serves the sponsor's compare page.
    uniqueIndex('bids_call_vendor_key')
      .on(t.callId, t.vendorOrgId)
      .where(sql`status not in ('withdrawn', 'declined', 'expired')`),
    // A vendor’s own bids, newest first.
    index('bids_vendor_idx').on(t.vendorOrgId, t.createdAt),
    // Offers that have run out, for the job that ends them.
    index('bids_held_idx').on(t.validUntil).where(sql`status in ('submitted', 'shortlisted', 'piloting')`),
    check('bids_price_positive', sql`price_per_read_minor > 0`),
    check('bids_reads_positive', sql`reads_per_day > 0`),
  ],
);

/** An offer as it was handed in; a revision is a new row and the latest counts. Append-only. */
export const bidVersions = pgTable(
  'bid_versions',
  {
    bidId: uuid()
      .notNull()
      .references(() => bids.id),
    version: integer().notNull(),
    /** The whole offer (server/bids/schemas.ts): pricing, pace, start, places, people, note. */
    offer: jsonb().notNull(),
    pricePerReadMinor: minor().notNull(),
    /** What was changed, in the vendor's words; empty for the first. */
    changeNote: text().notNull().default(''),
    submittedBy: uuid()
      .notNull()
      .references(() => people.id),
    submittedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.bidId, t.version] })],
);

/** The share of a call's work that the sponsor gives to people on their own account (R17); counts as awarded. */
export const directShares = pgTable(
  'direct_shares',
  {
    callId: uuid()
      .primaryKey()
      .references(() => calls.id),
    shareBasisPoints: integer().notNull(),
    /** What one read pays; each person's own offer follows it. */
    pricePerReadMinor: minor().notNull(),
    setBy: uuid()
      .notNull()
      .references(() => people.id),
    setAt: instant().notNull(),
  },
  () => [
    check('direct_shares_share', sql`share_basis_points between 0 and 10000`),
    check('direct_shares_price', sql`price_per_read_minor > 0`),
  ],
);

/** A named person in a bid. */
export const bidSeats = pgTable(
  'bid_seats',
  {
    id: id().primaryKey(),
    bidId: uuid()
      .notNull()
      .references(() => bids.id),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    role: text({ enum: ['annotator', 'reviewer'] }).notNull(),
    hoursPerWeek: integer().notNull(),
  },
  (t) => [
    // Nobody is named twice in one role.
    uniqueIndex('bid_seats_person_role_key').on(t.bidId, t.personId, t.role),
  ],
);

/** An order under a bid: a small one for the pilot, then the award (R13). */
export const contracts = pgTable(
  'contracts',
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
    vendorOrgId: uuid()
      .notNull()
      .references(() => organisations.id),
    kind: text({ enum: ['pilot_order', 'award'] }).notNull(),
    status: text({ enum: ['active', 'completed', 'terminated'] })
      .notNull()
      .default('active'),
    shareBasisPoints: integer().notNull(),
    pricePerReadMinor: minor().notNull(),
    currency: currency().notNull(),
    feeBasisPoints: integer().notNull(),
    terms: jsonb().notNull(),
    signedBy: uuid()
      .notNull()
      .references(() => people.id),
    createdAt: instant().notNull(),
    endedAt: instant(),
    /** Which side ended an award and why, as both read it; a pilot order ends with its verdict. */
    endedSide: text({ enum: ['sponsor', 'vendor'] }),
    endReason: text(),
  },
  (t) => [
    // One order of a kind per bid.
    uniqueIndex('contracts_bid_kind_key').on(t.bidId, t.kind),
    // The shares awarded in a call; summed under a lock on the call so that they cannot pass 100 %.
    index('contracts_call_idx').on(t.callId, t.kind),
    // A vendor’s contracts, newest first.
    index('contracts_vendor_idx').on(t.vendorOrgId, t.createdAt),
    check('contracts_share', sql`share_basis_points between 0 and 10000`),
  ],
);
