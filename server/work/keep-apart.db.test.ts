import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeBatch, makeReaders, makeWorker, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { findBatchApart, listApart, listElsewhere } from './apart-queries.ts';
import { viewBatch, viewBatches, viewElsewhere } from './batch-views.ts';
import { cloneBatch } from './clone-batch.ts';
import { joinBatch } from './join-batch.ts';
import { keepApart } from './keep-apart.ts';
import { openBatch } from './open-batch.ts';
import { listMyWork } from './reading-views.ts';
import { getBatch } from './reads.ts';
import { batchesElsewhereInput } from './view-schemas.ts';

describe('batches with other people', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 20 });
  });
  afterAll(() => t.drop());
  const join = (who: OrgContext, batchId: string) => joinBatch(who, { batchId, tier: 'label' });

  test('R23: a reference standard and its reader study have other people, whoever came first and whichever names the other', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const overlap = { overlap: 1 };
    const [part1, part2] = [await makeBatch(scene, overlap), await makeBatch(scene, overlap)];
    const study = await makeBatch(scene, { ...overlap, apartFromBatchIds: [part1, part2] });
    const [ofReference] = await makeReaders(scene, part1, 1);
    await expect(join(ofReference!, study)).rejects.toMatchObject({
      details: [{ code: 'independence.taken' }],
    });
    // The parts of the reference are not apart from each other.
    await join(ofReference!, part2);
    const [ofStudy] = await makeReaders(scene, study, 1);
    await expect(join(ofStudy!, part2)).rejects.toMatchObject({ details: [{ code: 'independence.taken' }] });
    const [line] = (await listMyWork(ofStudy!)).filter((one) => one.batchId === part2);
    expect(line).toMatchObject({ isAllowed: false, reasons: [{ code: 'independence.taken' }] });
    // A reviewer of the reference is a person of it too.
    const reviewed = await makeReaders(scene, part1, 1, 'review');
    await transact(scene.sponsor, (tx) =>
      engagePerson(tx, {
        projectId: scene.project.id,
        personId: reviewed[0]!.actor.personId,
        viaOrgId: scene.vendorOrg.id,
        role: 'annotator',
      }),
    );
    await expect(join(reviewed[0]!, study)).rejects.toMatchObject({
      details: [{ code: 'independence.taken' }],
    });
    // A clone of the reference is kept apart from the study, though the study names only what it is a clone of.
    const { batchId: clone } = await cloneBatch(scene.sponsor, {
      batchId: part1,
      name: 'Again',
      cases: 'same',
    });
    expect((await getBatch(t.db, clone)).apartFromBatchIds).toEqual([study]);
  });

  test('R23: of two batches apart that one person joins at once, one is taken', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const one = await makeBatch(scene);
    const two = await makeBatch(scene, { apartFromBatchIds: [one] });
    for (let i = 0; i < 5; i += 1) {
      const who = await makeWorker(scene);
      const joins = await Promise.allSettled([join(who, one), join(who, two)]);
      expect(joins.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    }
  });

  test('R5, R23: also of another project of the sponsor, whoever came first; nobody else’s', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const { sponsorOrg, vendorOrg, sponsor, clock } = scene;
    const parties = { sponsorOrg, vendorOrg, sponsor };
    const study = await makeWorkScene(t.db, { cases: 2, parties, clock });
    const reference = await makeBatch(scene);
    const made = await makeBatch(study, { apartFromBatchIds: [reference] });
    expect(await listApart(t.db, await getBatch(t.db, reference))).toMatchObject([
      { id: made, projectId: study.project.id, projectTitle: study.project.title },
    ]);
    for (const [first, firstIn, second, secondIn] of [
      [reference, scene, made, study],
      [made, study, reference, scene],
    ] as const) {
      const who = await makeWorker(firstIn);
      await join(who, first);
      await transact(sponsor, (tx) =>
        engagePerson(tx, {
          projectId: secondIn.project.id,
          personId: who.actor.personId,
          viaOrgId: vendorOrg.id,
          role: 'annotator',
        }),
      );
      await expect(join(who, second)).rejects.toMatchObject({ details: [{ code: 'independence.taken' }] });
    }
    const asked = batchesElsewhereInput.parse({ projectId: scene.project.id });
    expect(await viewElsewhere(sponsor, asked)).toMatchObject({
      batches: [{ id: made, projectId: study.project.id, kind: 'production', status: 'open' }],
      isCut: false,
    });
    // A list that leaves some out says so.
    await makeBatch(study);
    const of = { orgId: sponsorOrg.id, projectId: scene.project.id };
    for (const [limit, isCut] of [
      [1, true],
      [2, false],
    ] as const) {
      const { batches, ...list } = await listElsewhere(t.db, { ...of, text: '', namedIds: [], limit });
      expect([batches.length, list]).toEqual([limit, { named: [], isCut }]);
    }
    // A clone in one project keeps what its original was apart from in the other.
    const { batchId: clone } = await cloneBatch(sponsor, {
      batchId: reference,
      name: 'Again',
      cases: 'same',
    });
    expect((await getBatch(t.db, clone)).apartFromBatchIds).toEqual([made]);
  });

  test('those of other projects are found by project and batch, in any order of words; what is named comes with them, and nothing of another sponsor', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1 });
    const { sponsorOrg, vendorOrg, sponsor, clock } = scene;
    const parties = { sponsorOrg, vendorOrg, sponsor };
    const ofTitle = (title: string) => ({ cases: 1, clock, project: { title } });
    const lungs = await makeWorkScene(t.db, { ...ofTitle('Lungs 50%'), parties });
    const hips = await makeWorkScene(t.db, { ...ofTitle('Hips'), parties });
    const foreign = await makeWorkScene(t.db, ofTitle('Lungs 50%'));
    const [reference, study, hip, theirs] = [
      await makeBatch(lungs, { name: 'Reference' }),
      await makeBatch(lungs, { name: 'Reader_study' }),
      await makeBatch(hips, { name: 'Reference' }),
      await makeBatch(foreign, { name: 'Reference' }),
    ];
    const find = async (text: string, ...namedIds: string[]) => {
      const input = batchesElsewhereInput.parse({ projectId: scene.project.id, text, namedIds });
      const { batches, named } = await viewElsewhere(sponsor, input);
      return [batches, named].map((list) => list.map((one) => one.id).toSorted());
    };
    const sorted = (...ids: string[]) => ids.toSorted();
    expect(await find('')).toEqual([sorted(reference, study, hip), []]);
    expect(await find('reference')).toEqual([sorted(reference, hip), []]);
    expect(await find(' refer  LUNGS ')).toEqual([[reference], []]);
    expect(await find('hips study')).toEqual([[], []]);
    // What means anything in a pattern means itself.
    expect(await find('50%')).toEqual([sorted(reference, study), []]);
    expect(await find('r_s')).toEqual([[study], []]);
    expect(await find('%_%')).toEqual([[], []]);
    // Neither another sponsor's nor one of this project comes by being named.
    const own = await makeBatch(scene);
    expect(await find('hips', study, theirs, own)).toEqual([[hip], [study]]);
  });

  test('a batch of another sponsor is not named, and a group is not taken from the input, whatever it says', async () => {
    const [scene, other] = [await makeWorkScene(t.db, { cases: 1 }), await makeWorkScene(t.db, { cases: 1 })];
    const foreign = await makeBatch(other);
    await expect(makeBatch(scene, { apartFromBatchIds: [foreign] })).rejects.toMatchObject({
      reason: 'batch_invalid',
      details: [{ code: 'batch.batch_unknown', path: 'apartFromBatchIds' }],
    });
    const input = { independenceGroup: 'call:of-another' } as unknown as { isDraft: true };
    await expect(makeBatch(scene, input)).rejects.toThrow(/apartFromBatchIds/);
    // A call's group, should it ever be the same in another project, does not reach over.
    const [who] = await makeReaders(scene, await makeBatch(scene, { ofCall: 'same' }), 1);
    const batch = await getBatch(t.db, await makeBatch(other, { ofCall: 'same' }));
    expect(await findBatchApart(t.db, { batch, personId: who!.actor.personId })).toBeNull();
  });

  test('R23: a draft names others, and no others, until it is opened; what another names stays', async () => {
    const scene = await makeWorkScene(t.db, { cases: 2 });
    const reference = await makeBatch(scene, { isDraft: true, name: 'Reference' });
    const [open, study] = [await makeBatch(scene), await makeBatch(scene, { isDraft: true })];
    const naming = await makeBatch(scene, { isDraft: true, apartFromBatchIds: [study] });
    const say = (...apartFromBatchIds: string[]) =>
      keepApart(scene.sponsor, { batchId: study, apartFromBatchIds });
    await say(open, reference, reference);
    const apartOf = async () =>
      (await viewBatch(scene.sponsor, { batchId: study })).apartFrom.map((one) => [one.id, one.isNamedHere]);
    expect(await apartOf()).toEqual([
      [reference, true],
      [open, true],
      [naming, false],
    ]);
    await say(reference);
    expect(await apartOf()).toEqual([
      [reference, true],
      [naming, false],
    ]);
    await openBatch(scene.sponsor, { batchId: study });
    await expect(say()).rejects.toMatchObject({ reason: 'batch_state' });
    await openBatch(scene.sponsor, { batchId: reference });
    const [ofReference] = await makeReaders(scene, reference, 1);
    await expect(join(ofReference!, study)).rejects.toMatchObject({
      details: [{ code: 'independence.taken' }],
    });
    const audits = await t.sql`select detail from audit_events
      where action = 'work.batch_kept_apart' and subject_id = ${study} order by at, id`;
    expect(audits.map((row) => row.detail)).toEqual([
      { before: [], apartFrom: [open, reference] },
      { before: [open, reference], apartFrom: [reference] },
    ]);
  });

  test('no draft is kept apart from itself or another sponsor’s batch, by another sponsor, or when it is a pilot', async () => {
    const [scene, other] = [await makeWorkScene(t.db, { cases: 1 }), await makeWorkScene(t.db, { cases: 1 })];
    const draft = await makeBatch(scene, { isDraft: true });
    const foreign = await makeBatch(other);
    for (const apartFromBatchIds of [[draft], [foreign], ['01890000-0000-7000-8000-000000000001']])
      await expect(keepApart(scene.sponsor, { batchId: draft, apartFromBatchIds })).rejects.toMatchObject({
        reason: 'batch_invalid',
        details: [{ code: 'batch.batch_unknown', path: 'apartFromBatchIds' }],
      });
    const elsewhere = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['project_manager'],
    });
    await expect(keepApart(elsewhere, { batchId: draft, apartFromBatchIds: [] })).rejects.toMatchObject({
      kind: 'not_found',
    });
    await t.sql`update batches set kind = 'pilot' where id = ${draft}`;
    await expect(keepApart(scene.sponsor, { batchId: draft, apartFromBatchIds: [] })).rejects.toMatchObject({
      reason: 'batch_ordered',
    });
    expect((await getBatch(t.db, draft)).apartFromBatchIds).toBeNull();
  });

  test('batches of one name are listed with their vendor', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1 });
    await makeBatch(scene);
    expect(await viewBatches(scene.sponsor, { projectId: scene.project.id })).toMatchObject([
      {
        vendorName: (await organisationsById(t.db, [scene.vendorOrg.id])).get(scene.vendorOrg.id)?.legalName,
      },
    ]);
  });
});
