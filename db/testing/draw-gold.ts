import { onTestFinished } from 'vitest';
import type { OrgContext } from '#server/command/context.ts';
import { goldOrdinals } from '#server/work/rules.ts';

/**
 * Chooses the installation's secret, until the end of the test, so that each of these people is dealt at least so many gold cases among
 * their first `count` of a batch: which come is drawn by the secret and by ids that differ from run to run, and a draw can miss.
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
  while (!isEnough(`a-secret-of-the-tests-${tried}`)) tried += 1;
  const before = process.env.READROOM_GOLD_SECRET;
  process.env.READROOM_GOLD_SECRET = `a-secret-of-the-tests-${tried}`;
  onTestFinished(() => {
    if (before === undefined) delete process.env.READROOM_GOLD_SECRET;
    else process.env.READROOM_GOLD_SECRET = before;
  });
}
