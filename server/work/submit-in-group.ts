import type { Database } from '#db/client.ts';
import { violates } from '#db/errors.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { type BatchFacts, goldOf } from './batch-facts.ts';
import { type Grouping, groupCalls } from './group-calls.ts';
import {
  GROUPS_AT_ONCE,
  GROUPS_AT_ONCE_EACH,
  type HotSql,
  hotSql,
  MOST_TOGETHER,
  transactHot,
} from './hot-sql.ts';
import { findLeaseTasks } from './lease-tasks.ts';
import { isAcceptedOnSubmit, isDealtGoldSlot, isRepeated, repeatSeat, repeatSlotNo } from './rules.ts';
import { insertRepeat } from './submit-queries.ts';
import { type OneSubmission, type SubmittedSlot, submitTogether } from './submit-together.ts';

type Unscored = Omit<OneSubmission, 'gold'>;
type Call = Unscored & { facts: BatchFacts; schema: LabelSchema };

const groupings = new WeakMap<Database, Grouping<Call, boolean>>();

/**
 * Submits one label together with whatever else of this process is submitted to the batch at this moment: slot, label, reader's
 * counters and task move as one, guarded by the lease. False, and nothing of it has changed, when the lease, the protocol
 * version or the label id is not as expected; the slow path says why.
 */
export async function submitInGroup(
  db: Database,
  facts: BatchFacts,
  schema: LabelSchema,
  submission: Unscored,
): Promise<boolean> {
  const known = groupings.get(db);
  const grouping = known ?? groupSubmissions(db);
  if (known === undefined) groupings.set(db, grouping);
  try {
    return await grouping(facts.id, { ...submission, facts, schema });
  } catch (error) {
    if (violates(error, 'labels_batch_id_id_pk')) return false;
    throw error;
  }
}

function groupSubmissions(db: Database): Grouping<Call, boolean> {
  return groupCalls<Call, boolean>({
    personOf: (call) => call.annotatorId,
    most: MOST_TOGETHER,
    atOnce: GROUPS_AT_ONCE,
    atOnceEach: GROUPS_AT_ONCE_EACH,
    run: async (_, calls) => {
      const [first] = calls;
      if (first === undefined) return [];
      const { facts } = first;
      const batch = {
        batchId: facts.id,
        protocolVersionId: facts.protocolVersionId,
        isAccepted: isAcceptedOnSubmit(facts.kind, false),
      };
      const scored = await scoreAll(db, facts, calls);
      if (facts.rounds === 1) {
        const slots = await submitTogether(hotSql(db), batch, scored);
        return slots.map((slot) => slot !== null);
      }
      return transactHot(db, async (sql) => {
        const slots = await submitTogether(sql, batch, scored);
        for (const [i, slot] of slots.entries())
          if (slot !== null) await addRepeat(sql, facts, { ...(scored[i] as OneSubmission), slot });
        return slots.map((slot) => slot !== null);
      });
    },
  });
}

/** With the scores of gold reads, in a batch that has gold: looked up for every read alike, so that the time tells nothing. */
async function scoreAll(db: Database, facts: BatchFacts, calls: readonly Call[]): Promise<OneSubmission[]> {
  if (facts.goldMode === 'none') return calls.map((call) => ({ ...call, gold: null }));
  const gold = await goldOf(db, facts.id);
  const leaseIds = calls.map((call) => call.leaseId);
  const tasks = await findLeaseTasks(db, { batchId: facts.id, leaseIds });
  return calls.map((call) => {
    const known = gold.get(tasks.get(call.leaseId) ?? '');
    if (known === undefined) return { ...call, gold: null };
    const isCorrect = isCorrectLabel(call.schema, known, call.answers);
    return { ...call, gold: { n: isCorrect === null ? 0 : 1, ok: isCorrect === true ? 1 : 0 } };
  });
}

/** The next round of a read just submitted, in a batch that is read in rounds (R23); dealt gold is met once only. */
export async function addRepeat(
  sql: HotSql,
  facts: BatchFacts,
  of: {
    annotatorId: string;
    slot: Pick<SubmittedSlot, 'taskId' | 'slotNo' | 'round' | 'revision'>;
    at: Date;
  },
): Promise<void> {
  const { slot } = of;
  const isAgain =
    slot.revision === 1 &&
    slot.round < facts.rounds &&
    !isDealtGoldSlot(slot.slotNo, 'label') &&
    isRepeated({ seed: facts.seed, taskId: slot.taskId, shareBasisPoints: facts.repeatShareBasisPoints });
  if (!isAgain) return;
  const round = slot.round + 1;
  // Repeats of a slot keep its place: the number of the first read's slot, whatever the round.
  const seat = slot.round === 1 ? slot.slotNo : repeatSeat(slot.slotNo);
  await insertRepeat(sql, {
    batchId: facts.id,
    annotatorId: of.annotatorId,
    tier: 'label',
    taskId: slot.taskId,
    slotNo: repeatSlotNo(round, seat),
    round,
    opensAt: plus(of.at, facts.repeatAfterDays * DAY),
  });
}
