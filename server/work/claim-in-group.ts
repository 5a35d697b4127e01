import type { Database } from '#db/client.ts';
import { parametersOf, type SlotsClaimed } from './claim-slots.ts';
import { claimTogether, type GroupMoment } from './claim-together.ts';
import { type ClaimCall, claimsOf, takeGranted } from './claim-with-gold.ts';
import { type Grouping, groupCalls } from './group-calls.ts';
import { keyOfGroup } from './group-key.ts';
import { GROUPS, hotSql, MOST_CLAIMS, tryAgain } from './hot-sql.ts';

/** What a person got, and whether they are to be looked at soon (`look-ahead.ts`); null when it was nothing. */
export type GroupAnswer = (Pick<SlotsClaimed, 'slots' | 'leaseUntil'> & { isLookDue: boolean }) | null;

const groupings = new WeakMap<Database, Grouping<ClaimCall, GroupAnswer>>();

/**
 * Claims label work for one person together with whoever else of this process claims at this moment. Null when it
 * got nothing: the person claims alone then, which looks at everything and says why.
 */
export function claimInGroup(db: Database, call: ClaimCall): Promise<GroupAnswer> {
  const known = groupings.get(db);
  const grouping = known ?? groupClaims(db);
  if (known === undefined) groupings.set(db, grouping);
  return grouping(
    keyOfGroup(db, call.facts, call.facts.goldMode === 'dealt' ? 'with gold' : 'without'),
    call,
  );
}

function groupClaims(db: Database): Grouping<ClaimCall, GroupAnswer> {
  return groupCalls<ClaimCall, GroupAnswer>({
    personOf: (call) => `${call.annotatorId} ${call.batchId}`,
    placeOf: (call) => call.batchId,
    ...GROUPS,
    most: () => MOST_CLAIMS,
    run: async (_, calls) => {
      const [first] = calls;
      if (first === undefined) return [];
      const claims = await claimsOf(db, calls);
      const granted = await tryAgain(() => claimTogether(hotSql(db), momentOf(first), claims));
      return calls.map((call, i) => takeGranted(db, call, granted[i] ?? null));
    },
  });
}

/** What the claims of a group have in common, by one of them. */
export const momentOf = (call: ClaimCall): GroupMoment => parametersOf(call.facts, { ...call, limit: 0 });
