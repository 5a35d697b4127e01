import type postgres from 'postgres';
import type { Database } from '#db/client.ts';
import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { assert } from '#server/core/assert.ts';
import { AppError } from '#server/core/errors.ts';
import { canonicalAnswers, validateAnswers } from '#server/protocols/rules.ts';
import type { Answers } from '#server/protocols/schemas.ts';
import { signedSchema } from './batch-facts.ts';
import { keepDraft } from './draft-queries.ts';
import type { DraftWork } from './draft-work.ts';
import { type HotSql, hotSql } from './hot-sql.ts';
import { leaseOver, leaseUnknown, sealedBy } from './lease-errors.ts';
import { activeSince, canonicalJson, type Tier } from './rules.ts';
import type { Shown, SubmitResult } from './schemas.ts';
import {
  findLabel,
  findLeasedSlot,
  findRelease,
  finishSlot,
  insertLabel,
  type LeasedSlot,
  type Release,
  shareGold,
} from './submit-queries.ts';

/** What every submission carries, whatever its tier. */
export type Submission = {
  batchId: string;
  leaseId: string;
  labelId: string;
  answers: Record<string, unknown>;
  confidence: number | null;
  rationale: string | null;
  labelOrigin: string;
  shown: Shown;
  appBuild: string;
  viewport: string;
  activeMs: number;
  /** What is kept besides the answers when the lease is over. */
  work: DraftWork;
  /** Hash of what was sent under this id where the label's row does not hold all of it (`labelHash`); null for a label. */
  contentSha256: string | null;
};

/** How a submission counts. */
export type SubmissionOutcome = {
  /** True when it is accepted, and so earned, at once (R30). */
  isAccepted: boolean;
  goldN: number;
  goldOk: number;
  /** True when its task waits for it: a label of an ordinary task. */
  countsRead: boolean;
};

/** Constraint that a second label under one id breaks. */
const LABEL_KEY = 'labels_batch_id_id_pk';
const MOST_BYTES = 64 * 1024;

/**
 * The slot that may be submitted under this lease by this person, or a replay's first answer. Throws `lease_over` (the work is kept as a
 * draft), `lease_revoked` (R27: it is not), `lease_unknown` (another's lease, too) and `label_id_reused`.
 */
export async function findSubmittable(
  ctx: OrgContext,
  s: Submission,
): Promise<{ slot: LeasedSlot } | { replay: SubmitResult }> {
  refuseTooLarge(s);
  const sql = hotSql(ctx.db);
  const annotatorId = ctx.actor.personId;
  const slot = await findLeasedSlot(sql, { batchId: s.batchId, leaseId: s.leaseId, annotatorId });
  const now = ctx.clock.now();
  if (slot !== null && slot.leaseUntil > now) return { slot };
  const replay = await findReplay(ctx.db, annotatorId, s);
  if (replay) return { replay };
  const release =
    slot === null ? await findRelease(sql, { batchId: s.batchId, annotatorId, leaseId: s.leaseId }) : null;
  if (slot === null && release === null) {
    throw leaseUnknown();
  }
  throw await keepLate(ctx, s, slot, release);
}

/**
 * Keeps work that comes too late where its case can come back to whoever did it, as of the end of the lease, so that it hides nothing
 * that was put down later; what the gate has sealed stays as it was (R27). Returns how it is refused.
 */
async function keepLate(
  ctx: OrgContext,
  s: Submission,
  slot: Pick<LeasedSlot, 'taskId' | 'claimedAt'> | null,
  release: Release | null,
): Promise<AppError> {
  const sealed = release === null ? null : sealedBy(release.cause);
  if (sealed !== null) return sealed;
  const taskId = release?.taskId ?? slot?.taskId;
  assert(taskId !== undefined, 'work that comes too late has a lease that is out or over');
  const now = ctx.clock.now();
  await keepDraft(hotSql(ctx.db), {
    ...s,
    annotatorId: ctx.actor.personId,
    taskId,
    activeMs: slot === null ? s.activeMs : activeSince(s.activeMs, slot.claimedAt, now),
    now: release === null || release.at > now ? now : release.at,
    isLate: release !== null,
  });
  return leaseOver();
}

/** What is sent of a label, to tell a replay from other content under the same id. */
export type SentLabel = Pick<
  Submission,
  'batchId' | 'labelId' | 'answers' | 'confidence' | 'rationale' | 'labelOrigin' | 'contentSha256'
>;

/** Held against the row itself, which says all of a label; by hash where something was sent besides (reviews, audits). */
async function isSameContent(db: Database, stored: postgres.Row, s: SentLabel): Promise<boolean> {
  if (s.contentSha256 !== null || stored.content_sha256 !== null)
    return stored.content_sha256 === s.contentSha256;
  const schema = await signedSchema(db, stored.protocol_version_id);
  const answers = s.answers as Answers;
  if (validateAnswers(schema, answers).length > 0) return false;
  const labelOrigin = stored.is_amendment ? 'amendment' : (stored.label_origin ?? 'manual');
  return (
    canonicalJson([canonicalAnswers(schema, answers), s.confidence, s.rationale, s.labelOrigin]) ===
    canonicalJson([stored.answers, stored.confidence, stored.rationale, labelOrigin])
  );
}

/** The stored answer when this id was submitted before by this person with the same content. */
export async function findReplay(
  db: Database,
  annotatorId: string,
  s: SentLabel,
): Promise<SubmitResult | null> {
  const stored = await findLabel(hotSql(db), s);
  if (stored === null) return null;
  if (stored.annotator_id !== annotatorId || !(await isSameContent(db, stored, s))) {
    throw new AppError({
      kind: 'conflict',
      reason: 'label_id_reused',
      message: 'This id was used for another submission. Make a new id for every label.',
    });
  }
  return { labelId: s.labelId, submittedAt: new Date(stored.submitted_at), isReplay: true };
}

/**
 * Writes one submission in a transaction: what `hold` locks (the case that a decision judges), label, slot, counters, then
 * `body` (a review's outcome). Two at once under one id become one; a lease that ran out meanwhile keeps the work as a draft and throws `lease_over`, one that the gate took throws `lease_revoked`.
 */
export async function writeSubmission(
  ctx: OrgContext,
  s: Submission,
  slot: LeasedSlot,
  outcome: SubmissionOutcome,
  body: (tx: CommandTx) => Promise<void>,
  hold: (tx: CommandTx) => Promise<void> = async () => {},
): Promise<SubmitResult> {
  try {
    return await transact(ctx, async (tx) => {
      await hold(tx);
      await putSubmission(hotSql(tx.db), { ctx, s, slot, outcome, now: tx.now });
      await body(tx);
      return { labelId: s.labelId, submittedAt: tx.now, isReplay: false };
    });
  } catch (error) {
    const isReused = violates(error, LABEL_KEY);
    const isOver = error instanceof AppError && error.reason === 'lease_over';
    if (!isReused && !isOver) throw error;
    const annotatorId = ctx.actor.personId;
    const replay = await findReplay(ctx.db, annotatorId, s);
    if (replay) return replay;
    const { batchId, leaseId } = s;
    const release = await findRelease(hotSql(ctx.db), { batchId, annotatorId, leaseId });
    throw await keepLate(ctx, s, slot, release);
  }
}

async function putSubmission(
  sql: HotSql,
  p: { ctx: OrgContext; s: Submission; slot: LeasedSlot; outcome: SubmissionOutcome; now: Date },
): Promise<void> {
  const { ctx, s, slot, outcome, now } = p;
  const annotatorId = ctx.actor.personId;
  const identity = { batchId: s.batchId, taskId: slot.taskId, slotNo: slot.slotNo, tier: slot.tier };
  const activeMs = activeSince(s.activeMs, slot.claimedAt, now);
  if (outcome.goldN > 0) await shareGold(sql, identity);
  const written = insertLabel(sql, {
    ...s,
    ...identity,
    id: s.labelId,
    round: slot.round,
    revision: slot.revision + 1,
    isAmendment: false,
    supersedesId: slot.previousLabelId,
    annotatorId,
    termsNo: slot.termsNo,
    country: ctx.actor.country ?? slot.country,
    activeMs,
    submittedAt: now,
  });
  const finished = finishSlot(sql, {
    ...identity,
    ...outcome,
    annotatorId,
    leaseId: s.leaseId,
    labelId: s.labelId,
    now,
    activeMs,
    priceMinor: slot.priceMinor,
    feeMinor: slot.feeMinor,
  });
  const [insert, isFinished] = await Promise.allSettled([written, finished]);
  if (insert.status === 'rejected') throw insert.reason;
  if (isFinished.status === 'rejected') throw isFinished.reason;
  if (!isFinished.value) throw leaseOver();
}

/** Refuses answers beyond 64 kB. */
export function refuseTooLarge(s: Pick<Submission, 'answers'>): void {
  if (JSON.stringify(s.answers).length <= MOST_BYTES) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'label_too_large',
    message: 'The answers are larger than 64 kB. Shorten the text.',
  });
}

/** Refuses a slot of another tier: each tier has its own form. */
export function expectTier(slot: LeasedSlot, tier: Tier): void {
  if (slot.tier === tier) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'wrong_tier',
    message: `This lease is for ${slot.tier} work; it cannot be submitted as ${tier}.`,
  });
}
