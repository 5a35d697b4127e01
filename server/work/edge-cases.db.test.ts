import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCall, pilotTermsOf } from '#db/seed/factories/bids.ts';
import { makePilot } from '#db/seed/factories/pilots.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import {
  makeBatch,
  makeReaders,
  makeWorker,
  makeWorkScene,
  type WorkScene,
} from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { newId } from '#server/core/ids.ts';
import { tallyLabels } from '#server/scores/tally-labels.ts';
import { clarifyFlag } from './clarify-flag.ts';
import { closeBatch } from './close-batch.ts';
import { raiseEdgeCases } from './escalate-case.ts';
import { flagCase } from './flag-case.ts';
import { viewAlerts } from './inbox-views.ts';
import { joinBatch } from './join-batch.ts';
import { getBatch } from './reads.ts';
import { submitLabel } from './submit-label.ts';

describe('edge cases by reads that differ (R24)', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
  });
  afterAll(() => t.drop());

  /** Readers of a batch, each with the lease of its first case in hand. */
  async function reading(scene: WorkScene, batchId: string, people: readonly OrgContext[]) {
    const steps = readSteps(scene);
    const held: string[] = [];
    for (const who of people) held.push((await steps.claim(who, batchId))!.leaseId);
    return {
      ...steps,
      ask: (index: number) =>
        flagCase(people[index]!, {
          batchId,
          leaseId: held[index]!,
          kind: 'ask',
          note: 'Is this a two or a three?',
        }),
      answer: (index: number, grade: string) =>
        submitLabel(people[index]!, {
          batchId,
          leaseId: held[index]!,
          labelId: newId(),
          answers: { grade },
          activeMs: 1000,
        }),
      tally: async () => {
        scene.clock.advance(60_000);
        await tallyLabels(steps.system(), { batchId });
      },
      alerts: async () =>
        (await viewAlerts(scene.sponsor, { projectId: scene.project.id })).items.map(
          ({ kind, isDisputed, reasons }) => ({ kind, isDisputed, reasons }),
        ),
    };
  }
  const DISPUTED = { kind: 'edge_case', isDisputed: true, reasons: { ask: 1 } };

  async function panel(cases: number) {
    const scene = await makeWorkScene(t.db, { cases });
    const batchId = await makeBatch(scene, {
      kind: 'self_label',
      vendorOrgId: null,
      pricePerReadMinor: 0n,
      overlap: 3,
    });
    const people: OrgContext[] = [];
    for (let i = 0; i < 3; i += 1) {
      const reader = await makeWorker(scene, { role: 'panel' });
      await joinBatch(reader, { batchId, tier: 'label' });
      people.push(reader);
    }
    return { scene, batchId, at: await reading(scene, batchId, people) };
  }

  test('R7, R21: of a panel nothing tells that its reads differ before all are in; then the job raises it', async () => {
    const { batchId, at } = await panel(1);
    await at.answer(0, '0');
    await at.answer(1, '3');
    await at.tally();
    await at.ask(2);
    expect(await at.alerts()).toEqual([]);
    expect(await raiseEdgeCases(at.system())).toBe(0);
    await at.answer(2, '3');
    for (let i = 0; i < 3; i += 1) await at.settle(batchId);
    expect((await getBatch(t.db, batchId)).status).toBe('settled');
    expect(await raiseEdgeCases(at.system())).toBe(1);
    expect(await raiseEdgeCases(at.system())).toBe(0);
    expect(await at.alerts()).toEqual([DISPUTED]);
  });

  test('R7: a question of a panel that is answered for all says nothing of its reads either', async () => {
    const { scene, batchId, at } = await panel(1);
    await at.answer(0, '0');
    await at.answer(1, '3');
    await at.tally();
    const { flagId } = await at.ask(2);
    await clarifyFlag(scene.sponsor, {
      batchId,
      flagId,
      edgeCase: { title: 'Mixed grades', description: 'The higher one counts.' },
      changeClass: 'clarifying',
    });
    expect(await at.alerts()).toEqual([{ ...DISPUTED, isDisputed: false }]);
  });

  test('R24: enough people who ask make it an edge case of a panel at once, without a word of its reads', async () => {
    const { at } = await panel(1);
    await at.ask(0);
    await at.ask(1);
    await at.answer(0, '0');
    await at.answer(1, '3');
    await at.tally();
    await at.ask(2);
    expect(await at.alerts()).toEqual([{ kind: 'edge_case', isDisputed: false, reasons: { ask: 3 } }]);
  });

  test('R15: of a pilot it is raised when every pilot of the call has been read', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1 });
    const terms = pilotTermsOf({ cases: 1, overlap: 2 });
    const callId = await makeCall(t.db, { projectId: scene.project.id, terms, clock: scene.clock });
    const [pilot, other] = [await makePilot(scene, callId), await makePilot(scene, callId)];
    const { batchId, people } = pilot;
    for (const who of people) await joinBatch(who, { batchId, tier: 'label' });
    const at = await reading(scene, batchId, people);
    await at.ask(0);
    await at.answer(0, '0');
    await at.answer(1, '3');
    await at.tally();
    for (let i = 0; i < 3; i += 1) await at.settle(batchId);
    expect(await raiseEdgeCases(at.system())).toBe(0);
    expect(await at.alerts()).toEqual([]);
    await closeBatch(scene.sponsor, { batchId: other.batchId, reason: 'Enough.' });
    expect(await raiseEdgeCases(at.system())).toBe(1);
    expect(await at.alerts()).toEqual([DISPUTED]);
  });

  test('however many questions are newer, or come before it', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const [first, second] = scene.dataset.cases.map((one) => one.id);
    const crowded = await makeBatch(scene, { overlap: 1, caseIds: [first!] });
    const batchId = await makeBatch(scene, { overlap: 2, caseIds: [second!] });
    expect(crowded < batchId).toBe(true);
    const people = await makeReaders(scene, batchId, 2);
    const at = await reading(scene, batchId, people);
    await at.ask(0);
    await at.answer(0, '0');
    await at.answer(1, '3');
    await at.tally();
    const [asker] = people;
    await t.sql`insert into case_flags (batch_id, id, task_id, annotator_id, kind, note, created_at, due_at)
      select ${crowded}, gen_random_uuid(), gen_random_uuid(), ${asker!.actor.personId}, 'ask', 'x',
        now() + interval '100 days', now() + interval '102 days' from generate_series(1, 2000)`;
    expect(await raiseEdgeCases(at.system())).toBe(1);
    expect(await at.alerts()).toEqual([DISPUTED]);
  });
});
