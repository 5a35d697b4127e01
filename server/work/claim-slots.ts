import { randomUUID } from 'node:crypto';
import { plus, SECOND } from '#server/core/clock.ts';
import type { BatchFacts } from './batch-facts.ts';
import {
  type ClaimAnswer,
  type ClaimedSlot,
  type ClaimKey,
  type ClaimParameters,
  type ClaimState,
  claimAhead,
  claimRepeats,
  claimSwept,
  endSweep,
} from './claim-queries.ts';
import type { HotSql } from './hot-sql.ts';
import { lanesFrom, lanesToSweep } from './pool-rules.ts';
import { RECHECK_SECONDS, SWEEPS_PER_CALL } from './rules.ts';

export type SlotsClaimed = {
  slots: ClaimedSlot[];
  leaseUntil: Date;
  /** The reader as the first statement saw it; null when the person has not joined. */
  state: ClaimState | null;
  /** True when a sweep is under way: asking again goes on with it. */
  isSearching: boolean;
};

/**
 * Leases up to `limit` slots to a reader: returned work, late slots, the own lane, the other lanes, repeats, then what
 * was passed over. Looks at everything; the common case is in `claim-together.ts`. Works inside a transaction and outside.
 */
export async function claimSlots(
  sql: HotSql,
  facts: BatchFacts,
  input: ClaimKey & { limit: number; now: Date },
): Promise<SlotsClaimed> {
  const p = parametersOf(facts, input);
  const first = await claimAhead(sql, { ...p, lane: null });
  const { state } = first;
  const answer = (slots: ClaimedSlot[], isSearching = false): SlotsClaimed => ({
    slots,
    leaseUntil: p.leaseUntil,
    state,
    isSearching,
  });
  if (first.slots.length > 0 || state === null || !mayGoOn(state, p)) return answer(first.slots);
  const isSweeping = state.sweepLane > 0 || state.sweepKey >= 0n;
  const isCapped = state.capLeft !== null && state.capLeft <= 0;
  if (!isSweeping && !isCapped) {
    const ahead = await claimOtherLanes(sql, p, state, facts.overlap);
    if (ahead.slots.length > 0 || ahead.isSearching) return answer(ahead.slots, ahead.isSearching);
  }
  if (state.repeats > 0 && (!isSweeping || isCapped)) {
    const repeats = await claimRepeats(sql, p);
    if (repeats.slots.length > 0) return answer(repeats.slots);
  }
  if (isCapped) return answer([]);
  const swept = await sweep(sql, p, state, facts.overlap);
  if (!isSweeping || swept.slots.length > 0 || swept.isSearching)
    return answer(swept.slots, swept.isSearching);
  // While it went on no claim paid a statement for repeats; now that it has found nothing more they come before there is said to be nothing.
  if (state.repeats > 0) {
    const repeats = await claimRepeats(sql, p);
    if (repeats.slots.length > 0) return answer(repeats.slots);
  }
  // It went on from where it had found something: what came open before that since is looked at before there is said to be nothing. A
  // few windows only, or who may have nothing of a large batch would never be told so.
  const again = await sweep(sql, p, { ...state, sweepLane: 0, sweepKey: -1n }, facts.overlap);
  if (again.isSearching) await endSweep(sql, p);
  return answer(again.slots);
}

/** No reader's lane. */
const NO_LANE = 32_767;

/** Of what `claimSlots` looks at only the first: work returned to the reader, and what was given back. */
export async function claimLate(
  sql: HotSql,
  facts: BatchFacts,
  input: ClaimKey & { limit: number; now: Date },
): Promise<ClaimAnswer> {
  return claimAhead(sql, { ...parametersOf(facts, input), lane: NO_LANE });
}

function mayGoOn(state: ClaimState, p: ClaimParameters): boolean {
  return state.status === 'active' && state.batchOpen && state.isFresh && state.held < p.mostLeases;
}

/** The rest of the own lane, then the next lanes of the reader's pools from the same mark: all have the same order. */
async function claimOtherLanes(
  sql: HotSql,
  p: ClaimParameters,
  state: ClaimState,
  overlap: number,
): Promise<{ slots: ClaimedSlot[]; isSearching: boolean }> {
  let windows = 0;
  let edge = state.edge;
  const lanes = p.tier === 'label' ? lanesFrom(state.lane, state.pools, overlap) : [];
  for (let step = 0; step < lanes.length; ) {
    if (edge === null) step += 1;
    const lane = lanes[step];
    if (lane === undefined) break;
    if (edge !== null && ++windows > SWEEPS_PER_CALL) return { slots: [], isSearching: true };
    const next = await claimAhead(sql, { ...p, lane });
    if (next.slots.length > 0) return { slots: next.slots, isSearching: false };
    edge = next.state?.edge ?? null;
  }
  return { slots: [], isSearching: false };
}

/** The late lanes and every lane of the reader's pools from the beginning, a few windows per call; where it stopped is kept on the reader's row. */
async function sweep(
  sql: HotSql,
  p: ClaimParameters,
  state: ClaimState,
  overlap: number,
): Promise<{ slots: ClaimedSlot[]; isSearching: boolean }> {
  const lanes = p.tier === 'label' ? lanesToSweep(state.pools, overlap) : [0];
  let place = state.sweepLane;
  let from = state.sweepKey;
  for (let windows = 0; place < lanes.length; ) {
    const next = await claimSwept(sql, { ...p, lane: lanes[place] ?? 0, place, from });
    if (next.slots.length > 0) return { slots: next.slots, isSearching: false };
    const edge = next.state?.edge ?? null;
    if (edge !== null && ++windows >= SWEEPS_PER_CALL) return { slots: [], isSearching: true };
    if (edge === null) place += 1;
    from = edge ?? -1n;
  }
  await endSweep(sql, p);
  return { slots: [], isSearching: false };
}

/** What a claim statement is given: ids, times and limits, so that it needs neither clock nor chance of its own. */
export function parametersOf(
  facts: BatchFacts,
  input: ClaimKey & { limit: number; now: Date },
): ClaimParameters {
  return {
    ...input,
    leaseIds: Array.from({ length: input.limit }, newLeaseId),
    leaseUntil: plus(input.now, facts.leaseSeconds * SECOND),
    mostLeases: 4 * facts.prefetch + 4,
    checkedAfter: plus(input.now, -RECHECK_SECONDS * SECOND),
  };
}

/**
 * Random, not time-ordered: the id is all that a client sees, and it must not tell in which order slots were taken. Of the form that
 * the grouped claim makes in its statement, version and variant 8, or the form would tell gold from other work.
 */
export function newLeaseId(): string {
  const id = randomUUID();
  return `${id.slice(0, 14)}8${id.slice(15, 19)}8${id.slice(20)}`;
}
