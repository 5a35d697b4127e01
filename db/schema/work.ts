import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { country, currency, id, instant, minor } from '#db/columns.ts';
import { claimSpan } from '#db/submission-order.ts';

/**
 * Hot. One case to be read in a batch. No foreign key to batches: it was looked up task by task, a quarter of what a load cost the
 * database; who loads holds the draft's row of `batch_loads`, which has one, and server/work/check-invariants.ts proves the relation.
 */
export const tasks = pgTable(
  'tasks',
  {
    batchId: uuid().notNull(),
    id: id(),
    caseId: uuid().notNull(),
    /** Place in the shuffled order, the same for all slots of the task; for dealt gold the place in the pool. */
    sortKey: bigint({ mode: 'bigint' }).notNull(),
    status: text({ enum: ['open', 'labelled', 'in_review', 'in_adjudication', 'final', 'unusable'] })
      .notNull()
      .default('open'),
    /** Label slots asked for and submitted; equal means ready for consensus. */
    readsNeeded: smallint().notNull(),
    readsDone: smallint().notNull().default(0),
    /** Times the case was skipped or flagged as a technical problem. */
    skips: smallint().notNull().default(0),
    /** A gold case dealt at claim: no slots of its own until dealt. */
    isDealtGold: boolean().notNull().default(false),
    /** Readers a dealt gold case has been dealt to. */
    exposures: smallint().notNull().default(0),
    /** Place of its stratum in the batch's selection, when the batch is a sample; gives the sampling weight. */
    stratum: smallint(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // The consensus and adjudication jobs: tasks that wait for the next step.
    index('tasks_waiting_idx')
      .on(t.batchId, t.status, t.sortKey)
      .where(sql`status in ('labelled', 'in_review', 'in_adjudication')`),
    // The gold pool of a batch, to deal from.
    index('tasks_gold_idx').on(t.batchId, t.sortKey).where(sql`is_dealt_gold`),
    // The task of a case in this batch.
    index('tasks_case_idx').on(t.batchId, t.caseId),
  ],
);

/**
 * Hot. One person's turn on a task. The claim and its indexes are described in docs/domains/work.md. No foreign
 * key to tasks: it triples the time of a load; server/work/check-invariants.ts proves the relation.
 */
export const slots = pgTable(
  'slots',
  {
    batchId: uuid().notNull(),
    taskId: uuid().notNull(),
    /**
     * 0.. for overlap; 2000.. review; 3000.. adjudication; 24000.. audit; 25000.. blind re-read; 1 million + reader number
     * for dealt gold; 10 million for each round of repeats (server/work/rules.ts).
     */
    slotNo: integer().notNull(),
    tier: text({ enum: ['label', 'review', 'audit', 'adjudicate'] }).notNull(),
    round: smallint().notNull().default(1),
    /**
     * Pool × 100 + slot number + 1 at creation; −pool = late: released, extra, review, adjudication, reprioritised. A batch
     * without pools has pool 0 only (server/work/pool-rules.ts).
     */
    lane: smallint().notNull(),
    /** The task's place in the order; in a late lane clock microseconds; of a repeat when it opens. */
    sortKey: bigint({ mode: 'bigint' }).notNull(),
    status: text({ enum: ['open', 'leased', 'submitted', 'returned', 'accepted', 'rejected', 'superseded'] })
      .notNull()
      .default('open'),
    /** Only this person may take it: returned work and repeats. */
    reservedFor: uuid(),
    annotatorId: uuid(),
    leaseId: uuid(),
    leaseUntil: instant(),
    claimedAt: instant(),
    submittedAt: instant(),
    /** Which version of the reader's terms holds for this slot: price, payee, credentials, protocol. */
    termsNo: smallint(),
    /** The label in force (the last revision) and how many there were. */
    labelId: uuid(),
    /** The last label of whoever had the slot before, when it was taken from them and given to another. */
    earlierLabelId: uuid(),
    revision: smallint().notNull().default(0),
    acceptedAt: instant(),
    /** Why a review, audit or adjudication was asked for: the rules that sent it, separated by spaces. */
    reason: text(),
    /** Its status where it waits for its author, is rejected or has ended, for an index that no submit changes. */
    aside: text().generatedAlwaysAs(
      sql`case when status in ('returned', 'rejected', 'superseded') then status end`,
    ),
  },
  // No index may hold, or go by, what a submit changes: then it writes to none of them, and the new version of the row stays in its page
  // (heap-only updates, ADR 039). What is out is listed on its reader's row (`readers.held`).
  (t) => [
    primaryKey({ columns: [t.batchId, t.taskId, t.slotNo] }),
    // Never the same person twice on a task in a round (R23); one person's rows lie together.
    uniqueIndex('slots_person_task_key')
      .on(t.batchId, t.annotatorId, t.taskId, t.tier, t.round)
      .where(sql`annotator_id is not null`),
    // The claim: open slots of a lane in order, eight places to an entry (server/work/claim-queries.ts).
    index('slots_claim_idx')
      .on(t.batchId, t.tier, t.lane, sql`(sort_key >> 3)`)
      .where(sql`annotator_id is null and reserved_for is null`),
    // Repeats kept for one person, in the order in which they open: what is not due yet is not looked at.
    index('slots_reserved_idx')
      .on(t.batchId, t.reservedFor, t.tier, t.sortKey, t.round)
      .where(sql`reserved_for is not null and annotator_id is null`),
    // What was returned to its author, and what of a person's was rejected, which they may appeal (R31).
    index('slots_aside_idx').on(t.batchId, t.aside, t.annotatorId).where(sql`aside is not null`),
    // What is not accepted yet, by its claim (R30): who claimed it has it still, or has handed it in.
    index('slots_unaccepted_idx')
      .on(t.batchId, claimSpan(sql`claimed_at`))
      .where(sql`annotator_id is not null and accepted_at is null and aside is null`),
    check('slots_holder', sql`(annotator_id is null) = (status = 'open')`),
  ],
);

/** Hot. A person in a batch: cursor, and counters written in the submit transaction, contended by nobody. */
export const readers = pgTable(
  'readers',
  {
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    tier: text({ enum: ['label', 'review', 'audit', 'adjudicate'] }).notNull(),
    engagementId: uuid().notNull(),
    readerNo: integer().notNull(),
    /** The pseudonymous name by which others in the batch know the person, e.g. "R07". */
    alias: text().notNull(),
    status: text({ enum: ['active', 'calibration_only', 'paused'] })
      .notNull()
      .default('active'),
    statusReason: text(),
    /** Pools whose reads the person may take, and the lane they are in. */
    poolFrom: smallint().notNull().default(0),
    poolTo: smallint().notNull().default(0),
    lane: smallint().notNull(),
    afterKey: bigint({ mode: 'bigint' }).notNull(),
    /** Cursor in the late lane. */
    lateKey: bigint({ mode: 'bigint' }).notNull(),
    /** How far the sweep behind the cursors has come; -1 when none is under way. */
    sweepKey: bigint({ mode: 'bigint' }).notNull().default(sql`-1`),
    sweepLane: smallint().notNull().default(0),
    /** Copy of batches.status = 'open', so that a claim needs no other table; changed in the same transaction. */
    batchOpen: boolean().notNull().default(true),
    /** Cases whose leases are out, one entry for each lease; the slots are found by them (`held-slots.ts`). */
    held: uuid().array().notNull().default(sql`'{}'`),
    isHolding: boolean().notNull().generatedAlwaysAs(sql`cardinality(held) > 0`),
    /** Slots that wait for this person only: work returned for correction, and repeats (R23). */
    returned: integer().notNull().default(0),
    repeats: integer().notNull().default(0),
    /** Rounds that this person alone was asked to read (R23); each submit brings the next. 1: none beyond the batch's own. */
    repeatRounds: smallint().notNull().default(1),
    repeatAfterDays: smallint().notNull().default(0),
    termsNo: smallint().notNull(),
    dealt: integer().notNull().default(0),
    goldNext: integer().notNull().default(0),
    claimed: integer().notNull().default(0),
    submitted: integer().notNull().default(0),
    skipped: integer().notNull().default(0),
    expired: integer().notNull().default(0),
    /** Given back unread, or taken away by the gate. */
    released: integer().notNull().default(0),
    accepted: integer().notNull().default(0),
    rejected: integer().notNull().default(0),
    /** Own labels taken back to be corrected (R31): they count to no cap. */
    corrected: integer().notNull().default(0),
    /** Repeats (R23) held or handed in: they count to no cap either. */
    repeatsTaken: integer().notNull().default(0),
    /** Most reads this person may take here, looked at anew with their eligibility; null: no cap. */
    readsCap: integer(),
    activeMs: bigint({ mode: 'number' }).notNull().default(0),
    /** Active time of the day (UTC) of the last submit. */
    activeDay: date(),
    dayActiveMs: integer().notNull().default(0),
    goldN: integer().notNull().default(0),
    goldOk: integer().notNull().default(0),
    encumberedMinor: minor().notNull(),
    accruedMinor: minor().notNull(),
    postedMinor: minor().notNull(),
    /** The platform fee on what has accrued, as locked per slot (R2), and how much of it the ledger has taken. */
    accruedFeeMinor: minor().notNull().default(sql`0`),
    postedFeeMinor: minor().notNull().default(sql`0`),
    /**
     * The index goes by this and not by the sums themselves: with one of them in an index every submit would write its reader into all
     * four anew, and the rows of busy people would lie all over them (heap-only updates).
     */
    isUnposted: boolean().notNull().generatedAlwaysAs(sql`accrued_minor <> posted_minor`),
    joinedAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    /** When eligibility was last looked at; a claim looks again after a minute. */
    checkedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.annotatorId, t.tier] }),
    // A reader’s number in a batch, given once, under the lock that joins take (`check-invariants.ts` proves it). Not a unique index: each
    // version of a busy row would be held against all versions before it. The tier stands in it as an expression: with batch and tier
    // to hold on to, claims and submits took it for one reader's key, and went through all readers of the batch.
    index('readers_no_idx').on(t.batchId, t.readerNo, sql`lower(tier)`),
    // The batches a person is in; as whole as the key, so that taking it instead does no harm. In an order, so that it can be walked
    // from its newest version (`reader-place.ts`).
    index('readers_person_idx').on(t.annotatorId, t.batchId, t.tier, t.joinedAt),
    // Who holds leases, to go through them person by person; changed by first claims and last submits alone.
    index('readers_holding_idx').on(t.batchId, t.annotatorId, t.tier).where(sql`is_holding`),
    // Accruals that the ledger has not taken yet.
    index('readers_unposted_idx').on(t.batchId).where(sql`is_unposted`),
  ],
);

/** Hot. What holds for a reader's slots, locked at claim: a new fact makes a new number. Append-only. */
export const terms = pgTable(
  'terms',
  {
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    tier: text().notNull(),
    termsNo: smallint().notNull(),
    protocolVersionId: uuid().notNull(),
    priceMinor: minor().notNull(),
    feeMinor: minor().notNull(),
    currency: currency().notNull(),
    payeeOrgId: uuid().notNull(),
    engagementId: uuid().notNull(),
    /** Credentials as they stood, with verification level, years and expiry. */
    credentialSnapshot: jsonb().notNull(),
    trainingRecord: jsonb().notNull(),
    gateBasis: text().notNull(),
    country: country(),
    validFrom: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.annotatorId, t.tier, t.termsNo] })],
);

/** Hot. A slot that was skipped, returned or ran out forgets its reader; this remembers. Append-only. */
export const slotReleases = pgTable(
  'slot_releases',
  {
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    taskId: uuid().notNull(),
    at: instant().notNull(),
    leaseId: uuid().notNull(),
    slotNo: integer().notNull(),
    tier: text({ enum: ['label', 'review', 'audit', 'adjudicate'] }).notNull(),
    cause: text({ enum: ['skipped', 'expired', 'closed', 'revoked', 'returned', 'rejected'] }).notNull(),
    /** True when the case must not come back to this person. */
    excludes: boolean().notNull(),
    /** Why, in a word of a closed list: the skip's reason, the gate's reason. */
    reason: text().notNull(),
    note: text(),
    /** What the gate's closing paid for time spent (R27); 0 otherwise. */
    paidMinor: minor().notNull(),
    /** The platform fee on it. */
    feeMinor: minor().notNull().default(sql`0`),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.annotatorId, t.taskId, t.at, t.leaseId] }),
    // What became of a lease that is over: a submit that comes too late, a skip whose answer was lost. Without the person, or the claim's
    // guard would take it for the key and walk all that they passed on.
    index('slot_releases_lease_idx').on(t.batchId, t.leaseId),
    // What ran out on a person, the newest first: where answers may be kept that they have not handed in.
    index('slot_releases_expired_idx')
      .on(t.batchId, t.annotatorId, t.tier, t.at)
      .where(sql`cause = 'expired'`),
    // What a case has cost besides its slots: reads that were paid and taken from it (few).
    index('slot_releases_paid_idx').on(t.batchId, t.taskId).where(sql`paid_minor > 0`),
    // Reads that reviewers gave to somebody else (few), which the live bar counts every second: all skips and expiries lie beside them.
    index('slot_releases_returned_idx').on(t.batchId).where(sql`cause = 'returned'`),
  ],
);

/** Hot. Tasks that a person may not read in this batch because of an earlier batch. */
export const readerExclusions = pgTable(
  'reader_exclusions',
  { batchId: uuid().notNull(), annotatorId: uuid().notNull(), taskId: uuid().notNull() },
  (t) => [primaryKey({ columns: [t.batchId, t.annotatorId, t.taskId] })],
);

/**
 * Hot. How far it was looked whether what a person still has to read in an earlier joined batch is in this one too
 * (server/work/prior-look.ts). Written by the look under the lock of the reader's row, which whoever sends it back takes too.
 */
export const priorLooks = pgTable(
  'prior_looks',
  {
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    priorBatchId: uuid().notNull(),
    /** The last task of the earlier batch that was looked at, in the order of ids; null at the start. */
    afterTaskId: uuid(),
    isThrough: boolean().notNull().default(false),
    /** Tasks behind it that are in work again. */
    againTaskIds: uuid().array().notNull().default(sql`'{}'`),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.annotatorId, t.priorBatchId] })],
);

/**
 * Hot by its key alone, a row per person at most. The expert who is named for somebody of the technical staff: whose cases wait for them
 * first (server/work/name-expert.ts).
 */
export const namedExperts = pgTable(
  'named_experts',
  {
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    expertId: uuid().notNull(),
    namedBy: uuid().notNull(),
    namedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.annotatorId] })],
);

/**
 * Hot. What a person has put down but not submitted, at whatever tier; survives a lost lease so that no work is lost. Without answers it
 * holds the time alone that the heartbeat tells, for what the gate pays when it closes (R27).
 */
export const drafts = pgTable(
  'drafts',
  {
    batchId: uuid().notNull(),
    leaseId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    taskId: uuid().notNull(),
    /** Null while nothing has been put down. */
    answers: jsonb(),
    /** What the tier says besides answers: confidence, decisions, verdict, rationale (server/work/draft-work.ts). */
    work: jsonb(),
    /** Active time on the case, no more than had passed since the claim when it was told. */
    activeMs: integer().notNull().default(0),
    updatedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.leaseId] }),
    // What a reader has put down about a case.
    index('drafts_task_idx').on(t.batchId, t.annotatorId, t.taskId),
  ],
);
