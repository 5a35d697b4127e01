import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
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
    /** Stops of new claims that nobody has decided on, each with its proposal and reason (server/work/hold-claims.ts). */
    stops: jsonb().notNull().default([]),
    /** Which share of the normal final labels is read again, blind; null: none. */
    missRule: jsonb(),
    /** The audit of the final labels that opening reserves money for; null: none planned. */
    auditPlan: jsonb(),
    /** When its audit and its blind re-reads were ended by hand: what is drawn or let go after that is given up. An audit drawn anew is not ended any more. */
    auditEndedAt: instant(),
    rereadsEndedAt: instant(),
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
    /** All pilots of a call: a person reads in one of them (R15); set by the pilot order alone. */
    independenceGroup: text(),
    /** Only this person may read it: the paid calibration of somebody who drifted (R26). */
    reservedFor: uuid(),
    reviewPeriodDays: integer().notNull().default(7),
    /** Seed of the shuffled order. */
    seed: integer().notNull(),
    taskCount: integer().notNull().default(0),
    slotCount: integer().notNull().default(0),
    /** Those of `slotCount` that are repeats asked of single readers (R23), as if they read every case; the rest are first reads. */
    askedRepeats: integer().notNull().default(0),
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
    /** Who alone may join, by engagement; null is everyone who is eligible, of sequestered test data those whom it was made for. */
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
    /** Batches whose people, of every tier, are other people than here, either way round (R23); null: none. */
    apartFromBatchIds: uuid().array(),
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
    // The batches that name one whose people they keep away.
    index('batches_apart_idx').using('gin', t.apartFromBatchIds).where(sql`apart_from_batch_ids is not null`),
    // The sittings of a general exam.
    index('batches_general_exam_idx').on(t.generalExamId).where(sql`general_exam_id is not null`),
    check('batches_overlap', sql`overlap between 1 and 100`),
    // What a checkpoint or a stop holds takes no claims, whoever opens it (R26).
    check('batches_held', sql`status <> 'open' or (checkpoint_id is null and stops = '[]'::jsonb)`),
    check('batches_bounded', sql`task_count <= 200000`),
    check('batches_priority', sql`priority between 0 and 100`),
  ],
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
