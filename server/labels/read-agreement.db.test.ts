import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { Capability } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { viewProject } from '#server/projects/view-project.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';

describe('how the readers of a project agree, for the forecast of the panel’s load (R25)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  async function panelOf(scene: WorkScene, batchId: string): Promise<OrgContext[]> {
    const readers = [await makeWorker(scene, { role: 'panel' }), await makeWorker(scene, { role: 'panel' })];
    for (const reader of readers) await joinBatch(reader, { batchId, tier: 'label' });
    return readers;
  }
  /** Two readers over 32 cases, who differ on every fourth. */
  async function readAll(scene: WorkScene, kind: 'production' | 'pilot' | 'self_label') {
    const panel = kind === 'self_label' ? { vendorOrgId: null, pricePerReadMinor: 0n } : {};
    const batchId = await makeBatch(scene, { kind, overlap: 2, prefetch: 20, ...panel });
    const order = new Map<string, number>();
    const readers =
      kind === 'self_label' ? await panelOf(scene, batchId) : await makeReaders(scene, batchId, 2);
    for (const [who, reader] of readers.entries()) {
      for (let n = 0; n < 32; ) {
        const { leases } = await claimNextTasks(reader, { batchId, tier: 'label', limit: 16 });
        for (const { leaseId } of leases) {
          const [row] =
            await t.sql`select task_id from slots where batch_id = ${batchId} and lease_id = ${leaseId}`;
          const at = order.get(row?.task_id) ?? order.set(row?.task_id, order.size).size - 1;
          const grade = who === 1 && at % 4 === 0 ? '2' : '1';
          await submitLabel(reader, {
            batchId,
            leaseId,
            labelId: randomUUID(),
            answers: { grade },
            activeMs: 1000,
          });
          n += 1;
        }
      }
    }
    return batchId;
  }
  const basisOf = async (scene: WorkScene, without: Capability[] = []) => {
    const capabilities = new Set(
      [...scene.sponsor.actor.capabilities].filter((one) => !without.includes(one)),
    );
    const ctx = { ...scene.sponsor, actor: { ...scene.sponsor.actor, capabilities } };
    return viewProject(ctx, { projectId: scene.project.id });
  };

  test('own reads replace what is typical, for who may see quality, and not those with a suggestion (R11)', async () => {
    const scene = await makeWorkScene(t.db, { cases: 32 });
    expect((await basisOf(scene)).forecastBasis.reads).toEqual({});
    const batchId = await readAll(scene, 'production');
    const { forecast, forecastBasis } = await basisOf(scene);
    const { grade } = forecastBasis.reads;
    expect(grade?.cases).toBe(32);
    const known = forecastBasis.fields.find((one) => one.key === 'grade');
    expect(known?.answers.length).toBeGreaterThan(1);
    // Of pairs of reads three quarters agree.
    expect(grade?.agreement).toBeGreaterThan(0.8);
    expect(grade?.agreement).toBeLessThan(0.9);
    expect(forecast?.assumption).toMatch(/32 cases of this project/);
    expect((await basisOf(scene, ['quality.read'])).forecastBasis.reads).toEqual({});
    await t.sql`update batches set assisted = true where id = ${batchId}`;
    expect((await basisOf(scene)).forecastBasis.reads).toEqual({});
  });

  test('R7, R21: what a panel answers counts once it is settled, for nobody before', async () => {
    const scene = await makeWorkScene(t.db, { cases: 32 });
    const batchId = await readAll(scene, 'self_label');
    for (const status of ['open', 'paused', 'closing']) {
      await t.sql`update batches set status = ${status} where id = ${batchId}`;
      const { forecast, forecastBasis } = await basisOf(scene);
      expect(forecastBasis.reads).toEqual({});
      expect(forecast?.assumption).not.toMatch(/of this project/);
    }
    await t.sql`update batches set status = 'settled' where id = ${batchId}`;
    await t.sql`update readers set batch_open = false where batch_id = ${batchId}`;
    const { grade } = (await basisOf(scene)).forecastBasis.reads;
    expect(grade?.cases).toBe(32);
    expect(grade?.agreement).toBeLessThan(0.9);
  });

  test('R15: the reads of a pilot count once no pilot of the project is open any more', async () => {
    const scene = await makeWorkScene(t.db, { cases: 32 });
    const batchId = await readAll(scene, 'pilot');
    expect((await basisOf(scene)).forecastBasis.reads).toEqual({});
    await t.sql`update batches set status = 'settled' where id = ${batchId}`;
    await t.sql`update readers set batch_open = false where batch_id = ${batchId}`;
    expect((await basisOf(scene)).forecastBasis.reads.grade?.cases).toBe(32);
  });
});
