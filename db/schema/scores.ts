import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant } from '#db/columns.ts';

/** A stored measurement with method, version, n and interval. Append-only; the newest counts. */
export const scores = pgTable(
  'scores',
  {
    id: id().primaryKey(),
    projectId: uuid().notNull(),
    batchId: uuid().notNull(),
    subjectKind: text({ enum: ['batch', 'reader', 'vendor', 'pair'] }).notNull(),
    /** Person or organisation; for a pair the first reader. */
    subjectId: uuid().notNull(),
    otherId: uuid(),
    field: text().notNull(),
    /** Class for per-class metrics, else ''. */
    className: text().notNull().default(''),
    metric: text().notNull(),
    value: doublePrecision(),
    lower: doublePrecision(),
    upper: doublePrecision(),
    n: integer().notNull(),
    excluded: integer().notNull().default(0),
    /** What was left out, by reason: `{ "others_tied": 12 }`. */
    exclusions: jsonb().$type<Readonly<Record<string, number>>>().notNull().default({}),
    reason: text(),
    method: text().notNull(),
    methodVersion: text().notNull(),
    computedAt: instant().notNull(),
  },
  (t) => [
    // The newest value of each metric of a batch, for dashboards.
    index('scores_batch_idx').on(t.batchId, t.metric, t.subjectKind, t.subjectId, t.field, t.computedAt),
    // What was scored of a subject over time.
    index('scores_subject_idx').on(t.subjectId, t.metric, t.computedAt),
    // All of a batch’s newest scores, whatever their history.
    index('scores_newest_idx').on(t.batchId, t.computedAt),
  ],
);

const SUBJECTS = ['batch', 'team', 'reader'] as const;

/** How far the running counts of a batch have come. One row per batch, locked by the one pass that advances it. */
export const scoreMarks = pgTable('score_marks', {
  batchId: uuid().primaryKey(),
  /** Everything that happened before this instant is counted; what came later is looked at again. */
  countedTo: instant().notNull(),
  /** When every case was last looked at whatever its marks say: at settlement, and on demand. */
  sweptAt: instant(),
  advancedAt: instant().notNull(),
  /** When counts last changed, and when the bounds were last held against them: the second follows the first. */
  changedAt: instant(),
  watchedAt: instant(),
  /** The rule by which the batch was counted and the fields whose answers were kept for drift; another one counts it anew. */
  countedAs: text().notNull().default(''),
  /** Stamp of the quality policy that the bounds were last held against; another policy is looked at at once. */
  watchedPolicy: text(),
});

/** What of a case has been counted, so that it can be taken back when a read is amended, returned or rejected. */
export const scoredTasks = pgTable(
  'scored_tasks',
  {
    batchId: uuid().notNull(),
    taskId: uuid().notNull(),
    /** Labels in force that were counted, sorted; and the version of the final label, 0 for none. */
    labelIds: uuid().array().notNull(),
    finalVersion: integer().notNull(),
    /** Whether its known answer counted; gold may be withdrawn (R7). */
    isGold: boolean().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.taskId] })],
);

/**
 * Cases whose reads in force differ in a field: how large a share the most given answer has, of how many, in how many
 * kinds. Follows the counts; a case that comes to agree leaves.
 */
export const disputedTasks = pgTable(
  'disputed_tasks',
  {
    batchId: uuid().notNull(),
    field: text().notNull(),
    taskId: uuid().notNull(),
    share: doublePrecision().notNull(),
    kinds: integer().notNull(),
    reads: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.field, t.taskId] }),
    // The hardest cases of a field.
    index('disputed_tasks_rank_idx').on(
      t.batchId,
      t.field,
      t.share,
      t.kinds.desc(),
      t.reads.desc(),
      t.taskId,
    ),
  ],
);

/** Counts of answers by day: given against the known, the others' or the final one. Whole numbers that add up. */
export const scoreCells = pgTable(
  'score_cells',
  {
    batchId: uuid().notNull(),
    subjectKind: text({ enum: SUBJECTS }).notNull(),
    /** The batch, the organisation whose people read, or the reader. */
    subjectId: uuid().notNull(),
    field: text().notNull(),
    /** Day of the read (UTC), or `all`. */
    day: text().notNull(),
    /**
     * What the answer is held against; `answers`: nothing, `time`: log₂ time bins, `tied`: the others had no plurality,
     * `sure_…`: stated confidence (truth) against right or wrong. `gold_case`: cases by what all of a subject's reads of
     * the case answered (truth), `others_case` and `final_case`: by how many reads were compared (truth) and agreed (answer).
     * `gated_case` (of no field): by how many reads met gold (truth) and had every gated field right (answer).
     */
    reference: text({
      enum: [
        'answers',
        'gold',
        'others',
        'tied',
        'final',
        'time',
        'sure_gold',
        'sure_others',
        'gold_case',
        'others_case',
        'final_case',
        'gated_case',
      ],
    }).notNull(),
    truth: text().notNull(),
    answer: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [
    // Also the way in: all cells of a subject's field on a day.
    primaryKey({
      columns: [t.batchId, t.subjectKind, t.subjectId, t.field, t.day, t.reference, t.truth, t.answer],
    }),
  ],
);

/** How many cases got which answers how often (`[["1",2],["2",1]]`): all that agreement depends on. */
export const scorePatterns = pgTable(
  'score_patterns',
  {
    batchId: uuid().notNull(),
    subjectKind: text({ enum: SUBJECTS }).notNull(),
    subjectId: uuid().notNull(),
    field: text().notNull(),
    /** Day of the case's last read (UTC), or `all`. */
    day: text().notNull(),
    pattern: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.batchId, t.subjectKind, t.subjectId, t.field, t.day, t.pattern] })],
);

/**
 * Sums over the cases with the same number of answers to a number field, of answers in millionths: all that agreement of
 * measurements depends on, however many different answers there are. Exact, so that a case leaves no trace when taken back.
 */
export const scoreMoments = pgTable(
  'score_moments',
  {
    batchId: uuid().notNull(),
    subjectKind: text({ enum: SUBJECTS }).notNull(),
    subjectId: uuid().notNull(),
    field: text().notNull(),
    /** Day of the case's last read (UTC), or `all`. */
    day: text().notNull(),
    /** Answers that each of these cases has. */
    answers: integer().notNull(),
    /** Which sum: see `server/quality/moment-agreement.ts`. */
    moment: text().notNull(),
    total: numeric().notNull(),
  },
  (t) => [
    // Also the way in: all sums of a subject's field on a day.
    primaryKey({ columns: [t.batchId, t.subjectKind, t.subjectId, t.field, t.day, t.answers, t.moment] }),
  ],
);

/** Cross table of two readers' answers to the same cases; `first` sorts before `second`. */
export const scorePairs = pgTable(
  'score_pairs',
  {
    batchId: uuid().notNull(),
    field: text().notNull(),
    firstId: uuid().notNull(),
    secondId: uuid().notNull(),
    firstAnswer: text().notNull(),
    secondAnswer: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.batchId, t.field, t.firstId, t.secondId, t.firstAnswer, t.secondAnswer] }),
  ],
);

/** Right or wrong, read by read, of the fields that the policy watches: what drift is told from. */
export const scoreTrials = pgTable(
  'score_trials',
  {
    batchId: uuid().notNull(),
    readerId: uuid().notNull(),
    field: text().notNull(),
    reference: text({ enum: ['gold', 'others'] }).notNull(),
    at: instant().notNull(),
    taskId: uuid().notNull(),
    isRight: boolean().notNull(),
  },
  (t) => [
    // The newest trials of a reader, in order.
    primaryKey({ columns: [t.batchId, t.readerId, t.field, t.reference, t.at, t.taskId] }),
  ],
);

/** The running score of a subject's field, class and day with its interval: what dashboards read. Follows the counts. */
export const runningScores = pgTable(
  'running_scores',
  {
    batchId: uuid().notNull(),
    subjectKind: text({ enum: SUBJECTS }).notNull(),
    subjectId: uuid().notNull(),
    field: text().notNull(),
    day: text().notNull(),
    metric: text().notNull(),
    className: text().notNull().default(''),
    value: doublePrecision(),
    lower: doublePrecision(),
    upper: doublePrecision(),
    n: integer().notNull(),
    excluded: integer().notNull(),
    exclusions: jsonb().$type<Readonly<Record<string, number>>>().notNull().default({}),
    reason: text(),
    method: text().notNull(),
    methodVersion: text().notNull(),
    computedAt: instant().notNull(),
  },
  (t) => [
    primaryKey({
      columns: [t.batchId, t.subjectKind, t.subjectId, t.field, t.day, t.metric, t.className],
    }),
  ],
);
