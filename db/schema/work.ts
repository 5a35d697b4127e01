import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  date,
  doublePrecision,
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
import { DATA_CLASSES, projects } from './projects.ts';
import { protocolVersions } from './protocols.ts';

/** A bounded run of work with its own price, overlap, gold share and protocol version. Small, rarely written. */
export const batches = pgTable(
  'batches',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    contractId: uuid(),
    vendorOrgId: uuid(),
    datasetId: uuid().notNull(),
    protocolVersionId: uuid()
      .notNull()
      .references(() => protocolVersions.id),
    name: text().notNull(),
    kind: text({
      enum: ['self_label', 'pilot', 'production', 'relabel', 'calibration', 'exam', 'training'],
    }).notNull(),
    status: text({ enum: ['draft', 'open', 'closing', 'settled', 'paused'] })
      .notNull()
      .default('draft'),
    statusReason: text(),
    overlap: smallint().notNull(),
    /** How many reads a case gets beyond the overlap (server/projects/tier-schemas.ts), and at most; null: no more. */
    overlapRule: jsonb().notNull().default({ mode: 'fixed' }),
    maxOverlap: smallint(),
    /** Times the same person reads a case (R23); 1 unless asked for. */
    rounds: smallint().notNull().default(1),
    /** none; dealt: gold cases are mixed in at claim; embedded: gold cases are ordinary tasks at full overlap. */
    goldMode: text({ enum: ['none', 'dealt', 'embedded'] })
      .notNull()
      .default('none'),
    goldShareBasisPoints: integer().notNull().default(0),
    reviewShareBasisPoints: integer().notNull().default(0),
    /** Rules that send a case to review besides the share (R25). */
    reviewRules: jsonb().notNull().default([]),
    /** Shares at which new claims stop until the clinical lead has signed, and the checkpoint that holds the batch now. */
    checkpointBasisPoints: jsonb().notNull().default([]),
    checkpointId: uuid(),
    /** Which share of the normal final labels is read again, blind; null: none. */
    missRule: jsonb(),
    /** The audit of the final labels that opening reserves money for; null: none planned. */
    auditPlan: jsonb(),
    /** When a task goes to the panel (R25) and how consensus is made. */
    adjudicationRule: jsonb().notNull(),
    consensusMethod: text({ enum: ['majority', 'dawid_skene', 'auto'] })
      .notNull()
      .default('majority'),
    /** What an automatic choice of method came to, per field with its reason; null before, and without one. */
    consensusChoice: jsonb(),
    leaseSeconds: integer().notNull().default(900),
    prefetch: smallint().notNull().default(3),
    pricePerReadMinor: minor().notNull(),
    /** What a reviewer or adjudicator is paid per case. */
    pricePerReviewMinor: minor().notNull(),
    currency: currency().notNull(),
    feeBasisPoints: integer().notNull(),
    /** True when a pre-label is shown (R11). */
    assisted: boolean().notNull().default(false),
    dataClass: text({ enum: DATA_CLASSES }).notNull(),
    independenceGroup: text(),
    /** Only this person may read it: the paid calibration of somebody who drifted (R26). */
    reservedFor: uuid(),
    reviewPeriodDays: integer().notNull().default(7),
    /** Seed of the shuffled order. */
    seed: integer().notNull(),
    taskCount: integer().notNull().default(0),
    slotCount: integer().notNull().default(0),
    /** Gold cases in the pool that is dealt from; 0 unless gold is dealt. */
    goldCount: integer().notNull().default(0),
    /** What opening reserved in the ledger for this batch (R29). */
    reservedMinor: minor().notNull().default(sql`0`),
    /** True when a reader must have completed the training of this protocol version first. */
    needsTraining: boolean().notNull().default(false),
    /** True when a reader must have passed an exam on this protocol version first. */
    needsExam: boolean().notNull().default(false),
    /** Why people on their own account read here without the project's exam (R17); null: they pass it first, where there is one. */
    examWaiver: text(),
    /** 0 to 100; the reader's list of work and "read what is most needed" go by it, then by `dueAt`. */
    priority: smallint().notNull().default(0),
    dueAt: instant(),
    /** shuffled: seeded, unforeseeable; priority: as the cases' priorities say, ties shuffled (never a test reference, R5). */
    caseOrder: text({ enum: ['shuffled', 'priority'] })
      .notNull()
      .default('shuffled'),
    /** Most reads of one person here, as a number and as a share of all reads; the lower holds. */
    maxReadsPerReader: integer(),
    maxReaderShareBasisPoints: integer(),
    /** Most active minutes of a person in a day (UTC), whatever they read. */
    maxActiveMinutesPerDay: smallint(),
    /** The shortest time, in seconds, in which a case can be read with care; faster reads are looked at. Null: none is named. */
    leastReadSeconds: smallint(),
    /** Readers to whom a dealt gold case is shown before others are used. */
    goldExposureLimit: smallint(),
    /** Repeats (R23) open so many days after the read before, for this share of the cases. */
    repeatAfterDays: smallint().notNull().default(0),
    repeatShareBasisPoints: integer().notNull().default(10_000),
    /** Who may take which of its reads, in the order of their lanes (server/work/pool-rules.ts); null: anyone, any read. */
    pools: jsonb(),
    /** Most reads of one case from one of the vendors that share the batch; null: no limit. */
    maxReadsPerVendor: smallint(),
    /** What "onshore" means for the pools that are kept for it; null when none is. */
    onshoreCountry: country(),
    /** An exam's or training's pass level, and after how many days a failed exam can be tried once more on other cases. */
    passLevelBasisPoints: integer(),
    retryAfterDays: smallint().notNull().default(7),
    /** The general exam of which this is a sitting; null for an exam on its own protocol version. */
    generalExamId: uuid(),
    createdBy: uuid(),
    retentionUntil: instant(),
    legalHold: boolean().notNull().default(false),
    createdAt: instant().notNull(),
    openedAt: instant(),
    closedAt: instant(),
    settledAt: instant(),
    /** The one split its cases come from; null when the dataset has none. */
    split: text(),
    /** Who alone may join, by engagement; null is everyone who is eligible. Never null for sequestered test data. */
    allowedEngagementIds: uuid().array(),
    /** Filter, sampling and, for a sample, its strata with population and drawn (server/work/selection-schemas.ts). */
    selection: jsonb(),
    /** The batch that this one was cloned from or relabels. */
    parentBatchId: uuid(),
    /** Whose earlier readers may not read the same cases here; materialised in reader_exclusions. */
    excludePriorReaders: text({ enum: ['none', 'siblings', 'listed'] })
      .notNull()
      .default('none'),
    excludedBatchIds: uuid().array(),
    /** Of a draft: whether all of its tasks are there yet, and how many. */
    loadState: text({ enum: ['complete', 'loading', 'discarding'] })
      .notNull()
      .default('complete'),
    loadedCount: integer().notNull().default(0),
  },
  (t) => [
    // A project’s batches, newest first.
    index('batches_project_idx').on(t.projectId, t.createdAt),
    // Open batches of a vendor, and the settlement and review-period jobs.
    index('batches_status_idx').on(t.status, t.vendorOrgId),
    // Batches that a vendor reads a part of.
    index('batches_pools_idx').using('gin', sql`${t.pools} jsonb_path_ops`).where(sql`pools is not null`),
    // The sittings of a general exam.
    index('batches_general_exam_idx').on(t.generalExamId).where(sql`general_exam_id is not null`),
    check('batches_overlap', sql`overlap between 1 and 100`),
    check('batches_bounded', sql`task_count <= 200000`),
    check('batches_priority', sql`priority between 0 and 100`),
  ],
);

/** Hot. One case to be read in a batch. */
export const tasks = pgTable(
  'tasks',
  {
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
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
  },
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
    // Work returned to its author.
    index('slots_returned_idx').on(t.batchId, t.annotatorId).where(sql`status = 'returned'`),
    // The slot of a lease (the client knows nothing but its id), and the leases that are out. Two partial indexes on one
    // condition would tempt the planner to walk the wrong one.
    index('slots_lease_idx').on(t.batchId, t.leaseId).where(sql`status = 'leased'`),
    // Automatic acceptance after the review period (R30).
    index('slots_submitted_idx').on(t.batchId, t.submittedAt).where(sql`status = 'submitted'`),
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
    // What a case has cost besides its slots: reads that were paid and taken from it (few).
    index('slot_releases_paid_idx').on(t.batchId, t.taskId).where(sql`paid_minor > 0`),
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

/** Hot. Of a relabel batch: the final label that a case had before, which stays as it was. */
export const relabelLinks = pgTable(
  'relabel_links',
  {
    batchId: uuid().notNull(),
    taskId: uuid().notNull(),
    priorBatchId: uuid().notNull(),
    priorTaskId: uuid().notNull(),
    priorVersion: smallint().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.taskId] })],
);

/** What is still to be loaded of a draft batch, frozen when it was made; gone when all of it is there. */
export const batchLoads = pgTable('batch_loads', {
  batchId: uuid()
    .primaryKey()
    .references(() => batches.id),
  /** In the order of loading: `ordinary` cases to read, then the pool of gold to deal from. */
  caseIds: uuid().array().notNull(),
  ordinary: integer().notNull(),
  /** Stratum of each ordinary case; empty unless the batch is a sample. */
  strata: smallint().array().notNull(),
  /** Lane of each slot, task by task; empty when the batch has no pools. */
  lanes: smallint().array().notNull(),
  /** Known answers of its gold, as they stood. */
  gold: jsonb().notNull(),
  loaded: integer().notNull().default(0),
  startedAt: instant().notNull(),
});

/** Hot. What a person has typed but not submitted; survives a lost lease so that no work is lost. */
export const drafts = pgTable(
  'drafts',
  {
    batchId: uuid().notNull(),
    leaseId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    taskId: uuid().notNull(),
    answers: jsonb().notNull(),
    activeMs: integer().notNull().default(0),
    updatedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.leaseId] }),
    // What a reader has put down about a case.
    index('drafts_task_idx').on(t.batchId, t.annotatorId, t.taskId),
  ],
);

/** An exam or training that a person has finished, with its verdict (R10, R17). Append-only; a pass is a qualification too. */
export const examAttempts = pgTable(
  'exam_attempts',
  {
    batchId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    kind: text({ enum: ['exam', 'training'] }).notNull(),
    protocolVersionId: uuid().notNull(),
    /** The general exam that was sat; null for an exam on the protocol version. */
    generalExamId: uuid(),
    /** 1, and 2 for the one retry; of a general exam counted on. */
    attempt: smallint().notNull(),
    cases: integer().notNull(),
    correct: integer().notNull(),
    /** The level asked for, and Wilson's 95 % interval of the share that was right. */
    passLevel: doublePrecision().notNull(),
    lower: doublePrecision().notNull(),
    upper: doublePrecision().notNull(),
    verdict: text({ enum: ['pass', 'inconclusive', 'fail'] }).notNull(),
    finishedAt: instant().notNull(),
  },
  (t) => [
    // A batch is finished once by a person, whoever notices first.
    primaryKey({ columns: [t.batchId, t.annotatorId] }),
    // What a person has tried under a protocol version; an attempt number is given once.
    uniqueIndex('exam_attempts_version_key')
      .on(t.annotatorId, t.protocolVersionId, t.kind, t.attempt)
      .where(sql`general_exam_id is null`),
    // What a person has tried of a general exam; two sittings that end at once are two attempts.
    uniqueIndex('exam_attempts_general_key')
      .on(t.annotatorId, t.generalExamId, t.attempt)
      .where(sql`general_exam_id is not null`),
    // How a general exam's sittings went.
    index('exam_attempts_exam_idx').on(t.generalExamId, t.finishedAt).where(sql`general_exam_id is not null`),
  ],
);

/** Flags from the reading page: ask, PHI seen, incidental finding, technical (R24). Append-only; answers are rows too. */
export const caseFlags = pgTable(
  'case_flags',
  {
    batchId: uuid().notNull(),
    id: id(),
    taskId: uuid().notNull(),
    annotatorId: uuid().notNull(),
    kind: text({ enum: ['ask', 'phi_seen', 'incidental_finding', 'technical'] }).notNull(),
    note: text().notNull(),
    replyTo: uuid(),
    /** How an incident ended, on the answer to "PHI seen". */
    outcome: text({ enum: ['false_alarm', 'confirmed'] }),
    createdAt: instant().notNull(),
    dueAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // What was said about a task.
    index('case_flags_task_idx').on(t.batchId, t.taskId),
    // How much a person has said lately, so that a flood is refused.
    index('case_flags_person_idx').on(t.annotatorId, t.createdAt),
    // What is due, so that whoever must answer is reminded.
    index('case_flags_due_idx').on(t.dueAt, t.id).where(sql`reply_to is null`),
    // Incidents of the installation, for the operator.
    index('case_flags_incident_idx').on(t.createdAt).where(sql`kind = 'phi_seen' and reply_to is null`),
  ],
);

/**
 * Cases and reads of a batch by state, as a background pass last counted them: what pages about large batches show, so that
 * their cost does not grow with the work.
 */
export const batchProgress = pgTable('batch_progress', {
  batchId: uuid().primaryKey(),
  /** State → number of cases, dealt gold left out. */
  tasks: jsonb().notNull(),
  readsDone: integer().notNull(),
  readsNeeded: integer().notNull(),
  countedAt: instant().notNull(),
  /** How long the count took, so that a large batch is counted less often. */
  tookMs: integer().notNull(),
});

/** What many readers said about one case comes to one alert: an edge case for the clinical lead, or a case that is unusable. */
export const caseAlerts = pgTable(
  'case_alerts',
  {
    batchId: uuid().notNull(),
    id: id(),
    taskId: uuid().notNull(),
    /** `gold_skipped`: a gold case that people pass on; it is not taken out of work, because gold is decided on (R7). */
    kind: text({ enum: ['edge_case', 'unusable', 'gold_skipped'] }).notNull(),
    status: text({ enum: ['open', 'clarifying', 'closed'] }).notNull(),
    /** Reason → people, at the time it was raised. */
    reasons: jsonb().notNull(),
    /** Whether its reads differed besides. */
    isDisputed: boolean().notNull(),
    openedAt: instant().notNull(),
    /** When somebody must have looked; null where nobody must. */
    dueAt: instant(),
    decidedAt: instant(),
    decidedBy: uuid(),
    decisionNote: text(),
    /** The protocol version that says what to do with such cases. */
    protocolVersionId: uuid(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.id] }),
    // One alert of a kind per case.
    uniqueIndex('case_alerts_task_key').on(t.batchId, t.taskId, t.kind),
  ],
);
