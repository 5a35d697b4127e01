import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { because } from '#db/seed/factories/appeals.ts';
import { casesOf } from '#db/seed/factories/labels.ts';
import type { ReadSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, type WorkScene } from '#db/seed/factories/work.ts';
import type { TestDatabase } from '#db/testing/database.ts';
import { openSettlingScene } from '#db/testing/read-scenes.ts';
import type { OrgContext } from '#server/command/context.ts';
import { releaseLeases } from '#server/work/release-leases.ts';
import { rejectLabel } from './reject-label.ts';
import { submitAdjudication } from './submit-adjudication.ts';

describe('R31: a read is rejected while its case lies before the panel', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let at: ReadSteps;
  beforeAll(async () => {
    ({ t, scene, at } = await openSettlingScene(inject('adminUrl')));
  });
  afterAll(() => t.drop());

  const turnsOf = async (batchId: string) => [
    ...(await t.db.execute<{ status: string }>(
      sql`select status from slots where batch_id = ${batchId} and tier = 'adjudicate' order by slot_no`,
    )),
  ];
  /** A case on which three differ, and a fourth reader and a member of the panel beside them. */
  async function dividedCase() {
    const batchId = await makeBatch(scene, { caseIds: casesOf(scene, 1), isAdjudicated: true });
    const [a, b, c, fourth] = await makeReaders(scene, batchId, 4);
    const labelId = await at.read(a!, batchId, '0');
    await at.read(b!, batchId, '1');
    await at.read(c!, batchId, '2');
    await at.settle(batchId);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'in_adjudication' }]);
    const [judge] = await makeReaders(scene, batchId, 1, 'adjudicate');
    return { batchId, labelId, fourth: fourth!, judge: judge! };
  }
  const decide = (who: OrgContext, batchId: string, leaseId: string) =>
    submitAdjudication(who, {
      ...{ batchId, leaseId, labelId: randomUUID(), activeMs: 10 },
      ...{ answers: { grade: '2' }, rationale: 'Cribriform glands.' },
    });

  test('the panel’s turn goes with it; the case comes back to the panel once, when its reads differ again', async () => {
    const { batchId, labelId, fourth, judge } = await dividedCase();
    await rejectLabel(scene.sponsor, { batchId, labelId, ...because });
    expect(await turnsOf(batchId)).toEqual([]);
    expect(await at.claim(judge, batchId, 'adjudicate')).toBeUndefined();
    await at.read(fourth, batchId, '3');
    await at.settle(batchId);
    expect(await turnsOf(batchId)).toEqual([{ status: 'open' }]);
    const lease = await at.claim(judge, batchId, 'adjudicate');
    await decide(judge, batchId, lease!.leaseId);
    expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'final' }]);
  });

  test.each([
    { when: 'before the case is divided again', isDivided: false },
    { when: 'once the case has its next turn', isDivided: true },
  ])(
    'a turn that somebody holds is refused, and gone when they give it back $when',
    async ({ isDivided }) => {
      const { batchId, labelId, fourth, judge } = await dividedCase();
      const lease = await at.claim(judge, batchId, 'adjudicate');
      await rejectLabel(scene.sponsor, { batchId, labelId, ...because });
      await expect(decide(judge, batchId, lease!.leaseId)).rejects.toMatchObject({
        reason: 'labels_changed',
      });
      if (isDivided) {
        await at.read(fourth, batchId, '3');
        await at.settle(batchId);
      }
      await releaseLeases(judge, { batchId, leaseIds: [lease!.leaseId] });
      expect(await turnsOf(batchId)).toEqual(isDivided ? [{ status: 'open' }] : []);
      if (!isDivided) {
        await at.read(fourth, batchId, '2');
        await at.settle(batchId);
        expect(await at.tasksOf(batchId)).toMatchObject([{ status: 'final' }]);
        expect(await turnsOf(batchId)).toEqual([]);
      }
    },
  );
});
