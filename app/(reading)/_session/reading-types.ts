import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { ErrorDetail } from '#server/core/errors.ts';
import type { Answers } from '#server/protocols/schemas.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import type { DraftWork } from '#server/work/draft-work.ts';
import type { ActiveTime } from './active-time.ts';

type Outputs = inferRouterOutputs<AppRouter>;
type Inputs = inferRouterInputs<AppRouter>;

export type Reading = Outputs['work']['reading'];
export type Lease = Outputs['work']['leases'][number];
export type ClaimResult = Outputs['work']['claim'];
export type ClaimReason = ClaimResult['reasons'][number];
export type OpenedCase = Outputs['work']['case'];
/** One read under decision, without a name (R21). */
export type CaseRead = Outputs['labels']['reviewCase']['reads'][number];
/** What is right in a training case that has been read. */
export type Feedback = Outputs['work']['feedback'];
export type SkipReason = Inputs['work']['skip']['reason'];
export type FlagKind = Inputs['work']['flag']['kind'];
export type ReviewOutcome = Inputs['labels']['submitReview']['decisions'][number]['outcome'];
export type RejectReason = NonNullable<Inputs['labels']['reject']['reason']>;

export type AuditErrorKind = NonNullable<Inputs['labels']['submitAudit']['errorKind']>;

/** What the reader works on. */
export type DeskTier = 'label' | 'review' | 'audit' | 'adjudicate';

/** Why a case under decision is here, and what it is held against. */
export type CaseAsked = Pick<
  Outputs['labels']['auditCase'],
  'purpose' | 'reason' | 'mayReturn' | 'final' | 'dissents'
>;

export type CaseAsset = {
  handle: string;
  name: string;
  mediaType: string;
  content: { kind: 'text'; text: string } | { kind: 'image' | 'file'; href: string };
};

/** A case that can be shown at once: texts here, images fetched and decoded. */
export type PreparedCase = {
  context: Record<string, string>;
  /** What the server opened, sealed; goes back with the answers. */
  receipt: string;
  assets: CaseAsset[];
  /** What later versions of the protocol say more clearly (R24). */
  clarifications: OpenedCase['clarifications'];
  reads: CaseRead[];
  /** Null in a plain read. */
  asked: CaseAsked | null;
  returnedComment: string | null;
  draft: { answers: Answers; work: DraftWork | null; activeMs: number; savedAt: number } | null;
  returnedAnswers: Answers | null;
  /** Gives the memory of its images back. */
  dispose(): void;
};

export type Decision = {
  outcome: ReviewOutcome;
  reason: RejectReason | null;
  comment: string;
  /** Who corrects a returned read; its author when left out. */
  to?: 'author' | 'another';
};

/** What somebody has put down about a case so far. */
export type Work = {
  answers: Answers;
  confidence: number | null;
  rationale: string;
  /** By label id, in a review. */
  decisions: Record<string, Decision>;
  /** In an audit: whether the final label is right; what is wrong with it. `rationale` is the remark. */
  check: { outcome: 'agree' | 'disagree' | null; errorKind: AuditErrorKind | null };
};

/** A case that is held: on the screen or ahead. */
export type Held = {
  leaseId: string;
  leaseUntil: number;
  round: number;
  isReturned: boolean;
  content: PreparedCase | null;
  work: Work;
  time: ActiveTime;
  /** The label that submitting amends (undo, R22); null in a first read. */
  amends: string | null;
};

export type Fault = ErrorDetail;

export const NO_WORK: Work = {
  answers: {},
  confidence: null,
  rationale: '',
  decisions: {},
  check: { outcome: null, errorKind: null },
};
