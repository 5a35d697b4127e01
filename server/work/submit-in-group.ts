import type { Database } from '#db/client.ts';
import { violates } from '#db/errors.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { isCorrectLabel } from '#server/gold/rules.ts';
import type { LabelSchema } from '#server/protocols/schemas.ts';
import { type BatchFacts, goldOf } from './batch-facts.ts';
import { type GroupAnswer, momentOf } from './claim-in-group.ts';
import type { GroupClaim } from './claim-together.ts';
import { type ClaimCall, claimsOf, takeGranted } from './claim-with-gold.ts';
import { type Grouping, groupCalls } from './group-calls.ts';
import { keyOfGroup } from './group-key.ts';
import { GROUPS, type HotSql, hotSql, MOST_CLAIMS, MOST_SUBMITS, transactHot, tryAgain } from './hot-sql.ts';
import { findLeaseTasks } from './lease-tasks.ts';
import { hintOfReader, rememberReader } from './reader-place.ts';
import { isAcceptedOnSubmit, isDealtGoldSlot, isRepeated, repeatSeat, repeatSlotNo } from './rules.ts';
import { insertRepeat } from './submit-queries.ts';
import {
  type GroupSubmission,
  type OneSubmission,
  type SubmittedSlot,
  submitAndClaimTogether,
  submitTogether,
} from './submit-together.ts';

type Unscored = Omit<OneSubmission, 'gold' | 'taskId' | 'readerAt'>;
/** What came of a submission, and of the claim of the next cases that went with it. */
type SubmittedInGroup = { isSubmitted: boolean; next: GroupAnswer };
type Statement = 'rounds' | 'submits' | 'with gold' | 'without';
type Call = Unscored & { facts: BatchFacts; schema: LabelSchema; limit: number };

const groupings = new WeakMap<Database, Grouping<Call, SubmittedInGroup>>();
const SUBMITS: Statement = 'submits';
const NOTHING: SubmittedInGroup = { isSubmitted: false, next: null };

/**
 * Submits one label together with whatever else of this process is submitted at this moment: slot, label, reader's
 * counters and task move as one, guarded by the lease; and claims up to `limit` next cases in the same transaction, for who has
 * submitted. Not submitted, and nothing of it has changed, when the lease, the protocol version or the label id is not as
 * expected; the slow path says why.
 */
export async function submitInGroup(
  db: Database,
  facts: BatchFacts,
  schema: LabelSchema,
  submission: Unscored & { limit: number },
): Promise<SubmittedInGroup> {
  const known = groupings.get(db);
  const grouping = known ?? groupSubmissions(db);
  if (known === undefined) groupings.set(db, grouping);
  try {
    const call = { ...submission, facts, schema };
    return await grouping(keyOfGroup(db, facts, statementOf(call)), call);
  } catch (error) {
    if (violates(error, 'labels_batch_id_id_pk')) return NOTHING;
    throw error;
  }
}

/** What is sent differs where each answer brings another read, where nothing is claimed, and where gold is dealt. */
function statementOf({ facts, limit }: Call): Statement {
  if (facts.rounds > 1) return 'rounds';
  if (limit === 0) return SUBMITS;
  return facts.goldMode === 'dealt' ? 'with gold' : 'without';
}

function groupSubmissions(db: Database): Grouping<Call, SubmittedInGroup> {
  return groupCalls<Call, SubmittedInGroup>({
    personOf: (call) => `${call.annotatorId} ${call.facts.id}`,
    placeOf: (call) => call.facts.id,
    ...GROUPS,
    most: (key) => (key.startsWith(SUBMITS) ? MOST_SUBMITS : MOST_CLAIMS),
    run: async (_, calls) => {
      const scored = await scoreAll(db, calls);
      const remember = (submitted: readonly (SubmittedSlot | null)[]) =>
        rememberReaders(db, scored, submitted);
      const [first] = calls;
      if (first === undefined) return [];
      const statement = statementOf(first);
      if (statement === 'rounds') return remember(await submitRounds(db, calls, scored)).map(alone);
      if (statement === SUBMITS)
        return remember(await tryAgain(() => submitTogether(hotSql(db), scored))).map(alone);
      const next = calls.map(nextOf);
      const claims = await claimsOf(db, next);
      const pairs = scored.map((submission, i) => ({ submission, claim: claims[i] as GroupClaim }));
      const at = momentOf(nextOf(first));
      const found = await tryAgain(() => submitAndClaimTogether(hotSql(db), at, pairs));
      remember(found.map(({ submitted }) => submitted));
      return found.map(({ submitted, granted }, i) => ({
        isSubmitted: submitted !== null,
        next: takeGranted(db, next[i] as ClaimCall, granted),
      }));
    },
  });
}

/** Remembers where the rows lie of who has submitted; whose submission was left out is looked up anew. */
function rememberReaders(
  db: Database,
  submissions: readonly GroupSubmission[],
  submitted: readonly (SubmittedSlot | null)[],
): readonly (SubmittedSlot | null)[] {
  for (const [i, submission] of submissions.entries())
    rememberReader(db, submission, submitted[i]?.readerAt ?? null);
  return submitted;
}

const alone = (slot: SubmittedSlot | null): SubmittedInGroup => ({ isSubmitted: slot !== null, next: null });

/** The claim that goes with a submission. */
const nextOf = ({ facts, annotatorId, limit, at }: Call): ClaimCall => ({
  ...{ facts, batchId: facts.id, annotatorId, tier: 'label', limit, now: at },
});

/** In batches that are read in rounds, with the next round of each. */
function submitRounds(
  db: Database,
  calls: readonly Call[],
  scored: readonly GroupSubmission[],
): Promise<(SubmittedSlot | null)[]> {
  return transactHot(db, async (sql) => {
    const submitted = await submitTogether(sql, scored);
    for (const [i, slot] of submitted.entries()) {
      const call = calls[i];
      if (slot !== null && call !== undefined) await addRepeat(sql, call.facts, { ...call, slot });
    }
    return submitted;
  });
}

/**
 * With the case behind each lease, and the scores of gold reads in a batch that has gold: looked up for every read alike, so that the time
 * tells nothing.
 */
async function scoreAll(db: Database, calls: readonly Call[]): Promise<GroupSubmission[]> {
  const found: GroupSubmission[] = [];
  const tasks = new Map<string, ReadonlyMap<string, string>>();
  for (const [batchId, leases] of Map.groupBy(calls, (call) => call.facts.id))
    tasks.set(batchId, await findLeaseTasks(db, { batchId, leases }));
  for (const call of calls) {
    const { facts } = call;
    const submission = {
      ...call,
      batchId: facts.id,
      protocolVersionId: facts.protocolVersionId,
      isAccepted: isAcceptedOnSubmit(facts.kind, false),
    };
    const taskId = tasks.get(facts.id)?.get(call.leaseId) ?? null;
    const known =
      taskId === null || facts.goldMode === 'none' ? undefined : (await goldOf(db, facts.id)).get(taskId);
    const isCorrect = known === undefined ? null : isCorrectLabel(call.schema, known, call.answers);
    found.push({
      ...submission,
      taskId,
      readerAt: hintOfReader(db, submission),
      gold: known === undefined ? null : { n: isCorrect === null ? 0 : 1, ok: isCorrect === true ? 1 : 0 },
    });
  }
  return found;
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
