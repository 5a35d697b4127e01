import { z } from 'zod';

export const REGISTER_SOURCES = ['nucc', 'nppes', 'leie', 'sam'] as const;
export type RegisterSource = (typeof REGISTER_SOURCES)[number];

export const IMPORT_MODES = ['full', 'delta', 'deactivated'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

export const IMPORT_STATUSES = ['staging', 'current', 'replaced', 'refused', 'abandoned'] as const;

/** Something wrong with a file; `line` is the line of the file, 1-based, `column` its name in the header. */
export const fileProblem = z.object({
  line: z.number().int().nullable(),
  column: z.string().nullable(),
  message: z.string(),
});
export type FileProblem = z.infer<typeof fileProblem>;

export const importView = z.object({
  id: z.uuid(),
  mode: z.enum(IMPORT_MODES),
  status: z.enum(IMPORT_STATUSES),
  fileName: z.string(),
  fileSha256: z.string(),
  asOf: z.string(),
  rows: z.number().int(),
  rowsBefore: z.number().int().nullable(),
  /** 0..1 of the file, for one that is under way. */
  share: z.number(),
  layer: z.number().int(),
  shrunkReason: z.string().nullable(),
  problems: z.array(fileProblem),
  startedAt: z.date(),
  endedAt: z.date().nullable(),
});
export type ImportView = z.infer<typeof importView>;

/** One register as the operator sees it. */
export const registerView = z.object({
  source: z.enum(REGISTER_SOURCES),
  title: z.string(),
  publisher: z.string(),
  /** What it is used for here. */
  use: z.string(),
  downloadFrom: z.string(),
  command: z.string(),
  current: importView.nullable(),
  /** Deltas and deactivation reports on top of it, newest first. */
  layers: z.array(importView),
  /** Days since the day the newest of them is of; null without one. */
  ageDays: z.number().int().nullable(),
  isOld: z.boolean(),
  runs: z.array(importView),
});
export const registersView = z.array(registerView);
export type RegisterView = z.infer<typeof registerView>;

/** How one thing compares; `near` is close enough to be the same and far enough to be looked at. */
export const COMPARISONS = ['agree', 'near', 'differ', 'unknown'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const SCREENED_ELEMENTS = [
  'npi',
  'last_name',
  'first_name',
  'middle_name',
  'birth_date',
  'place',
] as const;
export const screenedComparison = z.array(
  z.object({ element: z.enum(SCREENED_ELEMENTS), result: z.enum(COMPARISONS) }),
);
export type ScreenedComparison = z.infer<typeof screenedComparison>;

/** A record of an exclusion list, as listed; public. */
export const exclusionRecord = z.object({
  source: z.enum(['leie', 'sam']),
  lastName: z.string().nullable(),
  firstName: z.string().nullable(),
  middleName: z.string().nullable(),
  npi: z.string().nullable(),
  birthDate: z.string().nullable(),
  city: z.string().nullable(),
  state: z.string().nullable(),
  country: z.string().nullable(),
  specialty: z.string().nullable(),
  reason: z.string().nullable(),
  agency: z.string().nullable(),
  excludedOn: z.string().nullable(),
  excludedUntil: z.string().nullable(),
  waiverOn: z.string().nullable(),
  waiverState: z.string().nullable(),
  recordNumber: z.string().nullable(),
  remarks: z.string().nullable(),
});
export type ExclusionRecord = z.infer<typeof exclusionRecord>;

export const screenedList = z.object({
  source: z.enum(['leie', 'sam']),
  importId: z.uuid(),
  fileName: z.string(),
  fileSha256: z.string(),
  asOf: z.string(),
  rows: z.number().int(),
});
export type ScreenedList = z.infer<typeof screenedList>;

export const HIT_STATUSES = ['open', 'not_same', 'confirmed', 'lifted', 'superseded'] as const;
export type HitStatus = (typeof HIT_STATUSES)[number];

const sentence = (what: string) =>
  z.string().trim().min(10, `${what} in a sentence, so that it can be understood later.`).max(1000);

export const decideHitsInput = z.object({
  hitIds: z.array(z.uuid()).min(1, 'Choose a record.').max(200),
  /** What the screen showed; a decision in between is a conflict. */
  decision: z.enum(['not_same', 'confirmed']),
  reason: sentence('Say why'),
  evidence: z.string().trim().max(500).optional(),
});
export type DecideHitsInput = z.infer<typeof decideHitsInput>;

export const answerExclusionInput = z.object({
  hitId: z.uuid(),
  decision: z.enum(['upheld', 'lifted']),
  reason: sentence('Say why'),
  evidence: z.string().trim().max(500).optional(),
});
export type AnswerExclusionInput = z.infer<typeof answerExclusionInput>;

export const objectInput = z.object({ hitId: z.uuid(), statement: sentence('Say why it is not you') });

export const hitDecisionView = z.object({
  decision: z.enum(['not_same', 'confirmed', 'objected', 'upheld', 'lifted']),
  reason: z.string(),
  evidence: z.string().nullable(),
  by: z.string(),
  at: z.date(),
});

export const hitView = z.object({
  id: z.uuid(),
  source: z.enum(['leie', 'sam']),
  basis: z.enum(['npi', 'name_birth_date', 'name']),
  score: z.number(),
  status: z.enum(HIT_STATUSES),
  isListed: z.boolean(),
  record: exclusionRecord,
  comparison: screenedComparison,
  openedAt: z.date(),
  decidedAt: z.date().nullable(),
  decisions: z.array(hitDecisionView),
});
export type HitView = z.infer<typeof hitView>;

/** The person side of a comparison, for the operator's eyes. */
export const screenedPerson = z.object({
  personId: z.uuid(),
  name: z.string(),
  legalName: z.string().nullable(),
  formerFamilyName: z.string().nullable(),
  birthDate: z.string().nullable(),
  country: z.string().nullable(),
  npis: z.array(z.string()),
  /** Jurisdictions of their licences. */
  places: z.array(z.string()),
});
export type ScreenedPerson = z.infer<typeof screenedPerson>;

export const screeningRunView = z.object({
  id: z.uuid(),
  cause: z.enum(['list_imported', 'monthly', 'person_changed', 'operator']),
  isEverybody: z.boolean(),
  status: z.enum(['running', 'done']),
  lists: z.array(screenedList),
  peopleScreened: z.number().int(),
  hitsNew: z.number().int(),
  hitsKnown: z.number().int(),
  setAside: z.number().int(),
  startedAt: z.date(),
  endedAt: z.date().nullable(),
});

export const screeningDesk = z.object({
  /** People with a record to look at. */
  waiting: z.number().int(),
  oldest: z.date().nullable(),
  people: z.array(
    z.object({ personId: z.uuid(), name: z.string(), hits: z.number().int(), since: z.date() }),
  ),
  next: z.object({ person: screenedPerson, hits: z.array(hitView) }).nullable(),
  /** Confirmed exclusions: first those with an objection or whose record has gone from the list. */
  confirmed: z.array(z.object({ person: screenedPerson, hit: hitView, isObjectedTo: z.boolean() })),
  lastFullRun: screeningRunView.nullable(),
});

export const NPI_ELEMENTS = ['number', 'status', 'name', 'specialty', 'licence'] as const;
export const npiElement = z.object({
  element: z.enum(NPI_ELEMENTS),
  result: z.enum(COMPARISONS),
  /** What the register says, in words. */
  found: z.string().nullable(),
  /** What it means for the claim, in a sentence. */
  says: z.string(),
});
export type NpiElement = z.infer<typeof npiElement>;

export const npiCheckView = z.object({
  credentialId: z.uuid(),
  outcome: z.enum(['agrees', 'review', 'differs', 'unknown']),
  elements: z.array(npiElement),
  source: z.string(),
  sourceAsOf: z.string().nullable(),
  checkedAt: z.date(),
});
export type NpiCheckView = z.infer<typeof npiCheckView>;

const personName = z
  .string()
  .trim()
  .max(80)
  .regex(/^[^\d<>@]*$/u, 'A name has no digits or signs.');

/** What tells a person from others of the same name; each part is optional, an empty one is taken away. */
export const identityDetailsInput = z.object({
  legalGivenName: personName,
  legalFamilyName: personName,
  formerFamilyName: personName,
  birthDate: z.union([z.literal(''), z.iso.date('Give the date as year-month-day, for example 1980-03-31.')]),
});
export type IdentityDetailsInput = z.infer<typeof identityDetailsInput>;

export const ownScreening = z.object({
  details: z.object({
    legalGivenName: z.string().nullable(),
    legalFamilyName: z.string().nullable(),
    formerFamilyName: z.string().nullable(),
    birthDate: z.string().nullable(),
  }),
  exclusions: z.array(
    z.object({
      hitId: z.uuid(),
      source: z.enum(['leie', 'sam']),
      record: exclusionRecord,
      reason: z.string(),
      decidedAt: z.date(),
      objection: z.object({ statement: z.string(), at: z.date(), answer: z.string().nullable() }).nullable(),
    }),
  ),
});

export const decidedPerson = z.object({ personId: z.uuid() });
