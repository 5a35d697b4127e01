import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { protocolVersions } from '#db/schema/protocols.ts';
import { makeAlert } from '#db/seed/factories/alerts.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { settleTasks } from '#server/labels/settle-tasks.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { clarifyAlert } from './decide-alert.ts';
import { flagCase } from './flag-case.ts';
import { alertListView } from './inbox-schemas.ts';
import { viewAlerts } from './inbox-views.ts';
import { previewBatch } from './preview-batch.ts';
import { getBatch } from './reads.ts';
import type { CaseFilter } from './selection-schemas.ts';
import { submitLabel } from './submit-label.ts';
import { viewImpact } from './trouble-views.ts';
import { impactView } from './view-schemas.ts';

const policy = policyPreset('research');
process.env.READROOM_GOLD_SECRET = 'a-secret-of-the-tests';

describe('what a clarification proposes to read again (R24)', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, {
      cases: 9,
      caseAt: (i) => ({ split: i < 6 ? 'train' : 'tune' }),
      gold: { 5: { grade: ['2'] } },
      project: {
        qualityPolicy: { ...policy, gold: { ...policy.gold, mode: 'dealt', shareBasisPoints: 500 } },
      },
    });
  });
  afterAll(() => t.drop());

  /** Reads all of a batch; `does` says of each case in turn whether its reader asks about it first, and the answer. */
  async function readAll(
    who: OrgContext,
    batchId: string,
    does: (i: number) => { asks: boolean; grade: string },
  ) {
    for (let i = 0; ; i += 1) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 1 });
      const leaseId = leases[0]?.leaseId;
      if (leaseId === undefined) return;
      const { asks, grade } = does(i);
      if (asks) await flagCase(who, { batchId, leaseId, kind: 'ask', note: 'Which grade is a mix?' });
      await submitLabel(who, { batchId, leaseId, labelId: randomUUID(), answers: { grade }, activeMs: 1000 });
    }
  }

  test('holds exactly the cases that were counted, of every batch, dataset and split of the version; nothing before it is signed', async () => {
    const system = systemContext({ db: t.db, clock: scene.clock, name: 'test', requestId: randomUUID() });
    const train = await makeBatch(scene, { overlap: 2, filter: { split: 'train', gold: 'never' } });
    const tune = await makeBatch(scene, { overlap: 2, filter: { split: 'tune' } });
    const known = await makeBatch(scene, { overlap: 1, filter: { split: 'train', gold: 'only' } });
    const plain = () => ({ asks: false, grade: '2' });
    for (const batchId of [train, tune, known]) {
      const [ann, bob] = await makeReaders(scene, batchId, 2);
      await readAll(ann!, batchId, plain);
      // Of the first they differ and he asks, of the second they differ, of the third he asks: three are doubtful, not four.
      await readAll(bob!, batchId, (i) =>
        batchId === train
          ? { asks: i % 2 === 0 && i < 4, grade: i < 2 ? '3' : '2' }
          : { asks: i === 0, grade: '2' },
      );
      await settleTasks(system, { batchId });
    }
    const at = await makeAlert(t.db, { batchId: train, now: scene.clock.now() });
    const impact = impactView.parse(await viewImpact(scene.sponsor, at));
    expect(impact).toMatchObject({ protocolVersionId: scene.protocol.id, labels: 17 });
    expect(impact.batches).toHaveLength(3);
    const counted = (changeClass: string) => {
      const row = impact.relabel.find((one) => one.changeClass === changeClass)!;
      return { cases: row.cases, parts: row.parts.map(({ split, cases }) => [split, cases]) };
    };
    // A gold case is dealt, as the policy says; its label is known.
    expect(counted('breaking')).toEqual({
      cases: 8,
      parts: [
        ['train', 5],
        ['tune', 3],
      ],
    });
    expect(counted('clarifying')).toEqual({
      cases: 4,
      parts: [
        ['train', 3],
        ['tune', 1],
      ],
    });
    expect(counted('editorial')).toEqual({ cases: 0, parts: [] });

    const edgeCase = { title: 'A mix of grades', description: 'Give the higher one.' };
    const made = await clarifyAlert(scene.sponsor, { ...at, edgeCase, changeClass: 'clarifying' });
    const change = async () =>
      alertListView.parse(await viewAlerts(scene.sponsor, { projectId: scene.project.id })).items[0]?.change;
    expect(await change()).toEqual({ version: 2, isSigned: false, scope: 'disputed' });
    await t.db
      .update(protocolVersions)
      .set({ status: 'signed', signedAt: scene.clock.now() })
      .where(eq(protocolVersions.id, made.protocolVersionId));
    expect(await change()).toEqual({ version: 2, isSigned: true, scope: 'disputed' });

    const fits = async (filter: CaseFilter) =>
      (
        await previewBatch(scene.sponsor, {
          projectId: scene.project.id,
          datasetId: scene.dataset.id,
          name: 'Again',
          kind: 'relabel',
          vendorOrgId: scene.vendorOrg.id,
          overlap: 1,
          pricePerReadMinor: 120n,
          goldMode: scene.project.qualityPolicy.gold.mode,
          filter,
        })
      ).population;
    const versions = { protocolVersionIds: [scene.protocol.id], isReadAgain: false };
    for (const { scope, parts } of impact.relabel)
      for (const part of parts) {
        const work = scope === 'all' ? versions : { ...versions, isDoubtful: true };
        expect(await fits({ split: part.split!, work })).toBe(part.cases);
      }
    expect(await fits({ split: 'train', work: { ...versions, isAsked: true } })).toBe(2);
    expect(await fits({ split: 'train', work: { ...versions, isAsked: false } })).toBe(3);
    // What a relabel batch has is not proposed again, however far that batch is.
    await makeBatch(scene, {
      kind: 'relabel',
      overlap: 1,
      filter: { split: 'tune', work: { protocolVersionIds: [scene.protocol.id] } },
    });
    const left = impactView.parse(await viewImpact(scene.sponsor, at)).relabel;
    expect(left.find((one) => one.scope === 'all')?.parts.map((part) => [part.split, part.cases])).toEqual([
      ['train', 5],
    ]);
    expect(await fits({ split: 'tune', work: versions })).toBe(0);
    expect(await fits({ split: null })).toBe(0);
    // Nor what has a newer label, of another version; what is quarantined (R24); what the intake keeps out.
    scene.clock.advance(MINUTE);
    const later = await makeBatch(scene, {
      overlap: 1,
      caseLimit: 1,
      filter: { split: 'train', gold: 'never' },
    });
    expect((await getBatch(t.db, later)).protocolVersionId).toBe(made.protocolVersionId);
    const [reader] = await makeReaders(scene, later, 1);
    await readAll(reader!, later, plain);
    await settleTasks(system, { batchId: later });
    const trainLeft = async () => {
      const { relabel } = impactView.parse(await viewImpact(scene.sponsor, at));
      const [part, ...others] = relabel.find((one) => one.scope === 'all')!.parts;
      expect(others).toEqual([]);
      expect(await fits({ split: 'train', work: versions })).toBe(part!.cases);
      return part!.cases;
    };
    expect(await trainLeft()).toBe(4);
    const [second, third] = scene.dataset.cases.slice(1, 3).map((one) => one.id);
    await t.admin`update assets set quarantined_at = now() where case_id = ${second!}`;
    expect(await trainLeft()).toBe(3);
    await t.admin`update cases set excluded_reason = 'corrupt' where id = ${third!}`;
    expect(await trainLeft()).toBe(2);
    expect(
      await fits({ split: 'train', work: { isAsked: true, protocolVersionIds: [made.protocolVersionId] } }),
    ).toBe(0);
  });
});
