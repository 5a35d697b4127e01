import { z } from 'zod';
import { BATCH_KINDS } from '#server/work/schemas.ts';
import { scoreFigure } from './figure-schema.ts';
import { sideBySideCase } from './side-by-side-schema.ts';

export const DECISIONS = [
  'acknowledge',
  'back_to_work',
  'keep_calibrating',
  'pause_person',
  'resume_batch',
  'keep_paused',
] as const;
export type Decision = (typeof DECISIONS)[number];

/** Why readers disagree on a case. */
export const DISAGREEMENTS = [
  'guideline_gap',
  'perceptual_miss',
  'boundary',
  'image_quality',
  'slip',
] as const;
export type Disagreement = (typeof DISAGREEMENTS)[number];

/** What is wrong with a label. */
export const ERROR_KINDS = ['mislabel', 'omission', 'extra', 'boundary', 'inconsistency'] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

export const ROUTES = ['protocol_change', 'training', 'adjudication'] as const;
export type Route = (typeof ROUTES)[number];

const words = (least: string) => z.string().trim().min(3, least).max(4000, 'At most 4,000 characters.');

export const projectIdInput = z.object({ projectId: z.uuid() });
export const rootCauseIdInput = z.object({ rootCauseId: z.uuid() });

export const decideInput = z.object({
  proposalId: z.uuid(),
  decision: z.enum(DECISIONS, { error: 'Choose what you decide.' }),
  reason: words('Say why; whom it concerns may read it.'),
  evidence: words('Say on what evidence you decide.'),
});
export type DecideInput = z.infer<typeof decideInput>;

/** What a batch stands still for though its stop was lifted; null when it is open, or nothing was lifted. */
export const decidedView = z.object({
  batchWaitsFor: z.enum(['checkpoint', 'stop', 'project', 'pause']).nullable(),
});
export type Decided = z.infer<typeof decidedView>;

export const restoreInput = z.object({ proposalId: z.uuid(), reason: words('Say why.') });

export const openRootCauseInput = z.object({ batchId: z.uuid(), field: z.string().min(1).max(60) });

export const findingInput = z.object({
  rootCauseId: z.uuid(),
  taskId: z.uuid(),
  disagreement: z.enum(DISAGREEMENTS, { error: 'Choose why the readers disagree.' }),
  errorKind: z.enum(ERROR_KINDS, { error: 'Choose what is wrong with the label.' }),
  note: z.string().trim().max(2000, 'At most 2,000 characters.').default(''),
});

export const diagnoseInput = z.object({
  rootCauseId: z.uuid(),
  disagreement: z.enum(DISAGREEMENTS, { error: 'Choose the kind of disagreement.' }),
  errorKind: z.enum(ERROR_KINDS, { error: 'Choose the kind of error.' }),
  route: z.enum(ROUTES, { error: 'Choose where it is put right.' }),
  diagnosis: words('Say what the cause is.'),
});

export const planActionInput = z.object({
  rootCauseId: z.uuid(),
  action: words('Say what will be done.'),
  ownerId: z.uuid('Choose who does it.'),
  dueOn: z.iso.date('Give the day by which it is done.'),
  /** Reads before and from this day (UTC) are compared. */
  effectiveFrom: z.iso.date('Give the day from which it holds.'),
});

export const closeRootCauseInput = z.object({
  rootCauseId: z.uuid(),
  note: words('Say what follows from the comparison.'),
});

const figure = scoreFigure;

const confusionCell = z.object({ truth: z.string(), answer: z.string(), n: z.number().int() });

/** What a proposal rests on. Reader ids only; aliases are put in when it is shown. */
export const proposalEvidence = z.object({
  /** `gold` or `others`: what answers were held against; null for reliability. */
  reference: z.enum(['gold', 'others']).nullable(),
  confusions: z.array(confusionCell),
  /** The drift chart, oldest first. */
  chart: z
    .object({
      good: z.number(),
      bad: z.number(),
      limit: z.number(),
      points: z.array(z.object({ at: z.string(), isRight: z.boolean(), score: z.number() })),
    })
    .nullable(),
});
export type ProposalEvidence = z.infer<typeof proposalEvidence>;

const factorLevel = z.object({
  level: z.string(),
  right: z.number().int(),
  n: z.number().int(),
  share: figure,
  difference: figure,
  adjustedP: z.number().nullable(),
});
export const rootCauseEvidence = z.object({
  reference: z.enum(['gold', 'others']),
  overall: figure,
  reliability: figure,
  confusions: z.array(confusionCell),
  readers: z.array(z.object({ readerId: z.uuid(), reads: z.number().int(), share: figure })),
  /** Subgroup, protocol version, pre-label, hour of day, each level against all others, adjusted for their number. */
  factors: z.array(z.object({ factor: z.string(), levels: z.array(factorLevel) })),
  /** The most divided cases. */
  taskIds: z.array(z.uuid()),
});
export type RootCauseEvidence = z.infer<typeof rootCauseEvidence>;

export const effectOfAction = z.object({
  reference: z.enum(['gold', 'others']),
  before: figure,
  after: figure,
  difference: figure,
  verdict: z.enum(['effective', 'not_effective', 'inconclusive']),
  from: z.string(),
  /** Reads on each side that would tell a rise of five points with 80 % power. */
  needed: z.number().int().nullable(),
});
export type EffectOfAction = z.infer<typeof effectOfAction>;

export const proposalView = z.object({
  id: z.uuid(),
  batchId: z.uuid(),
  batchName: z.string(),
  trigger: z.enum(['bound', 'drift', 'check']),
  subjectKind: z.enum(['batch', 'reader']),
  /** Alias of the reader in the batch, or the batch's name. */
  subject: z.string(),
  field: z.string(),
  fieldLabel: z.string(),
  className: z.string(),
  /** The class in the protocol's words; empty for what is of the whole field. */
  classLabel: z.string(),
  metric: z.string(),
  action: z.enum(['notify', 'calibration_only', 'checkpoint', 'stop_claims']),
  done: z.enum(['told', 'calibration_only', 'batch_paused']),
  threshold: z.number(),
  /** What the policy asks for today, where that is something else than when the proposal was opened. */
  policyNow: z.object({ threshold: z.number().nullable() }).nullable(),
  figure,
  /** When the figure was counted anew by today's method; null: it is as it was opened on. */
  renewedAt: z.date().nullable(),
  method: z.string(),
  evidence: proposalEvidence,
  calibration: z
    .object({ batchId: z.uuid(), cases: z.number().int(), reads: z.number().int(), gold: figure })
    .nullable(),
  calibrationNote: z.string().nullable(),
  /** How the person stands in the batch now. */
  standing: z.enum(['active', 'calibration_only', 'paused']).nullable(),
  status: z.enum(['open', 'decided']),
  openedAt: z.date(),
  dueAt: z.date(),
  isOverdue: z.boolean(),
  decisions: z.array(z.enum(DECISIONS)),
  decision: z.enum(DECISIONS).nullable(),
  decisionReason: z.string().nullable(),
  decisionEvidence: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: z.date().nullable(),
  rootCauseId: z.uuid().nullable(),
});
export type ProposalView = z.infer<typeof proposalView>;

export const rootCauseLine = z.object({
  id: z.uuid(),
  batchId: z.uuid(),
  batchName: z.string(),
  fieldLabel: z.string(),
  status: z.enum(['open', 'diagnosed', 'acting', 'closed']),
  openedAt: z.date(),
  owner: z.string().nullable(),
  dueOn: z.string().nullable(),
  verdict: z.enum(['effective', 'not_effective', 'inconclusive']).nullable(),
});

/** A bound of the policy that is not held against a live batch, why, and what would change that. */
export const unwatchedBound = z.object({
  batchId: z.uuid(),
  batchName: z.string(),
  fieldLabel: z.string(),
  metric: z.string(),
  className: z.string(),
  /** The class in the protocol's words; empty for what is of the whole field. */
  classLabel: z.string(),
  threshold: z.number(),
  why: z.string(),
  todo: z.string(),
});
export type UnwatchedBound = z.infer<typeof unwatchedBound>;

export const inboxView = z.object({
  asOf: z.date(),
  open: z.array(proposalView),
  decided: z.array(proposalView),
  rootCauses: z.array(rootCauseLine),
  unwatched: z.array(unwatchedBound),
  mayDecide: z.boolean(),
});
export type InboxView = z.infer<typeof inboxView>;

export const rootCauseView = z.object({
  id: z.uuid(),
  projectId: z.uuid(),
  batchId: z.uuid(),
  batchName: z.string(),
  batchKind: z.enum(BATCH_KINDS),
  field: z.string(),
  fieldLabel: z.string(),
  options: z.array(z.object({ value: z.string(), label: z.string() })),
  status: z.enum(['open', 'diagnosed', 'acting', 'closed']),
  openedAt: z.date(),
  /** When its figures were counted anew by today's method; null: they are as they were when it was opened. */
  renewedAt: z.date().nullable(),
  /** Whether the figures count cases; those of a case that was closed before count reads. */
  isByCase: z.boolean(),
  /** Null when a crossed bound opened it. */
  openedBy: z.string().nullable(),
  reference: z.enum(['gold', 'others']),
  overall: figure,
  reliability: figure,
  confusions: z.array(confusionCell),
  readers: z.array(z.object({ alias: z.string(), reads: z.number().int(), share: figure })),
  factors: rootCauseEvidence.shape.factors,
  cases: z.array(
    sideBySideCase.extend({
      finding: z
        .object({
          disagreement: z.enum(DISAGREEMENTS),
          errorKind: z.enum(ERROR_KINDS),
          note: z.string(),
          by: z.string(),
          at: z.date(),
        })
        .nullable(),
    }),
  ),
  suggestion: z
    .object({
      disagreement: z.enum(DISAGREEMENTS),
      errorKind: z.enum(ERROR_KINDS),
      route: z.enum(ROUTES),
      share: z.number(),
    })
    .nullable(),
  diagnosis: z
    .object({
      disagreement: z.enum(DISAGREEMENTS),
      errorKind: z.enum(ERROR_KINDS),
      route: z.enum(ROUTES),
      text: z.string(),
    })
    .nullable(),
  action: z.object({ text: z.string(), owner: z.string(), dueOn: z.string(), from: z.string() }).nullable(),
  /** As of now while the action runs, as it stood at closing afterwards. */
  effect: effectOfAction.nullable(),
  closing: z.object({ note: z.string(), by: z.string(), at: z.date() }).nullable(),
  people: z.array(z.object({ personId: z.uuid(), name: z.string() })),
  mayDecide: z.boolean(),
});
export type RootCauseView = z.infer<typeof rootCauseView>;
