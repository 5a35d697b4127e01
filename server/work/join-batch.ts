import type { OrgContext } from '#server/command/context.ts';
import { enforce, refuse } from '#server/command/decision.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { lockApart } from './apart-queries.ts';
import { budgetInTheWay, SPENT } from './budget-reasons.ts';
import { readsCapOf } from './claim-rules.ts';
import { type Candidate, type CurrentTerms, decideEligibility, type Eligibility } from './eligibility.ts';
import {
  findStart,
  findTerms,
  insertReader,
  insertTerms,
  lockForJoin,
  lockReader,
  nextReaderNo,
  updateReader,
} from './join-queries.ts';
import { excludeMetGold, recheckTrained } from './met-gold.ts';
import { excludeMetCases } from './prior-reading.ts';
import { type Batch, findReader, getBatch, type Reader } from './reads.ts';
import { canonicalJson, type Tier } from './rules.ts';
import { sayingChanges } from './what-changes.ts';

type Admitted = Extract<Eligibility, { terms: CurrentTerms }>;

/** First letter of a reader's name in a batch, by tier. */
const ALIAS: Record<Tier, string> = { label: 'R', review: 'V', audit: 'U', adjudicate: 'A' };

/** Somebody whose next claim looks at their eligibility again. */
const NEVER = new Date(0);

export type Joined = { alias: string; priceMinor: bigint; currency: string; basis: string };

/**
 * Makes the acting person a reader of an open batch at a tier, with the terms that hold for them now; joining again is
 * joining once and looks at eligibility again. Refused with `not_eligible` and every reason in words.
 */
export async function joinBatch(ctx: OrgContext, input: { batchId: string; tier: Tier }): Promise<Joined> {
  return sayingChanges(async () => {
    const who = { ...candidateOf(ctx), tier: input.tier };
    const money = await budgetInTheWay(ctx, await getBatch(ctx.db, input.batchId), who);
    return transact(ctx, (tx) => join(tx, ctx, { ...input, isSpent: money !== null }));
  });
}

async function join(
  tx: CommandTx,
  ctx: OrgContext,
  input: { batchId: string; tier: Tier; isSpent: boolean },
): Promise<Joined> {
  const batch = await lockForJoin(tx.db, input.batchId);
  if (!batch) throw notFound();
  const key = { batchId: batch.id, annotatorId: ctx.actor.personId, tier: input.tier };
  const who = candidateOf(ctx);
  if (batch.status !== 'open' && !(batch.status === 'closing' && input.tier !== 'label')) enforceOpen(batch);
  await lockApart(tx.db, who.personId);
  // First their row, then the look: whoever closes the gate to them meanwhile makes the next claim look anew, after this.
  const existing = await lockReader(tx.db, key);
  const found = await decideEligibility(tx.db, batch, { ...who, tier: input.tier, now: tx.now });
  // Whose money is in the way makes that look before their first claim: joining once more is no way around it (R29).
  const eligibility = 'terms' in found && input.isSpent ? { ...found, isLookedThrough: false } : found;
  enforce(eligibility.decision, 'not_eligible', 'You cannot take this work at the moment.');
  if (!('terms' in eligibility)) throw notFound();
  const { terms } = eligibility;
  const reader = existing ?? (await addReader(tx, batch, key, eligibility));
  if (existing) await renewTerms(tx, batch, existing, eligibility);
  if (batch.kind === 'training' && !existing) await recheckTrained(tx.db, batch, key.annotatorId);
  await excludeMetGold(tx.db, batch, key);
  await excludeMetCases(tx.db, batch, key);
  return {
    alias: reader.alias,
    priceMinor: terms.priceMinor,
    currency: terms.currency,
    basis: eligibility.decision.basis,
  };
}

/** What a look at a reader found: `refused` says why they may not claim, and is empty when they may. */
export type Rechecked = {
  refused: readonly ErrorDetail[];
  /**
   * Null when money is not in the way (R29). `read_out`: nothing is left that money is there for, so that there is no claim and the words
   * are those of an empty one.
   */
  money: 'spent' | 'read_out' | null;
  /** Whether they may take up a correction though money is in the way of all else: it costs nothing more (R27, R31). */
  mayCorrect: boolean;
};

/**
 * Looks again whether a reader may go on, once a minute or, for who is at work, half a minute (`look-ahead.ts`): refused means no claim and the reasons; allowed renews
 * the mark and, when price, protocol, credentials, training, basis or country have changed, makes new terms (R27). Where money is in the
 * way the mark stays old, so that whoever has a correction gets that and nothing that costs. What they may take is looked at before the
 * transaction: its sum needs a connection of its own.
 */
export async function recheckReader(
  ctx: OrgContext,
  input: { batchId: string; tier: Tier },
): Promise<Rechecked> {
  const who = { ...candidateOf(ctx), tier: input.tier };
  const key = { ...input, annotatorId: who.personId };
  const money = await budgetInTheWay(ctx, await getBatch(ctx.db, input.batchId), who);
  const mayCorrect = money !== null && ((await findReader(ctx.db, key))?.returned ?? 0) > 0;
  if (money !== null && !mayCorrect) return { refused: money === 'spent' ? [SPENT] : [], money, mayCorrect };
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, input.batchId);
    // First their row, then the look: one that began before the gate was closed would let them in for a minute after it (R27).
    const reader = await lockReader(tx.db, key);
    const eligibility = await decideEligibility(tx.db, batch, { ...who, now: tx.now, keepsLook: true });
    const { decision } = eligibility;
    if (!decision.allowed) return { refused: decision.reasons, money, mayCorrect: false };
    if (money !== null) return { refused: money === 'spent' ? [SPENT] : [], money, mayCorrect };
    if (reader && 'terms' in eligibility) {
      await renewTerms(tx, batch, reader, eligibility);
      await excludeMetGold(tx.db, batch, reader);
      await excludeMetCases(tx.db, batch, reader);
    }
    return { refused: [], money, mayCorrect };
  });
}

export function candidateOf(ctx: OrgContext): Candidate {
  const { personId, orgId, orgKind, orgVerified, country } = ctx.actor;
  return { personId, orgId, orgVerified, country, isIndependent: orgKind === 'independent' };
}

async function addReader(
  tx: CommandTx,
  batch: Batch,
  key: { batchId: string; annotatorId: string; tier: Tier },
  { terms, pools, isLookedThrough }: Admitted,
): Promise<{ alias: string }> {
  const readerNo = await nextReaderNo(tx.db, batch.id, key.tier);
  // Everybody reads every case of an exam or training: who came after the last place would never finish it. The lock on the batch
  // lets joins take turns, so that the last place goes to one.
  const isForAll = batch.kind === 'exam' || batch.kind === 'training';
  if (isForAll && key.tier === 'label' && readerNo > batch.overlap)
    enforce(
      refuse({
        code: 'exam.full',
        message:
          batch.generalExamId === null
            ? `Every place of this ${batch.kind} is taken. Ask the sponsor for another one, or look again later.`
            : 'The last place of this sitting was just taken. Look again when the next sitting opens.',
        href: '/work/qualifications',
      }),
      'not_eligible',
      `You cannot take this ${batch.kind} at the moment.`,
    );
  const start = await findStart(tx.db, { ...key, overlap: batch.overlap, pools });
  const alias = `${ALIAS[key.tier]}${String(readerNo).padStart(2, '0')}`;
  await insertTerms(tx.db, { ...key, ...terms, termsNo: 1, validFrom: tx.now });
  await insertReader(tx.db, {
    ...key,
    engagementId: terms.engagementId,
    readerNo,
    alias,
    ...start,
    poolFrom: pools.from,
    poolTo: pools.to,
    readsCap: key.tier === 'label' ? readsCapOf(batch) : null,
    lateKey: -1n,
    termsNo: 1,
    encumberedMinor: 0n,
    accruedMinor: 0n,
    postedMinor: 0n,
    joinedAt: tx.now,
    lastSeenAt: tx.now,
    checkedAt: isLookedThrough ? tx.now : NEVER,
  });
  await tx.audit({
    action: 'work.batch_joined',
    subject: { kind: 'batch', id: batch.id },
    detail: { tier: key.tier, basis: terms.gateBasis },
  });
  return { alias };
}

/** Writes down what a look at somebody's eligibility found: terms when they changed, the cap, the pools they may read from. */
async function renewTerms(
  tx: CommandTx,
  batch: Batch,
  reader: Reader,
  { terms, pools, isLookedThrough }: Admitted,
): Promise<void> {
  const key = { batchId: reader.batchId, annotatorId: reader.annotatorId, tier: reader.tier };
  const before = await findTerms(tx.db, { ...key, termsNo: reader.termsNo });
  const isSame = before !== null && substance(before) === substance(terms);
  const termsNo = isSame ? reader.termsNo : reader.termsNo + 1;
  if (!isSame) await insertTerms(tx.db, { ...key, ...terms, termsNo, validFrom: tx.now });
  const isMoved = reader.poolFrom !== pools.from || reader.poolTo !== pools.to;
  await updateReader(tx.db, key, {
    checkedAt: isLookedThrough ? tx.now : NEVER,
    termsNo,
    readsCap: key.tier === 'label' ? readsCapOf(batch) : null,
    // Who has moved, on- or offshore, starts anew in the pools that are theirs now.
    ...(isMoved
      ? {
          poolFrom: pools.from,
          poolTo: pools.to,
          ...(await findStart(tx.db, { ...key, overlap: batch.overlap, pools })),
          lateKey: -1n,
          sweepLane: 0,
          sweepKey: -1n,
        }
      : {}),
  });
}

/** What makes terms differ; the moment at which a snapshot was taken does not. */
function substance(terms: {
  protocolVersionId: string;
  priceMinor: bigint;
  feeMinor: bigint;
  payeeOrgId: string;
  credentialSnapshot: unknown;
  trainingRecord: unknown;
  gateBasis: string;
  country: string | null;
}): string {
  const { credentials } = terms.credentialSnapshot as { credentials?: unknown };
  return canonicalJson([
    terms.protocolVersionId,
    terms.priceMinor.toString(),
    terms.feeMinor.toString(),
    terms.payeeOrgId,
    credentials ?? [],
    terms.trainingRecord,
    terms.gateBasis,
    terms.country,
  ]);
}

function enforceOpen(batch: Batch): void {
  enforce(refuse(closedReason(batch)), 'batch_not_open', closedReason(batch).message);
}

/** Why a batch that is not open gives no work. */
export function closedReason(batch: Pick<Batch, 'status' | 'statusReason'>): {
  code: string;
  message: string;
} {
  const because = batch.statusReason ? ` Reason: ${batch.statusReason}` : '';
  const words: Record<Batch['status'], string> = {
    draft: 'This batch is not open yet.',
    open: 'This batch is open.',
    paused: `This batch is paused; what you hold can be finished.${because}`,
    closing: 'This batch takes no new reads; what you hold can be finished.',
    settled: 'This batch is finished.',
  };
  return { code: `batch.${batch.status}`, message: words[batch.status] };
}

function notFound(): AppError {
  return new AppError({ kind: 'not_found', reason: 'batch_not_found', message: 'There is no such batch.' });
}
