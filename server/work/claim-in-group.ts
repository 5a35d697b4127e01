import type { Database } from '#db/client.ts';
import type { BatchFacts } from './batch-facts.ts';
import { parametersOf, type SlotsClaimed } from './claim-slots.ts';
import { claimTogether } from './claim-together.ts';
import { type ClaimCall, claimGroupWithGold } from './claim-with-gold.ts';
import { type Grouping, groupCalls } from './group-calls.ts';
import { GROUPS_AT_ONCE, GROUPS_AT_ONCE_EACH, hotSql, MOST_TOGETHER } from './hot-sql.ts';

type Call = ClaimCall & { facts: BatchFacts };
type Answer = Pick<SlotsClaimed, 'slots' | 'leaseUntil'> | null;

const groupings = new WeakMap<Database, Grouping<Call, Answer>>();

/**
 * Claims label work for one person together with whoever else of this process claims in the batch at this moment. Null when it
 * got nothing: the person claims alone then, which looks at everything and says why.
 */
export function claimInGroup(db: Database, facts: BatchFacts, call: ClaimCall): Promise<Answer> {
  const known = groupings.get(db);
  const grouping = known ?? groupClaims(db);
  if (known === undefined) groupings.set(db, grouping);
  return grouping(facts.id, { ...call, facts });
}

function groupClaims(db: Database): Grouping<Call, Answer> {
  return groupCalls<Call, Answer>({
    personOf: (call) => call.annotatorId,
    most: MOST_TOGETHER,
    atOnce: GROUPS_AT_ONCE,
    atOnceEach: GROUPS_AT_ONCE_EACH,
    run: async (_, calls) => {
      const [first] = calls;
      if (first === undefined) return [];
      const { facts } = first;
      const found =
        facts.goldMode === 'dealt'
          ? await claimGroupWithGold(db, facts, calls)
          : await claimTogether(
              hotSql(db),
              calls.map((call) => parametersOf(facts, call)),
            );
      const { leaseUntil } = parametersOf(facts, first);
      return found.map((slots) => (slots === null || slots.length === 0 ? null : { slots, leaseUntil }));
    },
  });
}
