import { expect, test } from 'vitest';
import type { OrgContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { goldOrdinals } from '#server/work/rules.ts';
import { drawGold } from './draw-gold.ts';

const people = [{ actor: { personId: newId() } }] as unknown as OrgContext[];

test('a share of none cannot be drawn, and says so instead of looking for ever', () => {
  const before = process.env.READROOM_GOLD_SECRET;
  expect(() => drawGold({ batchId: newId(), people, shareBasisPoints: 0, count: 5, atLeast: 1 })).toThrow(
    /deals each of 1 people 1 gold cases among 5 at a share of 0 basis points/,
  );
  expect(process.env.READROOM_GOLD_SECRET).toBe(before);
});

test('the secret that was chosen deals what was asked for', () => {
  const batchId = newId();
  drawGold({ batchId, people, shareBasisPoints: 2000, count: 5, atLeast: 3 });
  const dealt = goldOrdinals({
    secret: process.env.READROOM_GOLD_SECRET!,
    batchId,
    annotatorId: people[0]!.actor.personId,
    dealt: 0,
    count: 5,
    shareBasisPoints: 2000,
  });
  expect(dealt).toBeGreaterThanOrEqual(3);
});
