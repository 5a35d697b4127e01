import type { OrgContext } from '#server/command/context.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { sayDay, sayMinute } from '#server/notifications/say-day.ts';
import { batchFacts } from './batch-facts.ts';
import { claimDecision } from './claim-decision.ts';
import { claimInGroup } from './claim-in-group.ts';
import { claimReturned } from './claim-returned.ts';
import { capReason, readsCapOf } from './claim-rules.ts';
import { claimSlots, parametersOf, type SlotsClaimed } from './claim-slots.ts';
import { claimAloneWithGold } from './claim-with-gold.ts';
import { hotSql, transactHot, tryAgain } from './hot-sql.ts';
import { closedReason, recheckReader } from './join-batch.ts';
import { findIdle, nextFromExpertAt, whatIsLeft } from './left-queries.ts';
import { lookAhead } from './look-ahead.ts';
import { poolList } from './pool-rules.ts';
import { STILL_LOOKING } from './prior-reading.ts';
import { getBatch } from './reads.ts';
import { nextRepeatAt } from './repeat-queries.ts';
import type { Tier } from './rules.ts';
import type { ClaimResult } from './schemas.ts';
import { standingReason } from './standing-reason.ts';
import { withChanges } from './what-changes.ts';

/** When to ask again while a search that takes several calls is under way. */
const SEARCH_ON_MS = 200;

/**
 * Leases up to `limit` cases to the acting person, who has joined the batch: never a case they have had, never more than
 * the overlap, whatever happens at the same time. When nothing came, `reasons` says why and what would change it.
 * The slot row is its own trail: no audit event, no job.
 */
export async function claimNextTasks(
  ctx: OrgContext,
  input: { batchId: string; tier: Tier; limit: number },
): Promise<ClaimResult> {
  const facts = await batchFacts(ctx.db, input.batchId);
  if (input.tier === 'label') {
    const limit = Math.min(input.limit, Math.max(facts.prefetch, 1));
    const key = { batchId: input.batchId, annotatorId: ctx.actor.personId, tier: input.tier };
    const found = await claimInGroup(ctx.db, { ...key, facts, limit, now: ctx.clock.now() });
    if (found?.isLookDue) lookAhead(ctx, { batchId: input.batchId, tier: input.tier });
    if (found !== null) return toResult(found);
  }
  return claimAlone(ctx, input);
}

/** As `claimNextTasks` for whom the common case had nothing: looks at everything, and says why when it finds nothing either. */
export async function claimAlone(
  ctx: OrgContext,
  input: { batchId: string; tier: Tier; limit: number },
): Promise<ClaimResult> {
  const facts = await batchFacts(ctx.db, input.batchId);
  const limit = Math.min(input.limit, Math.max(facts.prefetch, 1));
  const key = { batchId: input.batchId, annotatorId: ctx.actor.personId, tier: input.tier };
  const attempt = (): Promise<SlotsClaimed> => {
    const claim = { ...key, limit, now: ctx.clock.now() };
    if (input.tier !== 'label') return claimDecision(ctx.db, facts, claim);
    return facts.goldMode === 'dealt'
      ? transactHot(ctx.db, (sql) => claimAloneWithGold(sql, { ...claim, facts }))
      : tryAgain(() => claimSlots(hotSql(ctx.db), facts, claim));
  };
  const { checkedAfter } = parametersOf(facts, { ...key, limit: 0, now: ctx.clock.now() });
  const idle = await findIdle(hotSql(ctx.db), { ...key, checkedAfter });
  if (idle !== null) return explain(ctx, input, { state: idle, isSearching: false });
  let claimed = await attempt();
  if (claimed.slots.length === 0 && claimed.state !== null && !claimed.state.isFresh) {
    const { refused, money, mayCorrect } = await recheckReader(ctx, input);
    if (mayCorrect) {
      const p = parametersOf(facts, { ...key, limit, now: ctx.clock.now() });
      const { slots } = await tryAgain(() => claimReturned(hotSql(ctx.db), p));
      if (slots.length > 0) return toResult({ slots, leaseUntil: p.leaseUntil });
    }
    if (refused.length > 0) {
      const isLooking = refused.every((one) => one.code === STILL_LOOKING);
      return { leases: [], reasons: withChanges(refused), retryAfterMs: isLooking ? SEARCH_ON_MS : null };
    }
    if (money === 'read_out') return explain(ctx, input, claimed);
    claimed = await attempt();
  }
  if (claimed.slots.length > 0) return toResult(claimed);
  return explain(ctx, input, claimed);
}

/** Claimed slots as the client may see them. */
export function toResult(claimed: Pick<SlotsClaimed, 'slots' | 'leaseUntil'>): ClaimResult {
  return {
    leases: claimed.slots.map((slot) => ({
      leaseId: slot.leaseId,
      leaseUntil: claimed.leaseUntil,
      round: slot.round,
      isReturned: slot.source === 'returned',
    })),
    reasons: [],
    retryAfterMs: null,
  };
}

/** Why a claim came back empty, in words. */
async function explain(
  ctx: OrgContext,
  input: { batchId: string; tier: Tier },
  claimed: Pick<SlotsClaimed, 'state' | 'isSearching'>,
): Promise<ClaimResult> {
  const { state } = claimed;
  if (state === null) {
    throw new AppError({
      kind: 'precondition',
      reason: 'not_joined',
      message: 'You have not joined this batch. Start it from your list of work.',
    });
  }
  const because = (reason: ErrorDetail, retryAfterMs: number | null = null): ClaimResult => ({
    leases: [],
    reasons: withChanges([reason]),
    retryAfterMs,
  });
  if (!state.batchOpen) return because(closedReason(await getBatch(ctx.db, input.batchId)));
  if (state.status !== 'active') return because(await standingReason(ctx, { ...input, ...state }));
  if (claimed.isSearching)
    return because(
      { code: 'work.searching', message: 'Looking through what others passed over.' },
      SEARCH_ON_MS,
    );
  if (state.capLeft !== null && state.capLeft <= 0 && state.held === 0) {
    const cap = because(capReason(readsCapOf(await getBatch(ctx.db, input.batchId)) ?? 0));
    const repeats = state.repeats > 0 ? [await repeatsWait(ctx, input, state)] : [];
    return { ...cap, reasons: [...cap.reasons, ...withChanges(repeats)] };
  }
  const left = await whatIsLeft(hotSql(ctx.db), { ...input, pools: state.pools });
  if (input.tier === 'review' && left.isOpen) {
    const wait = await namedExpert(ctx, input);
    if (wait !== null) return wait;
  }
  if (state.held > 0 && left.isOpen)
    return because({
      code: 'work.held',
      message: `You hold ${state.held} cases already. Submit or release them first.`,
    });
  if (left.isOpen)
    return because({
      code: 'work.all_seen',
      message: 'You have had every case that is still open here. Those are for others.',
    });
  if (state.repeats > 0) return because(await repeatsWait(ctx, input, state));
  if (left.isElsewhere) return because(await notYours(ctx, input.batchId));
  if (left.isLeased)
    return because(
      {
        code: 'work.all_taken',
        message: 'Every case is being read. One may come back if somebody gives it up.',
      },
      30_000,
    );
  return because({ code: 'work.none_left', message: 'Nothing is left to do here.' });
}

/** Of cases that the person will read once more, when (R23). */
async function repeatsWait(
  ctx: OrgContext,
  input: { batchId: string; tier: Tier },
  state: { repeats: number },
): Promise<ErrorDetail> {
  const key = { ...input, annotatorId: ctx.actor.personId, now: ctx.clock.now() };
  const opensAt = await nextRepeatAt(hotSql(ctx.db), key);
  return {
    code: 'work.repeats_wait',
    message:
      opensAt === null
        ? 'Repeats wait for you; each opens once you have submitted the read before it.'
        : `You will read ${state.repeats === 1 ? 'a case' : 'some cases'} once more, from ${sayDay(opensAt)} on.`,
  };
}

/** What is open to review waits for the experts who are named for its readers, and until when; null when it does not. */
async function namedExpert(
  ctx: OrgContext,
  input: { batchId: string; tier: Tier },
): Promise<ClaimResult | null> {
  const now = ctx.clock.now();
  const opensAt = await nextFromExpertAt(hotSql(ctx.db), { ...input, annotatorId: ctx.actor.personId, now });
  if (opensAt === null) return null;
  return {
    leases: [],
    reasons: withChanges([
      {
        code: 'work.named_expert',
        message: `What is open here waits for the expert who is named for its reader, until ${sayMinute(opensAt)}. What they have not taken by then is free for you.`,
      },
    ]),
    retryAfterMs: opensAt.getTime() - now.getTime(),
  };
}

/** What is left belongs to others: another organisation's share, or what is kept for onshore readers. */
async function notYours(ctx: OrgContext, batchId: string): Promise<ErrorDetail> {
  const batch = await getBatch(ctx.db, batchId);
  const isShared = (poolList.parse(batch.pools) ?? []).some((one) => one.orgId !== null || one.isDirect);
  return isShared
    ? {
        code: 'work.share_read',
        message: 'Your organisation’s share of this batch is read. What is left belongs to the others.',
      }
    : {
        code: 'work.kept_onshore',
        message: `What is left is kept for readers in ${batch.onshoreCountry ?? 'another country'}, as the sponsor’s location policy asks.`,
      };
}
