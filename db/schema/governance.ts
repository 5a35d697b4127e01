import { sql } from 'drizzle-orm';
import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';
import { projects } from './projects.ts';
import { batches } from './work-batches.ts';

/** What a watched bound, a drift or a check has found, what was done, and what a person decided (R26). */
export const proposals = pgTable(
  'quality_proposals',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    trigger: text({ enum: ['bound', 'drift', 'check'] }).notNull(),
    subjectKind: text({ enum: ['batch', 'reader'] }).notNull(),
    subjectId: uuid().notNull(),
    field: text().notNull(),
    className: text().notNull().default(''),
    metric: text().notNull(),
    /** What the policy asks for when the bound is crossed, and what was done at once because of it. */
    action: text({ enum: ['notify', 'calibration_only', 'checkpoint', 'stop_claims'] }).notNull(),
    done: text({ enum: ['told', 'calibration_only', 'batch_paused'] }).notNull(),
    threshold: doublePrecision().notNull(),
    value: doublePrecision(),
    lower: doublePrecision(),
    upper: doublePrecision(),
    n: integer().notNull(),
    method: text().notNull(),
    /** By which version of the method its figure was counted; empty: by one of before it was kept. */
    methodVersion: text().notNull().default(''),
    /** When the figure was counted anew, because the method had changed while nobody had decided; null: it is as it was opened on. */
    renewedAt: instant(),
    evidence: jsonb().notNull(),
    /** The paid calibration of the person, and why there is none or it waits. */
    calibrationBatchId: uuid().references(() => batches.id),
    calibrationNote: text(),
    status: text({ enum: ['open', 'decided'] })
      .notNull()
      .default('open'),
    openedAt: instant().notNull(),
    /** A person decides within a business day. */
    dueAt: instant().notNull(),
    /** When the people who decide were told that it is overdue; null before, and again when it is given more time. */
    remindedAt: instant(),
    decision: text({
      enum: [
        'acknowledge',
        'back_to_work',
        'keep_calibrating',
        'pause_person',
        'resume_batch',
        'keep_paused',
      ],
    }),
    decisionReason: text(),
    decisionEvidence: text(),
    decidedBy: uuid(),
    decidedAt: instant(),
  },
  (t) => [
    // One open proposal per subject, measure and action: a notice on a measure must not hide the stop that a lower bound asks for.
    uniqueIndex('quality_proposals_open_key')
      .on(t.batchId, t.subjectKind, t.subjectId, t.field, t.className, t.metric, t.trigger, t.action)
      .where(sql`status = 'open'`),
    // The inbox of a project, and what was decided before.
    index('quality_proposals_project_idx').on(t.projectId, t.status, t.dueAt),
    // What is overdue and nobody was reminded of.
    index('quality_proposals_overdue_idx').on(t.dueAt).where(sql`status = 'open' and reminded_at is null`),
    // What was proposed for a batch, newest first.
    index('quality_proposals_batch_idx').on(t.batchId, t.openedAt),
  ],
);

/** A batch out of tolerance: from the evidence over the cause to a corrective action and the proof that it worked. */
export const rootCauses = pgTable(
  'root_causes',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    field: text().notNull(),
    /** What opened it; null when a person did. */
    proposalId: uuid(),
    status: text({ enum: ['open', 'diagnosed', 'acting', 'closed'] })
      .notNull()
      .default('open'),
    /** As it stood when the case was opened, or was counted anew. */
    evidence: jsonb().notNull(),
    /** By which version of the method the evidence was counted; empty: by one of before it was kept. */
    methodVersion: text().notNull().default(''),
    /** When the figures were counted anew, because the method had changed before the case was closed. */
    renewedAt: instant(),
    openedAt: instant().notNull(),
    openedBy: uuid(),
    disagreement: text({ enum: ['guideline_gap', 'perceptual_miss', 'boundary', 'image_quality', 'slip'] }),
    errorKind: text({ enum: ['mislabel', 'omission', 'extra', 'boundary', 'inconsistency'] }),
    route: text({ enum: ['protocol_change', 'training', 'adjudication'] }),
    diagnosis: text(),
    action: text(),
    ownerId: uuid(),
    dueOn: text(),
    /** From when the action holds: reads before and after are compared. */
    effectiveFrom: instant(),
    /** The comparison the case was closed on. */
    effect: jsonb(),
    verdict: text({ enum: ['effective', 'not_effective', 'inconclusive'] }),
    closingNote: text(),
    closedAt: instant(),
    closedBy: uuid(),
  },
  (t) => [
    // One open case per batch and field.
    uniqueIndex('root_causes_open_key').on(t.batchId, t.field).where(sql`status <> 'closed'`),
    // A project’s cases, newest first.
    index('root_causes_project_idx').on(t.projectId, t.openedAt),
  ],
);

/** What somebody saw in one divided case: its kind of disagreement and of error. The newest of a case counts. Append-only. */
export const rootCauseFindings = pgTable(
  'root_cause_findings',
  {
    id: id().primaryKey(),
    rootCauseId: uuid()
      .notNull()
      .references(() => rootCauses.id),
    taskId: uuid().notNull(),
    disagreement: text({
      enum: ['guideline_gap', 'perceptual_miss', 'boundary', 'image_quality', 'slip'],
    }).notNull(),
    errorKind: text({ enum: ['mislabel', 'omission', 'extra', 'boundary', 'inconsistency'] }).notNull(),
    note: text().notNull(),
    personId: uuid().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    // The findings of a case in order.
    index('root_cause_findings_case_idx').on(t.rootCauseId, t.at),
  ],
);

/** Something unusual about a reader's answers: shown with its evidence, never a rejection by itself. */
export const readChecks = pgTable(
  'read_checks',
  {
    id: id().primaryKey(),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    readerId: uuid().notNull(),
    kind: text({ enum: ['label_mix', 'extremes', 'too_fast', 'unit'] }).notNull(),
    field: text().notNull(),
    evidence: jsonb().notNull(),
    foundAt: instant().notNull(),
    /** False once a later look no longer finds it. */
    isStanding: boolean().notNull().default(true),
  },
  (t) => [
    // One finding of a kind per reader and field.
    uniqueIndex('read_checks_key').on(t.batchId, t.readerId, t.kind, t.field),
  ],
);

/**
 * A stop of a batch at which the clinical lead looks at a sample and the trends and signs (R26): at a share of it, or
 * because a bound was crossed whose action is `checkpoint`. What was shown is kept with its hash.
 */
export const checkpoints = pgTable(
  'checkpoints',
  {
    id: id().primaryKey(),
    projectId: uuid()
      .notNull()
      .references(() => projects.id),
    batchId: uuid()
      .notNull()
      .references(() => batches.id),
    trigger: text({ enum: ['share', 'bound'] }).notNull(),
    shareBasisPoints: integer(),
    /** The crossed bound that asked for it. */
    proposalId: uuid(),
    status: text({ enum: ['due', 'stopped', 'signed'] })
      .notNull()
      .default('due'),
    reachedAt: instant().notNull(),
    /** What the lead is shown; renewed while the last leases come in, fixed once signed. */
    evidence: jsonb(),
    evidenceSha256: text(),
    evidenceAt: instant(),
    /** Why the batch stands still, as everybody is told. */
    reason: text(),
    decidedBy: uuid(),
    decidedAt: instant(),
    /** What the lead saw, signed with it. */
    decisionReason: text(),
  },
  (t) => [
    // Each share of a batch is a checkpoint once.
    uniqueIndex('checkpoints_share_key').on(t.batchId, t.shareBasisPoints).where(sql`trigger = 'share'`),
    // What waits for the clinical lead in a project, and what was signed before.
    index('checkpoints_project_idx').on(t.projectId, t.status, t.reachedAt),
    // The checkpoints of a batch in order.
    index('checkpoints_batch_idx').on(t.batchId, t.reachedAt),
  ],
);
