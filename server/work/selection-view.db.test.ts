import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember } from '#db/seed/factories/identity.ts';
import { answersFile, importOf, mlLeadOf } from '#db/seed/factories/models.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { makeBatch, makeReaders, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { importModel } from '#server/models/import-model.ts';
import { withdrawModel } from '#server/models/withdraw-model.ts';
import { viewBatch } from './batch-views.ts';
import { claimNextTasks } from './claim-next-tasks.ts';
import { listTaskIds } from './load-queries.ts';
import { getBatch, samplingWeights } from './reads.ts';
import type { CaseFilter } from './selection-schemas.ts';
import { submitLabel } from './submit-label.ts';

process.env.READROOM_GOLD_SECRET ??= 'a secret for tests only';

describe('by what the cases of a batch were chosen', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let modelId: string;
  let first: string;
  let alias: string;
  /** A draft by all that can be asked of the two training cases that were labelled, and that the model got wrong. */
  let again: string;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 8 });
    scene = await makeWorkScene(t.db, {
      cases: 4,
      caseAt: (i) => ({ split: i < 2 ? 'train' : 'test', site: 'North' }),
      gold: { 2: { grade: ['1'] } },
    });
    const cases = scene.dataset.cases;
    first = await makeBatch(scene, {
      name: 'First',
      overlap: 1,
      caseIds: cases.slice(0, 2).map((one) => one.id),
    });
    const [reader] = await makeReaders(scene, first, 1);
    for (let read = 0; read < 2; read += 1) {
      const [lease] = (await claimNextTasks(reader!, { batchId: first, tier: 'label', limit: 1 })).leases;
      const label = { leaseId: lease!.leaseId, labelId: randomUUID(), answers: { grade: '1' } };
      await submitLabel(reader!, { batchId: first, ...label, activeMs: 1000 });
    }
    await readSteps(scene).settle(first);
    alias = (await viewBatch(scene.sponsor, { batchId: first })).readers[0]!.alias;
    const lines = cases.slice(0, 3).map((one) => [one.externalId, '3', '0.9']);
    const file = answersFile(['case_id', 'grade', 'confidence'], ...lines);
    ({ modelId } = await importModel(scene.sponsor, importOf(scene, file, '2')));
    again = await draft({
      split: 'train',
      sites: ['North'],
      finalLabel: 'has',
      gold: 'never',
      classes: [{ field: 'grade', values: ['1'] }],
      externalIds: cases.slice(0, 2).map((one) => one.externalId),
      work: {
        batchIds: [first],
        readers: [{ batchId: first, alias }],
        protocolVersionIds: [scene.protocol.id],
        isDisputed: false,
        isReadAgain: false,
      },
      modelFailure: {
        modelId,
        field: 'grade',
        missed: '1',
        byAtLeast: 2,
        confidence: { is: 'at_least', value: 0.8 },
      },
    });
  });
  afterAll(() => t.drop());

  const draft = (filter: CaseFilter) =>
    makeBatch(scene, { name: 'Again', kind: 'relabel', overlap: 1, isDraft: true, filter });
  const by = async (who: OrgContext, batchId: string) => {
    const { selection } = await viewBatch(who, { batchId });
    return selection!.by;
  };
  const member = (role: Role) =>
    makeMember(t.db, { org: scene.sponsorOrg, roles: [role], clock: scene.clock });

  test('everything that was asked is said by its names, to who makes batches', async () => {
    expect(await by(scene.sponsor, again)).toMatchObject({
      sites: ['North'],
      finalLabel: 'has',
      gold: 'never',
      classes: [{ field: 'Grade group', values: ['Grade group 1'] }],
      listed: 2,
      work: {
        batches: ['First'],
        readers: [{ alias, batch: 'First' }],
        versions: [scene.protocol.version],
        isDisputed: false,
        isAsked: null,
        isReadAgain: false,
      },
      model: {
        name: 'Net 2',
        isWithdrawn: false,
        field: 'Grade group',
        missed: 'Grade group 1',
        claimed: null,
        byAtLeast: 2,
        isByLevels: true,
        confidence: { is: 'at_least', value: 0.8 },
      },
      isPartial: false,
    });
  });

  test('of a batch that was not narrowed down there is nothing to say', async () => {
    const said = await by(await member('sponsor_finance'), first);
    expect(said).toMatchObject({ sites: [], listed: null, model: null, isPartial: false });
  });

  test('who may not see quality is told nothing of labels, readers, gold or models, and that there is more (R15, R21)', async () => {
    const said = await by(await member('sponsor_finance'), again);
    expect(said).toMatchObject({
      sites: ['North'],
      listed: 2,
      finalLabel: null,
      gold: null,
      classes: [],
      work: { batches: ['First'], readers: [], isDisputed: null, isReadAgain: false },
      model: null,
      isPartial: true,
    });
    expect(JSON.stringify(said)).not.toMatch(/Net|Grade|R0/);
  });

  test('who trains models cannot work out from it which case is gold, and what its answer is (R21)', async () => {
    const said = await by(await mlLeadOf(scene), again);
    expect(said).toMatchObject({
      work: { readers: [{ alias }], isDisputed: false },
      finalLabel: null,
      gold: null,
      classes: [],
      model: null,
      isPartial: true,
    });
  });

  test('strata that are named by known classes are for who manages gold, on the page and in an export (R21)', async () => {
    const sampling = {
      ...{ kind: 'stratified' as const, by: ['class:grade'], whenShort: 'take_all' as const },
      allocation: { kind: 'equal' as const, count: 4 },
    };
    const drawn = await makeBatch(scene, {
      name: 'Drawn',
      kind: 'relabel',
      overlap: 1,
      isDraft: true,
      filter: { split: 'test' },
      sampling,
    });
    const lead = await mlLeadOf(scene);
    const shown = (await viewBatch(scene.sponsor, { batchId: drawn })).selection;
    expect(shown).toMatchObject({ by: { isPartial: false } });
    expect(shown!.strata!.length).toBeGreaterThan(1);
    const held = (await viewBatch(lead, { batchId: drawn })).selection;
    expect(held).toMatchObject({ strata: null, sampling: 'stratified', by: { isPartial: true } });
    const batch = await getBatch(t.db, drawn);
    const tasks = await listTaskIds(t.db, { batchId: drawn, after: null, limit: 10 });
    const of = async (isGoldShown: boolean) => [
      ...(await (await samplingWeights(t.db, batch, { isGoldShown }))!(tasks)).values(),
    ];
    expect((await of(true)).every((one) => one.stratum !== null)).toBe(true);
    expect((await of(false)).every((one) => one.stratum === null && one.weight !== null)).toBe(true);
  });

  test('a choice by failures in test data is shown to who makes batches of it alone, elsewhere to the clinical lead too', async () => {
    const lead = await member('clinical_lead');
    const modelFailure = { modelId, field: 'grade' };
    const ofTest = await draft({ split: 'test', modelFailure });
    expect(await by(lead, ofTest)).toMatchObject({ model: null, isPartial: true });
    expect(await by(scene.sponsor, ofTest)).toMatchObject({ model: { name: 'Net 2' }, isPartial: false });
    expect(await by(lead, await draft({ split: 'train', modelFailure }))).toMatchObject({
      model: { name: 'Net 2' },
      isPartial: false,
    });
  });

  test('a model that was withdrawn later keeps its name, and it is said', async () => {
    await withdrawModel(scene.sponsor, { modelId, reason: 'The wrong file was imported.' });
    expect((await by(scene.sponsor, again)).model).toMatchObject({ name: 'Net 2', isWithdrawn: true });
  });
});
