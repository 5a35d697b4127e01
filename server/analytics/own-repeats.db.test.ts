import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { because } from '#db/seed/factories/appeals.ts';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import { rejectLabel } from '#server/labels/reject-label.ts';
import { requestRepeats } from '#server/work/request-repeats.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { qualityView } from './schemas.ts';
import { viewQuality } from './view-quality.ts';

describe('R23: what repeats are asked for: how far a reader agrees with themselves', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(() => t.drop());

  test('each repeat is held against the read before it; a rejected one against nothing', async () => {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 4), overlap: 2 });
    const [one, other] = await makeReaders(scene, batchId, 2);
    const repeats = async () => qualityView.parse(await viewQuality(scene.sponsor, { batchId })).repeats;
    await requestRepeats(scene.sponsor, {
      ...{ batchId, annotatorId: one!.actor.personId },
      ...{ rounds: 2, afterDays: 0 },
    });
    const read = async (grade: string) => {
      const lease = await at.claim(one!, batchId);
      const labelId = randomUUID();
      const label = { labelId, answers: { grade }, activeMs: 1000 };
      await submitLabel(one!, { batchId, leaseId: lease!.leaseId, ...label });
      return { round: lease!.round, labelId };
    };
    const first = [await read('1'), await read('1'), await read('3'), await read('4')];
    expect(await repeats()).toEqual([]);
    const again = [await read('1'), await read('2'), await read('3'), await read('4')];
    expect([...first, ...again].map((one) => one.round)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    await at.read(other!, batchId, '1');
    const [own, ...others] = await repeats();
    expect(others).toEqual([]);
    expect(own).toMatchObject({ alias: 'R01', same: { value: 0.75, n: 4 }, kappa: { n: 4 } });
    expect(own?.kappa.value).toBeGreaterThan(0.8);
    await rejectLabel(scene.sponsor, { batchId, labelId: again[1]!.labelId, ...because });
    expect(await repeats()).toMatchObject([{ same: { value: 1, n: 3 } }]);
  });
});
