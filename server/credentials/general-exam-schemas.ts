import { z } from 'zod';
import { credentialRule } from './schemas.ts';

/** What an exam that holds beyond one protocol can be about. */
export const EXAM_SUBJECTS = ['anatomy', 'modality', 'tool'] as const;
export type ExamSubject = (typeof EXAM_SUBJECTS)[number];

const LEVEL = 'A pass level is above 0 % and below 100 %.';
const DAYS = 'The wait before another try is a whole number of days from 0 to 365.';
const TRIES = 'Tries in a year are a whole number from 1 to 10.';
const MONTHS = 'A pass holds for a whole number of months from 1 to 60.';

const named = (missing: string, most: number) => z.string().trim().min(1, missing).max(most);

export const defineExamInput = z.object({
  title: named('Give the exam a title.', 60),
  subjectKind: z.enum(EXAM_SUBJECTS, 'Choose what it is about.'),
  subject: named('Say which anatomy, modality or tool.', 40),
  /** Level that Wilson's 95 % interval must be shown to reach. */
  passLevelBasisPoints: z.number(LEVEL).int(LEVEL).min(1, LEVEL).max(9_999, LEVEL),
  retryAfterDays: z.number(DAYS).int(DAYS).min(0, DAYS).max(365, DAYS),
  maxAttempts: z.number(TRIES).int(TRIES).min(1, TRIES).max(10, TRIES),
  validMonths: z.number(MONTHS).int(MONTHS).min(1, MONTHS).max(60, MONTHS),
  /** Who may take it. */
  entryRule: credentialRule,
  /** Paid per case (R34). */
  pricePerReadMinor: z
    .bigint()
    .nonnegative('A price is not negative.')
    .max(10_000_000n, 'The price is too large.'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'Give the currency as three letters, for example USD.'),
});
export type DefineExamInput = z.infer<typeof defineExamInput>;

export const closeExamInput = z.object({
  examId: z.uuid(),
  reason: z.string().trim().min(1, 'Say why it is closed.').max(400),
});

export const examDefined = z.object({ examId: z.uuid(), specialty: z.string() });

/** An exam as a rule can name it. */
export const namedExam = z.object({ specialty: z.string(), isOfPlatform: z.boolean() });

const count = z.number().int().nonnegative();

/** An exam as whoever set it sees it. */
export const ownExam = z.object({
  examId: z.uuid(),
  title: z.string(),
  subjectKind: z.enum(EXAM_SUBJECTS),
  subject: z.string(),
  specialty: z.string(),
  passLevel: z.number(),
  retryAfterDays: count,
  maxAttempts: count,
  validMonths: count,
  entryWords: z.string(),
  pricePerReadMinor: z.bigint(),
  currency: z.string(),
  status: z.enum(['open', 'closed']),
  statusReason: z.string().nullable(),
  createdAt: z.date(),
  sittings: z.array(
    z.object({
      batchId: z.uuid(),
      projectId: z.uuid(),
      name: z.string(),
      status: z.string(),
      cases: count,
      places: count,
      taken: count,
    }),
  ),
  /** People who have finished it at least once, and how many of them have passed, with Wilson's 95 % interval. */
  people: count,
  passed: count,
  interval: z.tuple([z.number(), z.number()]).nullable(),
});
export const ownExams = z.array(ownExam);
