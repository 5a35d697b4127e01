import { onTestFinished } from 'vitest';
import type { OrgContext } from '#server/command/context.ts';
import { goldOrdinals } from '#server/work/rules.ts';

/** A share that can be drawn is met within a few secrets; what so many do not meet, none will. */
const MOST_SECRETS = 10_000;

/**
 * Chooses the installation's secret, until the end of the test, so that each of these people is dealt at least so many gold cases among
 * their first `count` of a batch: which come is drawn by the secret and by ids that differ from run to run, and a draw can miss. Throws when no secret deals so many: the share is none, or too small for so few cases.
 */
export function drawGold(input: {
  batchId: string;
  people: readonly OrgContext[];
  shareBasisPoints: number;
  count: number;
  atLeast: number;
}): void {
  const { batchId, count, shareBasisPoints } = input;
  const isEnough = (secret: string) =>
    input.people.every(({ actor: { personId: annotatorId } }) => {
      const drawn = goldOrdinals({ secret, batchId, annotatorId, dealt: 0, count, shareBasisPoints });
      return drawn >= input.atLeast;
    });
  let tried = 0;
  while (!isEnough(`a-secret-of-the-tests-${tried}`)) {
    tried += 1;
    if (tried === MOST_SECRETS)
      throw new Error(
        `No secret of ${MOST_SECRETS} deals each of ${input.people.length} people ${input.atLeast} gold cases among ${count} at a share of ${shareBasisPoints} basis points.`,
      );
  }
  const before = process.env.READROOM_GOLD_SECRET;
  process.env.READROOM_GOLD_SECRET = `a-secret-of-the-tests-${tried}`;
  onTestFinished(() => {
    if (before === undefined) delete process.env.READROOM_GOLD_SECRET;
    else process.env.READROOM_GOLD_SECRET = before;
  });
}
