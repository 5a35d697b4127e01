import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation, makePerson } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorker, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { MINUTE } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { claimNextTasks } from '#server/work/claim-next-tasks.ts';
import { closeBatch } from '#server/work/close-batch.ts';
import { joinBatch } from '#server/work/join-batch.ts';
import { submitLabel } from '#server/work/submit-label.ts';
import { addPanelReader, removePanelReader, viewPanel } from './panel.ts';
import { proposeGoldFromPanel } from './propose-gold-from-panel.ts';
import { listActiveGold } from './reads.ts';
import { resolveGoldItem } from './resolve-gold-item.ts';
import type { GoldItemView } from './schemas.ts';
import { signGoldSet } from './sign-gold-set.ts';
import { listGold, viewGold, viewGoldCase } from './view-gold.ts';
import { retireGoldItem } from './withdraw-gold-item.ts';

/** What each of three panel readers says about each case, by position in the dataset. */
const READS = [
  ['0', '0', '0'],
  ['2', '2', '2'],
  ['3', '3', '4'],
  ['1', '2', '4'],
];

describe('gold from a panel', () => {
  let t: TestDatabase;
  let scene: WorkScene;
  let lead: OrgContext;
  let batchId: string;
  let readers: OrgContext[];
  const items: GoldItemView[] = [];

  const caseOfLease = async (leaseId: string) => {
    const [row] = await t.sql<{ caseId: string }[]>`select k.case_id as "caseId" from slots s
      join tasks k on k.batch_id = s.batch_id and k.id = s.task_id where s.lease_id = ${leaseId}`;
    return row!.caseId;
  };
  const readAll = async (who: OrgContext, index: number) => {
    for (;;) {
      const { leases } = await claimNextTasks(who, { batchId, tier: 'label', limit: 2 });
      if (leases.length === 0) return;
      for (const lease of leases) {
        const caseId = await caseOfLease(lease.leaseId);
        const position = scene.dataset.cases.findIndex((one) => one.id === caseId);
        const answers = { grade: READS[position]![index]! };
        await submitLabel(who, {
          batchId,
          leaseId: lease.leaseId,
          labelId: newId(),
          answers,
          activeMs: 1000,
        });
      }
    }
  };
  const itemOf = (position: number) =>
    items.find((item) => item.caseId === scene.dataset.cases[position]!.id)!;
  const reload = async () => {
    const page = await listGold(lead, { projectId: scene.project.id, limit: 50 });
    items.splice(0, items.length, ...page.items);
  };
  const resolve = (position: number, answers: Record<string, string[]>, ctx = lead) =>
    resolveGoldItem(ctx, {
      outcome: 'resolved',
      goldItemId: itemOf(position).id,
      answers,
      rationale: 'Looked at together with the deeper levels.',
    });

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    scene = await makeWorkScene(t.db, { cases: READS.length });
    const person = await makePerson(t.db, { name: 'Ada Adams', clock: scene.clock });
    lead = await makeMember(t.db, {
      org: scene.sponsorOrg,
      roles: ['clinical_lead'],
      person,
      clock: scene.clock,
    });
    batchId = await makeBatch(scene, { kind: 'self_label', vendorOrgId: null, pricePerReadMinor: 0n });
    readers = [];
    for (let i = 0; i < 3; i += 1) {
      const reader = await makeWorker(scene, { role: 'panel' });
      await joinBatch(reader, { batchId, tier: 'label' });
      readers.push(reader);
    }
    await Promise.all(readers.map(readAll));
  });
  afterAll(() => t.drop());

  test('nothing is proposed while the panel still reads, nor from another kind of batch', async () => {
    await expect(proposeGoldFromPanel(lead, { batchId })).rejects.toMatchObject({ reason: 'panel_reading' });
    const production = await makeBatch(scene, { isDraft: true });
    await expect(proposeGoldFromPanel(lead, { batchId: production })).rejects.toMatchObject({
      reason: 'not_self_label',
    });
  });

  test('unanimous cases are agreed, the others wait; again it changes nothing', async () => {
    await closeBatch(scene.sponsor, { batchId, reason: 'All read.' });
    const first = await proposeGoldFromPanel(lead, { batchId });
    expect(first).toMatchObject({ unanimous: 2, unresolved: 2, skipped: 0, known: 0 });
    expect(await proposeGoldFromPanel(lead, { batchId })).toMatchObject({
      unanimous: 0,
      unresolved: 0,
      known: 4,
    });
    await reload();
    expect(items.map((item) => [item.externalId, item.status, item.answers]).sort()).toEqual([
      ['1', 'agreed', { grade: ['0'] }],
      ['2', 'agreed', { grade: ['2'] }],
      ['3', 'proposed', {}],
      ['4', 'proposed', {}],
    ]);
    expect(await listActiveGold(t.db, scene.project.id)).toEqual([]);
  });

  test('the resolution page shows the reads side by side and nobody by name', async () => {
    const view = await viewGoldCase(lead, { goldItemId: itemOf(3).id });
    expect(view.split).toEqual(['grade']);
    expect(view.reads.map((read) => read.reader)).toEqual(['A', 'B', 'C']);
    expect(view.reads.map((read) => read.answers.grade).sort()).toEqual(['1', '2', '4']);
    const text = JSON.stringify(view);
    for (const reader of readers) expect(text).not.toContain(reader.actor.personId);
  });

  test('a resolution must be an answer of the protocol; a set of levels is one', async () => {
    await expect(resolve(2, { grade: ['9'] })).rejects.toMatchObject({ reason: 'gold_invalid' });
    await expect(resolve(2, { size: ['3'] })).rejects.toMatchObject({ reason: 'gold_invalid' });
    await expect(resolve(2, {})).rejects.toMatchObject({ reason: 'gold_invalid' });
    expect(await resolve(2, { grade: ['3', '4'] })).toEqual({ status: 'agreed' });
  });

  test('the set is signed only when whole, by the clinical lead, as seen, with a fresh password', async () => {
    const draft = async () => (await viewGold(lead, { projectId: scene.project.id })).sets[0]!;
    const sign = async (change: object = {}, ctx = lead) => {
      const { id, contentSha256 } = await draft();
      return signGoldSet(ctx, { goldSetId: id, contentSha256, typedName: 'Ada Adams', ...change });
    };
    await expect(sign()).rejects.toMatchObject({ reason: 'gold_unresolved' });
    const stale = (await draft()).contentSha256;
    await resolveGoldItem(lead, {
      outcome: 'ambiguous',
      goldItemId: itemOf(3).id,
      rationale: 'No two of us agree and the slide is torn.',
    });
    await expect(sign({ contentSha256: stale })).rejects.toMatchObject({ reason: 'gold_changed' });
    await expect(sign({ typedName: 'Somebody Else' })).rejects.toMatchObject({
      reason: 'typed_name_differs',
    });
    scene.clock.advance(6 * MINUTE);
    await expect(sign()).rejects.toMatchObject({ reason: 'reauthentication_required' });
    const fresh = { ...lead, actor: { ...lead.actor, reauthenticatedAt: scene.clock.now() } };
    const stranger = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor' }),
      roles: ['clinical_lead'],
      clock: scene.clock,
    });
    await expect(sign({}, stranger)).rejects.toMatchObject({ kind: 'not_found' });
    const both = await Promise.allSettled([sign({}, fresh), sign({}, fresh)]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const gold = await listActiveGold(t.db, scene.project.id, scene.dataset.id);
    expect(gold.map((one) => one.answers.grade).sort()).toEqual([['0'], ['2'], ['3', '4']]);
    const [signature] = await t.sql`select content_sha256 from signatures where subject_kind = 'gold_set'`;
    expect(signature?.content_sha256).toBe((await draft()).contentSha256);
  });

  test('after signing nothing is resolved again; a wrong item is retired with its reason', async () => {
    await expect(resolve(2, { grade: ['3'] })).rejects.toMatchObject({ reason: 'gold_set_signed' });
    expect(
      await retireGoldItem(lead, { goldItemId: itemOf(0).id, reason: 'The slide was of another patient.' }),
    ).toEqual({ status: 'retired' });
    expect(await listActiveGold(t.db, scene.project.id)).toHaveLength(2);
    await expect(
      retireGoldItem(lead, { goldItemId: itemOf(0).id, reason: 'The slide was of another patient.' }),
    ).rejects.toMatchObject({ reason: 'gold_state' });
  });

  test('the panel takes the sponsor’s readers, and nobody who belongs to a bidder', async () => {
    const { project, sponsor, sponsorOrg } = scene;
    const person = await makePerson(t.db, { name: 'Pat Panel', clock: scene.clock });
    await makeMember(t.db, { org: sponsorOrg, roles: ['panel_reader'], person, clock: scene.clock });
    const outsider = await makePerson(t.db);
    const add = (personId: string) => addPanelReader(sponsor, { projectId: project.id, personId });
    await expect(add(outsider.personId)).rejects.toMatchObject({ kind: 'not_found' });
    const { engagementId } = await add(person.personId);
    expect((await viewPanel(sponsor, { projectId: project.id })).readers.map((one) => one.name)).toContain(
      'Pat Panel',
    );
    await removePanelReader(sponsor, { projectId: project.id, engagementId });
    await expect(removePanelReader(sponsor, { projectId: project.id, engagementId })).rejects.toMatchObject({
      reason: 'engagement_not_live',
    });

    const bidder = await makeOrganisation(t.db, { kind: 'vendor' });
    await makeMember(t.db, { org: bidder, roles: ['vendor_annotator'], person });
    await makeSubmittedBid(bidder.id);
    await expect(add(person.personId)).rejects.toMatchObject({ reason: 'panel_conflict' });
  });

  /** A submitted bid of a vendor, inserted directly: the bid commands have tests of their own. */
  async function makeSubmittedBid(vendorOrgId: string) {
    const { project, sponsor } = scene;
    const callId = newId();
    await t.sql`insert into calls (id, project_id, status, opens_at, closes_at, pilot_terms, created_at)
      values (${callId}, ${project.id}, 'open', now(), now() + interval '1 day', '{}', now())`;
    await t.sql`insert into bids (id, call_id, project_id, vendor_org_id, status, price_per_read_minor, currency,
      reads_per_day, start_on, location_mix, created_by, created_at, updated_at)
      values (${newId()}, ${callId}, ${project.id}, ${vendorOrgId}, 'submitted', 100, 'USD', 10, '2027-01-01', '{}',
      ${sponsor.actor.personId}, now(), now())`;
  }
});
