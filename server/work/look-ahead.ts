import type { OrgContext } from '#server/command/context.ts';
import { recheckReader } from './join-batch.ts';
import { memoryOf } from './process-memory.ts';
import { LOOK_AHEAD_SECONDS, type Tier } from './rules.ts';

/** Readers whose last look this process remembers. */
const MOST_KNOWN = 100_000;
/** When a reader was last looked at ahead, in milliseconds of the clock: one who was refused is not looked at with each of their claims. */
const lastLooks = memoryOf<number>(MOST_KNOWN);

type Look = { ctx: OrgContext; batchId: string; tier: Tier };
const waiting: Look[] = [];
let underWay: Promise<void> | null = null;

/**
 * Looks at a reader's eligibility before their claims need it, beside what they do: within a claim it takes many statements, and where many
 * come back to work at the same moment all of them would wait for all of these. One at a time in a process, so that claims have the rest of
 * the machine. It only renews the mark, as `recheckReader` does at any time: who is refused, or whose look fails, is looked at once more by
 * their claim when the mark has run out, and told there.
 */
export function lookAhead(ctx: OrgContext, of: { batchId: string; tier: Tier }): void {
  const memory = lastLooks(ctx.db);
  const key = `${of.batchId} ${of.tier} ${ctx.actor.personId}`;
  const now = ctx.clock.now().getTime();
  const last = memory.get(key);
  if (last !== undefined && now - last < LOOK_AHEAD_SECONDS * 1000) return;
  memory.set(key, now);
  waiting.push({ ctx, ...of });
  underWay ??= lookAtAll().finally(() => {
    underWay = null;
  });
}

/** Resolves when nobody of this process waits for a look. */
export const looksDone = (): Promise<void> => underWay ?? Promise.resolve();

async function lookAtAll(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { ctx, batchId, tier } = next;
    await recheckReader(ctx, { batchId, tier }).catch(() => {});
  }
}
