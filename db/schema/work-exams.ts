import { sql } from 'drizzle-orm';
import {
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from '#db/columns.ts';

/**
 * An exam or training that a person has finished, with its verdict (R10, R17). Append-only: when a known answer was wrong it is
 * marked anew by a further row (R7), and the last that does not wait for a decision holds. A pass is a qualification too.
 */
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
    /** 0 as it was first marked, and one more for each later marking of the same sitting. */
    revision: smallint().notNull().default(0),
    /**
     * How a later marking came about: counted again; one by which a pass would be lost, which changes nothing until a person has
     * decided; and that decision.
     */
    regrade: text({ enum: ['recounted', 'waits', 'kept', 'taken'] }),
    regradedAt: instant(),
    /** Who decided on a pass that would be lost, and why. */
    decidedBy: uuid(),
    reason: text(),
  },
  (t) => [
    // A batch is finished once by a person, and marked anew once each time, whoever notices first.
    primaryKey({ columns: [t.batchId, t.annotatorId, t.revision] }),
    // What a person has tried under a protocol version; an attempt number is given once.
    uniqueIndex('exam_attempts_version_key')
      .on(t.annotatorId, t.protocolVersionId, t.kind, t.attempt, t.revision)
      .where(sql`general_exam_id is null`),
    // What a person has tried of a general exam; two sittings that end at once are two attempts.
    uniqueIndex('exam_attempts_general_key')
      .on(t.annotatorId, t.generalExamId, t.attempt, t.revision)
      .where(sql`general_exam_id is not null`),
    // How a general exam's sittings went.
    index('exam_attempts_exam_idx').on(t.generalExamId, t.finishedAt).where(sql`general_exam_id is not null`),
    // Passes in doubt that are due, whoever's they are (listPassesDueBy).
    index('exam_attempts_waits_idx').on(t.regradedAt).where(sql`regrade = 'waits'`),
    check(
      'exam_attempts_regrade',
      sql`(revision = 0) = (regrade is null) and (revision = 0) = (regraded_at is null)`,
    ),
    check(
      'exam_attempts_decided',
      sql`(regrade is not null and regrade in ('kept', 'taken')) = (decided_by is not null and reason is not null)`,
    ),
  ],
);
