import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { scores } from '#db/schema/scores.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeBatch, makeWorkScene } from '#db/seed/factories/work.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { pdfText } from '#db/testing/pdf-text.ts';
import type { OrgContext } from '#server/command/context.ts';
import { manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { bidComparison } from './comparison-schemas.ts';
import { COMPARISON_LINES, comparisonAnswer } from './comparison-words.ts';
import { exportComparison } from './export-comparison.ts';
import { compareBids } from './view-comparison.ts';

describe('the comparison of bids', () => {
  let t: TestDatabase;
  let sponsor: OrgContext;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 10 });
    const org = await makeOrganisation(t.db, { kind: 'sponsor', legalName: 'Comparing Sponsor' });
    sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
  });
  afterAll(() => t.drop());

  /** Like work of a vendor for another sponsor, with a stored accuracy over `n` reads. */
  const likeWork = async (
    vendorOrgId: string,
    of: { kind: 'production' | 'pilot'; value: number; n: number },
  ) => {
    const sponsorOrg = await makeOrganisation(t.db, { kind: 'sponsor' });
    const work = await makeWorkScene(t.db, {
      cases: 3,
      clock: manualClock(new Date()),
      parties: {
        sponsorOrg,
        sponsor: await makeMember(t.db, { org: sponsorOrg, roles: ['sponsor_owner'] }),
        vendorOrg: { id: vendorOrgId, kind: 'vendor', verified: true },
      },
    });
    const batchId = await makeBatch(work, { kind: of.kind, isDraft: true });
    const [lower, upper] = wilsonInterval(of.value * of.n, of.n) ?? [0, 1];
    await t.db.insert(scores).values({
      id: newId(),
      projectId: work.project.id,
      batchId,
      subjectKind: 'batch',
      subjectId: batchId,
      field: 'grade',
      metric: 'accuracy',
      value: of.value,
      lower,
      upper,
      n: of.n,
      method: 'test',
      methodVersion: '1',
      computedAt: new Date(),
    });
  };

  const scene = async () => {
    const project = await makeProject(t.db, {
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
      status: 'open',
      budgetMinor: 40_000n,
    });
    const callId = await makeCall(t.db, { projectId: project.id, cases: 100 });
    const [cheap, dear] = [
      await makeVendor(t.db, { legalName: 'Cheap Reads' }),
      await makeVendor(t.db, { legalName: 'Dear Reads', country: 'DE' }),
    ];
    await makeBid(t.db, { callId, project, vendor: cheap, priceMinor: 100n });
    await makeBid(t.db, { callId, project, vendor: dear, priceMinor: 300n });
    return { project, callId, cheap, dear };
  };

  test('without anything measured the cost per correct label is not known, and said so; the rest compares', async () => {
    const { project } = await scene();
    const compared = bidComparison.parse(await compareBids(sponsor, { projectId: project.id }));
    expect(compared.bids.map((bid) => [bid.accuracy.basis, bid.costPerCorrect.reason])).toEqual([
      ['none', 'no_reference'],
      ['none', 'no_reference'],
    ]);
    expect(compared.best?.cost.bidId).toBeNull();
    const [first, second] = compared.bids;
    expect(first).toMatchObject({ aboveBudgetMinor: null, delivery: { basis: 'promise' } });
    expect(second?.aboveBudgetMinor).toBe((second?.totalMinor ?? 0n) - 40_000n);
    expect(comparisonAnswer(compared)).toContain('not known');
  });

  test('measured like work makes the cost per correct label; who is not measured has the others’ with little weight; other sponsors’ pilots tell nothing (R16)', async () => {
    const { project, cheap, dear } = await scene();
    await likeWork(cheap.orgId, { kind: 'production', value: 0.6, n: 400 });
    await likeWork(dear.orgId, { kind: 'pilot', value: 1, n: 400 });
    const compared = bidComparison.parse(await compareBids(sponsor, { projectId: project.id }));
    const of = (name: string) => compared.bids.find((bid) => bid.vendor.legalName === name)!;
    const [low, high] = [of('Cheap Reads'), of('Dear Reads')];
    expect([low.accuracy.basis, high.accuracy]).toEqual([
      'like_work',
      { share: expect.closeTo(0.6, 6), checked: 10, basis: 'prior_like' },
    ]);
    expect(low.costPerCorrect.value).toBeCloseTo(low.perFinalLabelMinor / 0.6, 6);
    const width = ({ costPerCorrect: { interval, value } }: typeof low) =>
      ((interval?.[1] ?? 0) - (interval?.[0] ?? 0)) / (value ?? 1);
    expect(width(high)).toBeGreaterThan(width(low) * 3);
    expect(compared.best?.cost).toEqual({
      bidId: low.bidId,
      decidedOver: [high.bidId],
      undecidedWith: [],
    });
    await t.admin`delete from scores`;
  });

  test('the exported PDF holds every line of the screen in the same words, whoever may compare gets it', async () => {
    const { project } = await scene();
    const compared = bidComparison.parse(await compareBids(sponsor, { projectId: project.id }));
    const { bytes, fileName } = await exportComparison(sponsor, { projectId: project.id });
    expect(fileName).toBe(`comparison-of-bids-${compared.call?.callId}.pdf`);
    const text = pdfText(bytes).replaceAll(' ', '');
    const holds = (words: string) => expect(text).toContain(words.replaceAll(/\s/g, ''));
    holds(comparisonAnswer(compared));
    for (const bid of compared.bids) {
      holds(bid.vendor.legalName);
      for (const line of COMPARISON_LINES) holds(line.words(bid));
    }
    const finance = await makeMember(t.db, {
      org: { id: sponsor.actor.orgId, kind: 'sponsor', verified: true },
      roles: ['sponsor_finance'],
    });
    await expect(exportComparison(finance, { projectId: project.id })).rejects.toMatchObject({
      reason: 'capability_missing',
    });
    const org = await makeOrganisation(t.db, { kind: 'sponsor' });
    const other = await makeMember(t.db, { org, roles: ['sponsor_owner'] });
    await expect(exportComparison(other, { projectId: project.id })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  test('sealed bids are exported no more than shown', async () => {
    const project = await makeProject(t.db, {
      orgId: sponsor.actor.orgId,
      createdBy: sponsor.actor.personId,
      status: 'open',
    });
    const closesAt = plus(new Date(), 60_000);
    const callId = await makeCall(t.db, { projectId: project.id, isSealed: true, closesAt });
    await makeBid(t.db, { callId, project, vendor: await makeVendor(t.db) });
    const ask = (ctx: OrgContext) => exportComparison(ctx, { projectId: project.id });
    await expect(ask(sponsor)).rejects.toMatchObject({ reason: 'nothing_to_compare' });
    expect((await ask({ ...sponsor, clock: manualClock(closesAt) })).bytes.length).toBeGreaterThan(1000);
  });
});
