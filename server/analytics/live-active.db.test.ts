import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { MINUTE } from '#server/core/clock.ts';
import { readLive } from './live-queries.ts';
import { type LiveViewer, partOf } from './live-rules.ts';
import { viewLive } from './watch-live.ts';

describe('who counts as active in a batch that is followed live', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: 4 });
  });
  afterAll(() => t.drop());

  const activeFor = async (viewer: LiveViewer, batchId: string) => {
    const watched = { batchId, viewer };
    const view = (await readLive(t.db, { watched: [watched], now: scene.clock.now() }))(watched);
    return { readers: view?.activeReaders, deciders: view?.activeDeciders };
  };

  test.each([
    ['label', { readers: 1, deciders: 0 }, { readers: 2, deciders: 0 }],
    ['review', { readers: 0, deciders: 1 }, { readers: 0, deciders: 2 }],
  ] as const)(
    'at tier %s: who was seen nine minutes ago and not who was seen eleven minutes ago, of the whole and of an organisation’s part',
    async (tier, one, two) => {
      const batchId = await makeBatch(scene);
      const viewers = ['sponsor', 'vendor', partOf(scene.vendorOrg.id)] as const;
      await makeReaders(scene, batchId, 1, tier);
      scene.clock.advance(2 * MINUTE);
      await makeReaders(scene, batchId, 1, tier);
      scene.clock.advance(7 * MINUTE);
      for (const viewer of viewers) expect(await activeFor(viewer, batchId), viewer).toEqual(two);
      scene.clock.advance(2 * MINUTE);
      for (const viewer of viewers) expect(await activeFor(viewer, batchId), viewer).toEqual(one);
      const { readers: activeReaders, deciders: activeDeciders } = one;
      expect(await viewLive(scene.sponsor, { batchId })).toMatchObject({ activeReaders, activeDeciders });
      scene.clock.advance(2 * MINUTE);
      for (const viewer of viewers)
        expect(await activeFor(viewer, batchId), viewer).toEqual({ readers: 0, deciders: 0 });
    },
  );
});
