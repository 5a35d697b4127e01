import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { AppError } from '#server/core/errors.ts';
import type { ReviewRule } from '#server/projects/tier-schemas.ts';
import { cloneBatch } from './clone-batch.ts';
import { createBatch } from './create-batch.ts';
import { previewBatch } from './preview-batch.ts';
import { getBatch } from './reads.ts';
import type { CreateBatchInput } from './schemas.ts';

const ALL = { sampleRateBasisPoints: 10_000 };
const AGREEMENT: ReviewRule = { kind: 'low_agreement', agreementBelow: 0.5, ...ALL };
const TYPO: ReviewRule = { kind: 'subgroup', column: 'city', value: 'Mumbai', ...ALL };

describe('a batch whose review rules could never send a case', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 4,
      fields: [gradeField()],
      caseAt: (index) => ({ subgroups: { city: index === 0 ? 'mumbai' : 'Delhi' } }),
    });
  });
  afterAll(() => t.drop());

  const input = (more: Partial<CreateBatchInput>): CreateBatchInput => ({
    projectId: scene.project.id,
    datasetId: scene.dataset.id,
    name: 'Reviewed by rule',
    kind: 'production',
    vendorOrgId: scene.vendorOrg.id,
    pricePerReadMinor: 100n,
    overlap: 1,
    overlapRule: { mode: 'fixed' },
    goldMode: 'none',
    ...more,
  });
  const makePolicy = (rules: ReviewRule[]) =>
    t.sql`update projects set quality_policy = jsonb_set(quality_policy, '{reviewRules}', ${JSON.stringify(rules)}::text::jsonb)
      where id = ${scene.project.id}`;

  test('is refused where it asks for them itself, by the field of the form, and the preview says so before', async () => {
    const asked = input({ reviewRules: [AGREEMENT, TYPO] });
    const paths = ['reviewRules.0.agreementBelow', 'reviewRules.1.value'];
    const seen = await previewBatch(scene.sponsor, asked);
    expect(seen.faults.map((one) => one.path)).toEqual(paths);
    const refused = await createBatch(scene.sponsor, asked).catch((error: AppError) => error);
    expect(refused).toMatchObject({ reason: 'batch_invalid', details: paths.map((path) => ({ path })) });
    expect((refused as AppError).message).toContain('“mumbai”, “Delhi”');
    const mended = input({ overlap: 2, reviewRules: [AGREEMENT, { ...TYPO, value: 'mumbai' }] });
    expect(await previewBatch(scene.sponsor, mended)).toMatchObject({ faults: [], warnings: [] });
    await createBatch(scene.sponsor, mended);
  });

  test('is made where they are the policy’s, left out or as the form sends them, and the preview says which cannot apply', async () => {
    await makePolicy([AGREEMENT, TYPO]);
    for (const reviewRules of [undefined, [AGREEMENT, TYPO]]) {
      const asked = input(reviewRules === undefined ? {} : { reviewRules });
      const seen = await previewBatch(scene.sponsor, asked);
      expect(seen.faults).toEqual([]);
      expect(seen.warnings.map((one) => one.message)).toEqual([
        expect.stringContaining('read twice'),
        expect.stringContaining('“Mumbai”'),
      ]);
      const { batchId } = await createBatch(scene.sponsor, asked);
      expect((await getBatch(t.db, batchId)).reviewRules).toEqual([AGREEMENT, TYPO]);
    }
    await makePolicy([]);
  });

  test('nor seeks it misses among labels that no case can come to', async () => {
    const misses = { field: 'grade', normalValue: '0', shareBasisPoints: 5000 };
    const wrong = [
      [{ ...misses, field: 'grad' }, 'misses.field', '“grade”'],
      [{ ...misses, normalValue: 'normal' }, 'misses.normalValue', '“0”'],
    ] as const;
    for (const [rule, path, known] of wrong) {
      const asked = input({ misses: rule });
      const { faults } = await previewBatch(scene.sponsor, asked);
      expect(faults).toEqual([
        { code: 'batch.misses_idle', path, message: expect.stringContaining(known) as string },
      ]);
      await expect(createBatch(scene.sponsor, asked)).rejects.toMatchObject({ details: [{ path }] });
    }
    const { batchId } = await createBatch(scene.sponsor, input({ misses }));
    // Made on a version that had the class: its clone is made, and says so.
    await t.sql`update batches set miss_rule = ${JSON.stringify(wrong[1][0])}::text::jsonb where id = ${batchId}`;
    await cloneBatch(scene.sponsor, { batchId, name: 'Again', cases: 'same' });
  });

  test('may be a clone of one that was made', async () => {
    await makePolicy([TYPO]);
    const { batchId } = await createBatch(scene.sponsor, input({}));
    await makePolicy([]);
    const clone = await cloneBatch(scene.sponsor, { batchId, name: 'Once more', cases: 'same' });
    expect((await getBatch(t.db, clone.batchId)).reviewRules).toEqual([TYPO]);
  });
});
