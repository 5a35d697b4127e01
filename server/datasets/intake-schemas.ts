import { z } from 'zod';

/** What a check or a person can find, in the order in which one reason is named for a case that has several. */
export const FINDING_CODES = [
  'corrupt',
  'unreadable',
  'missing_view',
  'duplicate',
  'near_duplicate',
  'patient_split',
  'wrong_modality',
  'wrong_anatomy',
  'other',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** What only a person finds by looking; the rest is for the checks. */
export const HUMAN_CODES = [
  'unreadable',
  'wrong_modality',
  'wrong_anatomy',
  'missing_view',
  'other',
] as const;

const code = z.enum(FINDING_CODES);
const decision = z.enum(['exclude', 'keep']);
const note = z.string().trim().max(1000);
const count = z.number().int();

export const datasetIdInput = z.strictObject({ datasetId: z.uuid() });

export const findingsInput = datasetIdInput.extend({
  code: code.optional(),
  state: z.enum(['open', 'exclude', 'keep']).optional(),
  /** Position and code of the last line that was seen. */
  after: z.strictObject({ position: count, code }).optional(),
  limit: count.min(1).max(500).default(200),
});
export type FindingsInput = z.infer<typeof findingsInput>;

/** Decides on findings one by one, or on every open one of a kind. */
export const decideFindingsInput = datasetIdInput
  .extend({
    findings: z
      .array(z.strictObject({ caseId: z.uuid(), code }))
      .min(1)
      .max(5000)
      .optional(),
    allOpenOf: code.optional(),
    /** Null takes a decision back. */
    decision: decision.nullable(),
    note: note.optional(),
  })
  .refine((given) => (given.findings === undefined) !== (given.allOpenOf === undefined), {
    message: 'Choose findings, or a kind of them.',
  });
export type DecideFindingsInput = z.infer<typeof decideFindingsInput>;

/** Takes back what one person decided in one act, by who and when. */
export const takeBackFindingsInput = datasetIdInput.extend({ by: z.uuid(), at: z.date(), decision });
export type TakeBackFindingsInput = z.infer<typeof takeBackFindingsInput>;

export const reportCaseInput = datasetIdInput.extend({
  externalId: z.string().trim().min(1, 'Name the case.').max(200),
  code: z.enum(HUMAN_CODES),
  note: note.min(1, 'Say what is wrong with it, without anything that names a patient.'),
});
export type ReportCaseInput = z.infer<typeof reportCaseInput>;

/** `undecided` says what becomes of findings that nobody has decided on; left out, they keep the intake open. */
export const confirmIntakeInput = datasetIdInput.extend({ undecided: decision.optional() });
export type ConfirmIntakeInput = z.infer<typeof confirmIntakeInput>;

export const requireAssetsInput = datasetIdInput.extend({
  names: z.array(z.string().trim().min(1).max(60)).max(20, 'At most 20 views can be asked of every case.'),
});

export const findingsView = z.object({
  items: z.array(
    z.object({
      caseId: z.uuid(),
      externalId: z.string(),
      site: z.string(),
      position: count,
      code,
      source: z.enum(['automatic', 'person']),
      says: z.string(),
      /** The case that it repeats, by the sponsor's own name for it. */
      other: z.object({ datasetId: z.uuid(), caseId: z.uuid(), externalId: z.string() }).nullable(),
      decision: decision.nullable(),
      note: z.string().nullable(),
    }),
  ),
  next: z.object({ position: count, code }).nullable(),
});

export const intakeView = z.object({
  datasetId: z.uuid(),
  name: z.string(),
  status: z.enum(['open', 'frozen']),
  frozenAt: z.date().nullable(),
  cases: count,
  excluded: count,
  /** Findings by kind and what became of them. */
  kinds: z.array(z.object({ code, open: count, exclude: count, keep: count })),
  /** What was decided of several cases in one act and still stands, latest first; the last ten. */
  together: z.array(
    z.object({
      by: z.uuid(),
      name: z.string(),
      at: z.date(),
      decision,
      codes: z.array(code),
      findings: count,
    }),
  ),
  requiredAssets: z.array(z.string()),
  assetNames: z.array(z.object({ name: z.string(), cases: count })),
  /** True while no batch has drawn from it, so that it can be opened again. */
  canReopen: z.boolean(),
});
