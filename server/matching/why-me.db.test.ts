import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements } from '#db/schema/agreements.ts';
import { calls } from '#db/schema/bids.ts';
import { scores } from '#db/schema/scores.ts';
import { batches } from '#db/schema/work-batches.ts';
import { makeAgreement, makeGateReady } from '#db/seed/factories/agreements.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { setWeights } from './set-weights.ts';
import { measuresOf } from './vendor-measures.ts';
import { listVendors } from './vendor-queries.ts';
import { explainForMe, rankForSponsor, reachOfProject } from './views.ts';
import { PARTS, USUAL_WEIGHTS } from './weights.ts';

describe('why this rank, and why (not) me', () => {
  let t: TestDatabase;
  let sponsor: OrgContext;
  let callId: string;
  let projectId: string;
  const candidates: OrgContext[] = [];
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    const project = await makeProject(t.db, {
      orgId: org.id,
      createdBy: sponsor.actor.personId,
      status: 'open',
      locationPolicy: { allowedCountries: ['US'], onshoreShareBasisPoints: 0, onshoreCountry: null },
    });
    projectId = project.id;
    callId = await makeCall(t.db, { projectId });
    for (const priceMinor of [100n, 160n]) {
      const vendor = await makeVendor(t.db, { people: 3, country: 'US' });
      await makeBid(t.db, { callId, project, vendor, priceMinor });
      candidates.push(vendor.owner);
    }
    // Fewer than five prices are compared with nobody's (R21).
    for (const priceMinor of [400n, 500n, 600n])
      await makeBid(t.db, { callId, project, vendor: await makeVendor(t.db, { people: 0 }), priceMinor });
    for (const country of ['US', 'IN']) {
      const alone = await makeOrganisation(t.db, { kind: 'independent', country });
      candidates.push(await makeMember(t.db, { org: alone, roles: ['independent_annotator'] }));
    }
  });
  afterAll(() => t.drop());

  test('a candidate sees about itself exactly what the sponsor sees about it, the price part included', async () => {
    const ranked = await rankForSponsor(sponsor, { projectId, limit: 100 });
    for (const candidate of candidates.slice(0, 3)) {
      const mine = await explainForMe(candidate, { callId });
      expect(mine).toEqual(ranked.find((one) => one.orgId === candidate.actor.orgId));
    }
    const price = (index: number) =>
      ranked
        .find((one) => one.orgId === candidates[index]?.actor.orgId)
        ?.parts.find((part) => part.key === 'price')?.value;
    expect(price(0)).toBe(1);
    // On steps of a quarter: 160 is two above 100, and nobody learns that it was 100.
    expect(price(1)).toBeCloseTo(1 / 1.25 ** 2, 6);
  });

  test('a price in another currency is compared with none of these, however low', async () => {
    const euros = await makeProject(t.db, {
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
      status: 'open',
      currency: 'EUR',
    });
    const inEuros = await makeCall(t.db, { projectId: euros.id });
    const price = async (id: string, candidate: OrgContext | undefined) =>
      (await rankForSponsor(sponsor, { projectId: id, limit: 100 }))
        .find((one) => one.orgId === candidate?.actor.orgId)
        ?.parts.find((part) => part.key === 'price')?.value;
    const bid = { callId: inEuros, project: euros, priceMinor: 1n };
    const [dear] = candidates;
    await makeBid(t.db, { ...bid, vendor: { orgId: dear!.actor.orgId, owner: dear!, annotators: [] } });
    for (let n = 0; n < 4; n += 1)
      await makeBid(t.db, { ...bid, priceMinor: 2n, vendor: await makeVendor(t.db, { people: 0 }) });
    await transact(dear!, (tx) =>
      tx.audit({ action: 'bids.submitted', subject: { kind: 'call', id: inEuros } }),
    );
    expect(await price(projectId, dear)).toBe(1);
    expect(await price(projectId, candidates[1])).toBeCloseTo(1 / 1.25 ** 2, 6);
    // The one is compared in euros where euros are asked, the other has none.
    expect(await price(euros.id, dear)).toBe(1);
    expect(await price(euros.id, candidates[1])).toBeNull();
  });

  test('an independent abroad learns which gate keeps it out and what the project takes', async () => {
    const mine = await explainForMe(candidates[3]!, { callId });
    expect(mine?.score).toBeNull();
    const failed = mine?.gates.filter((gate) => !gate.passed);
    expect(failed).toMatchObject([{ code: 'location', detail: { message: expect.stringContaining('US') } }]);
  });

  test('who is left out is counted by the gate that keeps them out, and by weights the sponsor has set', async () => {
    const reach = await reachOfProject(sponsor, { projectId, priceMinor: null });
    expect(reach.qualified).toBe(7);
    // The rankings before have left the index as it was.
    expect(reach.leftOut.find(({ gate }) => gate === 'location')).toMatchObject({ failing: 1, onlyThis: 1 });
    const weights = { ...USUAL_WEIGHTS, price: 0.05, accuracy: 0.45 };
    await setWeights(sponsor, { projectId, weights });
    const [first] = await rankForSponsor(sponsor, { projectId, limit: 1 });
    expect(first?.parts.map((part) => part.weight)).toEqual(PARTS.map((part) => weights[part]));
    await setWeights(sponsor, { projectId, weights: null });
    expect((await reachOfProject(sponsor, { projectId, priceMinor: null })).weights).toEqual(USUAL_WEIGHTS);
  });

  test('whom no signature would let in is left out by the agreements, people and whole teams', async () => {
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const owner = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    const phi = await makeProject(t.db, {
      orgId: org.id,
      createdBy: owner.actor.personId,
      status: 'open',
      dataClass: 'phi',
    });
    await makeGateReady(t.db);
    const gateOf = async (candidate: OrgContext, code: string) =>
      (await rankForSponsor(owner, { projectId: phi.id, limit: 100 }))
        .find((one) => one.orgId === candidate.actor.orgId)
        ?.gates.find((gate) => gate.code === code)?.passed;
    const [vendor, , , abroad] = candidates;
    expect((await reachOfProject(owner, { projectId: phi.id, priceMinor: null })).leftOut).toContainEqual({
      gate: 'agreements',
      failing: 0,
      onlyThis: 0,
    });
    // The sponsor’s BAA lets data be shown in the US only; nobody abroad can sign that away.
    const baa = await makeAgreement(t.db, { kind: 'baa', org });
    await t.db
      .update(agreements)
      .set({ locations: ['US'] })
      .where(eq(agreements.id, baa));
    const reach = await reachOfProject(owner, { projectId: phi.id, priceMinor: null });
    expect(reach.leftOut.find(({ gate }) => gate === 'agreements')).toMatchObject({
      failing: 1,
      onlyThis: 1,
    });
    expect(await gateOf(vendor!, 'agreements')).toBe(true);
    expect(await gateOf(abroad!, 'agreements')).toBeUndefined();
    // Nor can a team whose own agreement leaves its people out.
    const own = await makeAgreement(t.db, {
      kind: 'subcontractor_baa',
      org: { id: vendor!.actor.orgId, kind: 'vendor' },
    });
    await t.db
      .update(agreements)
      .set({ locations: ['CA'] })
      .where(eq(agreements.id, own));
    const rows = await listVendors(t.db, new Date().toISOString().slice(0, 10));
    expect(rows.find((row) => row.orgId === vendor!.actor.orgId)?.limits).toMatchObject([
      { kind: 'subcontractor_baa', locations: ['CA'] },
    ]);
  });

  test('R21: what known answers say of a vendor counts once its batch is settled, never while it is read', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1, clock: manualClock(new Date()) });
    const batchId = await makeBatch(scene, {});
    const of = { projectId: scene.project.id, batchId, subjectKind: 'batch' as const, subjectId: batchId };
    const found = { value: 0.9, lower: 0.85, upper: 0.94, n: 120, method: 'm', methodVersion: '1' };
    for (const metric of ['accuracy', 'krippendorff_alpha'])
      await t.db
        .insert(scores)
        .values({ ...of, ...found, id: newId(), field: 'grade', metric, computedAt: new Date() });
    const seen = async () => {
      const rows = await listVendors(t.db, new Date().toISOString().slice(0, 10));
      const row = rows.find((one) => one.orgId === scene.vendorOrg.id);
      return measuresOf(row?.scores ?? [], `${scene.project.modality}/${scene.project.anatomy}`);
    };
    expect(await seen()).toMatchObject({ accuracyLower: null, accuracyN: 0, reliability: 0.9 });
    await t.db.update(batches).set({ status: 'settled' }).where(eq(batches.id, batchId));
    expect(await seen()).toMatchObject({ accuracyLower: 0.85, accuracyN: 120 });
  });

  test('R16: a pilot’s measures are told to no other sponsor, nor ranked by', async () => {
    const scene = await makeWorkScene(t.db, { cases: 1, clock: manualClock(new Date()) });
    const batchId = await makeBatch(scene, {});
    const of = { projectId: scene.project.id, batchId, subjectKind: 'batch' as const, subjectId: batchId };
    const found = { value: 0.4, lower: 0.31, upper: 0.49, n: 120, method: 'm', methodVersion: '1' };
    for (const metric of ['accuracy', 'krippendorff_alpha', 'throughput'])
      await t.db
        .insert(scores)
        .values({ ...of, ...found, id: newId(), field: 'grade', metric, computedAt: new Date() });
    const partsSeen = async (kind: 'pilot' | 'production') => {
      await t.db.update(batches).set({ kind, status: 'settled' }).where(eq(batches.id, batchId));
      // Measures that are older than five minutes are read before the answer.
      const minutes = kind === 'pilot' ? 7 : 14;
      const fresh = { ...sponsor, clock: manualClock(new Date(Date.now() + minutes * 60_000)) };
      const ranked = await rankForSponsor(fresh, { projectId, limit: 100 });
      const parts = ranked.find((one) => one.orgId === scene.vendorOrg.id)?.parts ?? [];
      return Object.fromEntries(parts.map((part) => [part.key, part.value]));
    };
    const ofPilot = await partsSeen('pilot');
    expect(ofPilot).toMatchObject({ accuracy: null, reliability: null, throughput: null });
    expect(await partsSeen('production')).toMatchObject({ accuracy: 0.31, reliability: 0.4 });
  });

  test('a call that is still a draft is nobody’s to ask about', async () => {
    await t.db.update(calls).set({ status: 'draft' }).where(eq(calls.id, callId));
    await expect(explainForMe(candidates[0]!, { callId })).rejects.toMatchObject({ kind: 'not_found' });
  });
});
