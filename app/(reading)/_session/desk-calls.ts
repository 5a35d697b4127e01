import type { Answers } from '#server/protocols/schemas.ts';
import type { DraftWork } from '#server/work/draft-work.ts';
import type {
  AuditErrorKind,
  ClaimResult,
  Decision,
  DeskTier,
  Feedback,
  FlagKind,
  Lease,
  PreparedCase,
  SkipReason,
} from './reading-types.ts';

/** What accompanies every submission (design rule 10). */
export type Circumstances = {
  leaseId: string;
  labelId: string;
  activeMs: number;
  viewport: string;
  /** What the server opened, as it said so. */
  receipt: string;
};

/** What the outbox carries; plain JSON, because it may wait on the device. */
export type Parcel =
  | { kind: 'label'; on: Circumstances; answers: Answers; confidence: number | null }
  | { kind: 'amend'; on: Circumstances; amends: string; answers: Answers; confidence: number | null }
  | { kind: 'review'; on: Circumstances; decisions: Record<string, Decision>; fixedAnswers: Answers | null }
  | {
      kind: 'audit';
      on: Circumstances;
      outcome: 'agree' | 'disagree' | 'read';
      errorKind: AuditErrorKind | null;
      answers: Answers | null;
      comment: string;
    }
  | { kind: 'adjudicate'; on: Circumstances; answers: Answers; rationale: string }
  | { kind: 'skip'; on: Pick<Circumstances, 'leaseId'>; reason: SkipReason; note: string };

/**
 * The server as a reading session sees it. `isUse` of a call: whether a person did something, so that it is use of their session (R28).
 * What has no `isUse` is never the first call of an act: it follows one that said so, and runs by itself.
 */
export type DeskCalls = {
  tier: DeskTier;
  leases(): Promise<Lease[]>;
  claim(limit: number, isUse: boolean): Promise<ClaimResult>;
  /** Opens a case and fetches and decodes what it shows. */
  open(leaseId: string): Promise<PreparedCase>;
  /** Hands in a parcel and, when `limit` is above 0, claims so many next cases with it. */
  send(parcel: Parcel, limit: number, isUse: boolean): Promise<ClaimResult | null>;
  /** As `send` while the page is going away, claiming nothing: sent at once, and by the browser when the page is gone. */
  sendOnClose(parcel: Parcel): Promise<void>;
  /**
   * Also under a lease that ran out: what was put down comes back with the case. False when nothing was saved, because the server has
   * what was put down later on another device.
   */
  saveDraft(
    input: {
      leaseId: string;
      answers: Answers;
      work: DraftWork;
      activeMs: number;
      /** How long ago it was put down, of what an earlier visit left. */
      ageMs?: number;
    },
    isUse: boolean,
  ): Promise<boolean>;
  /** `isUse` tells whether the person did something since the last call, `active` the time spent on what was looked at (R27). */
  extend(
    leaseIds: string[],
    isUse: boolean,
    active: { leaseId: string; activeMs: number }[],
  ): Promise<{ leaseId: string; leaseUntil: number | null }[]>;
  release(leaseIds: string[]): Promise<void>;
  /** As `release` while the page is going away: sent at once, and by the browser when the page is gone. What was begun stays. */
  releaseOnClose(leaseIds: string[]): Promise<void>;
  /** The answer of a training case that was handed in. */
  feedback(labelId: string): Promise<Feedback>;
  /** `isHeld` is false of a report about a case that the person held no more. */
  flag(input: { leaseId: string; kind: FlagKind; note: string }): Promise<{ dueAt: Date; isHeld: boolean }>;
};
