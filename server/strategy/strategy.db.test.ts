import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { strategyDecisions } from '#db/schema/strategy.ts';
import { makeBid, makeCall, makeVendor } from '#db/seed/factories/bids.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import type { AppError } from '#server/core/errors.ts';
import type { Project } from '#server/projects/schemas.ts';
import { decideStrategy } from './decide-strategy.ts';
import type { StrategyInputs } from './schemas.ts';
import { viewStrategy } from './views.ts';

const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => Promise.reject(new Error('was not refused')),
    (error: AppError) => error,
  );

describe('how to get a project labelled', () => {
  const clock = manualClock('2026-11-22T09:00:00Z');
  let t: TestDatabase;
  let sponsor: OrgContext;
  let project: Project;
  const inputs: StrategyInputs = {
    cases: 500,
    needBy: '2027-03-31',
    budgetModel: 'per_label',
    isForSubmission: false,
    insideShareBasisPoints: 0,
    ownStaff: { people: 5, hoursPerWeek: 7, costPerHourMinor: 4_000n, readsPerHour: 20, readyInDays: 7 },
    model: null,
    pricePerReadMinor: null,
  };
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'], clock });
    const by = { orgId: org.id, createdBy: sponsor.actor.personId, clock };
    project = await makeProject(t.db, by);
    // Another sponsor's calls, with what vendors asked.
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'sponsor', clock }),
      roles: ['sponsor_owner'],
      clock,
    });
    const bidOn = async (isSealed: boolean, prices: bigint[]) => {
      const theirs = await makeProject(t.db, {
        orgId: other.actor.orgId,
        createdBy: other.actor.personId,
        status: 'open',
        clock,
      });
      const callId = await makeCall(t.db, { projectId: theirs.id, isSealed, clock });
      for (const priceMinor of prices)
        await makeBid(t.db, {
          callId,
          project: theirs,
          vendor: await makeVendor(t.db, { people: 3, clock }),
          priceMinor,
          clock,
        });
    };
    await bidOn(true, [5n, 6n, 7n, 8n, 9n]);
    await bidOn(false, [901n, 998n, 1_104n, 1_346n, 1_502n]);
  });
  afterAll(() => t.drop());

  test('prices are of vendors whose bids are open to see, never of a sealed call', async () => {
    const view = await viewStrategy(sponsor, { projectId: project.id, inputs });
    expect(view.market).toMatchObject({
      // To two figures: nobody's own price.
      price: { low: 1_000n, mid: 1_100n, high: 1_300n },
      priceVendors: 5,
      priceOf: 'like_model',
      leadDays: 21,
      leadN: 0,
    });
    expect(view.modes.map((one) => [one.mode, one.isBlocked])).toEqual([
      ['human', false],
      ['hybrid', true],
      ['automated', true],
    ]);
  });

  test('a decision is kept with its inputs and what was shown, and the next look begins with it', async () => {
    const view = await viewStrategy(sponsor, { projectId: project.id, inputs });
    const { recommendedMode, modes } = view;
    expect([recommendedMode, modes[0]?.recommended]).toEqual(['human', 'build']);
    const { decisionId } = await decideStrategy(sponsor, {
      projectId: project.id,
      inputs,
      mode: 'human',
      source: 'build',
      reason: '',
    });
    const again = await viewStrategy(sponsor, { projectId: project.id });
    expect(again.inputs).toEqual(inputs);
    expect(again.decisions).toMatchObject([
      { id: decisionId, mode: 'human', source: 'build', isAsRecommended: true, ownShareBasisPoints: 10_000 },
    ]);
    const [row] = await t.db.select().from(strategyDecisions).where(eq(strategyDecisions.id, decisionId));
    expect(row?.shown).toMatchObject({
      market: { price: { mid: '1100' } },
      modes: [{ mode: 'human' }, {}, {}],
    });
  });

  test('another choice needs its reason; what something stands in the way of is refused', async () => {
    const of = { projectId: project.id, inputs, mode: 'human' as const, source: 'buy' as const };
    expect((await refusalOf(decideStrategy(sponsor, { ...of, reason: 'no' }))).reason).toBe('reason_missing');
    await decideStrategy(sponsor, { ...of, reason: 'Our readers are on leave until March.' });
    const inside = { ...inputs, insideShareBasisPoints: 1000 };
    const refused = await refusalOf(
      decideStrategy(sponsor, { ...of, inputs: inside, reason: 'Still to be bought.' }),
    );
    expect(refused).toMatchObject({ reason: 'choice_blocked' });
    expect(refused.details).toMatchObject([{ code: 'strategy.may_not_leave' }]);
    const { decisions } = await viewStrategy(sponsor, { projectId: project.id });
    expect(decisions.map((one) => [one.source, one.isAsRecommended])).toEqual([
      ['buy', false],
      ['build', true],
    ]);
  });
});
