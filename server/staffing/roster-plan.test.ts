import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checkRoster } from './roster-check.ts';
import { greedyRoster } from './roster-greedy.ts';
import { BLOCKS_PER_WEEK, objectiveOf, type Roster, type RosterModel } from './roster-model.ts';
import { planRoster, type RosterOutcome, worthOfWrongRead } from './roster-plan.ts';
import { openSolver, type Solver } from './roster-solver.ts';
import { syntheticRoster } from './synthetic-roster.ts';

const solver = openSolver();
afterAll(() => solver.close());

const small = (over: Partial<RosterModel> = {}, seed = 3): RosterModel => ({
  ...syntheticRoster({ candidates: 14, weeks: 3, most: [8, 6, 3, 0], seed, load: 0.12 }),
  onshore: null,
  ...over,
});

function planned(outcome: RosterOutcome): Extract<RosterOutcome, { kind: 'planned' }> {
  if (outcome.kind !== 'planned') throw new Error(`No roster: ${JSON.stringify(outcome)}`);
  return outcome;
}
function infeasible(outcome: RosterOutcome) {
  if (outcome.kind !== 'infeasible') throw new Error(`Not infeasible: ${outcome.kind}`);
  return outcome.conflict;
}

const models = fc
  .record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    candidates: fc.integer({ min: 5, max: 24 }),
    weeks: fc.integer({ min: 1, max: 4 }),
    load: fc.integer({ min: 1, max: 30 }).map((n) => n / 100),
    overlap: fc.integer({ min: 1, max: 4 }),
    share: fc.constantFrom(0, 0, 0.3, 0.9),
    ratio: fc.constantFrom(null, 2, 8),
    objective: fc.constantFrom('cost' as const, 'time' as const),
    coverage: fc.constantFrom(null, null, null, null, 1),
  })
  .map(
    ({ share, ratio, objective, coverage, ...size }): RosterModel => ({
      ...syntheticRoster({ ...size, most: [8, 6, 3, 0] }),
      onshore: share > 0 ? { country: 'US', share } : null,
      annotatorsPerReviewer: ratio,
      objective,
      coverage,
    }),
  );

describe('a roster', () => {
  test('never breaks a constraint, whoever made it; the greedy one is never better than the proven bound', async () => {
    const seen = { planned: 0, infeasible: 0, undecided: 0, greedy: 0 };
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const outcome = await planRoster(model, solver, { seconds: 10, gap: 0.001 });
        seen[outcome.kind] += 1;
        const wrongMinor = worthOfWrongRead(model);
        const greedy = greedyRoster(model, wrongMinor);
        const isSound = greedy !== null && checkRoster(model, greedy).length === 0;
        if (isSound) seen.greedy += 1;
        if (outcome.kind === 'infeasible') expect(isSound).toBe(false);
        if (outcome.kind !== 'planned') return;
        expect(checkRoster(model, outcome.roster)).toEqual([]);
        const slack = 1e-6 * Math.max(1, outcome.objective);
        expect(outcome.bound).not.toBeNull();
        expect(outcome.objective).toBeGreaterThanOrEqual((outcome.bound ?? 0) - slack);
        expect(outcome.gap).toBeLessThanOrEqual(0.0011);
        if (greedy && isSound)
          expect(objectiveOf(model, greedy, wrongMinor)).toBeGreaterThanOrEqual((outcome.bound ?? 0) - slack);
      }),
      { numRuns: 40, seed: 11 },
    );
    // The property would hold of nothing, so all kinds have to have been met.
    expect(seen.planned).toBeGreaterThan(5);
    expect(seen.infeasible).toBeGreaterThan(3);
    expect(seen.greedy).toBeGreaterThan(3);
  }, 240_000);

  test('is the greedy one, and says so, when the solver fails or has nothing in time', async () => {
    const model = small();
    const broken: Solver = { solve: () => Promise.reject(new Error('no memory')), close: async () => {} };
    expect(planned(await planRoster(model, broken))).toMatchObject({
      by: 'greedy',
      fallback: 'solver_failed',
      gap: null,
    });
    const slow: Solver = {
      solve: async () => ({ status: 'stopped', values: null, objective: null, bound: 1, seconds: 30 }),
      close: async () => {},
    };
    const late = planned(await planRoster(model, slow));
    expect(late).toMatchObject({ by: 'greedy', fallback: 'out_of_time', bound: 1 });
    expect(late.gap).toBeGreaterThan(0);
    expect(checkRoster(model, late.roster)).toEqual([]);
  });

  test('is never the solver’s when the check does not agree', async () => {
    const model = small();
    const lying: Solver = {
      solve: async (program) => ({
        status: 'optimal',
        values: new Float64Array(program.cost.length),
        objective: 0,
        bound: 0,
        seconds: 0,
      }),
      close: async () => {},
    };
    expect(planned(await planRoster(model, lying))).toMatchObject({ by: 'greedy', fallback: 'solver_wrong' });
  });

  test('by time is done earlier than by cost, and no review comes before its read', async () => {
    const model = small({ weeks: 3 });
    const byCost = planned(await planRoster(model, solver));
    const byTime = planned(await planRoster({ ...model, objective: 'time' }, solver));
    expect(byTime.figures.meanWeek).toBeLessThan(byCost.figures.meanWeek ?? 0);
    expect(checkRoster({ ...model, objective: 'time' }, byTime.roster)).toEqual([]);
  });

  test('covers every block of the week out of the hours that people work, and says when it cannot', async () => {
    // Four shifts of a quarter of the day each, by people in four zones.
    const base = syntheticRoster({ candidates: 24, weeks: 2, most: [24, 24, 0, 0], seed: 5, load: 0.4 });
    const inQuarter = (at: number) =>
      Array.from({ length: 2 * BLOCKS_PER_WEEK }, (_, block) => (block % 4 === at % 4 ? 6 : 0));
    const candidates = base.candidates.map((one, at) => ({
      ...one,
      hours: one.hours.map(() => 30),
      blocks: inQuarter(at),
    }));
    const model: RosterModel = { ...base, candidates, onshore: null, coverage: 1 };
    const { roster } = planned(await planRoster(model, solver));
    expect(checkRoster(model, roster)).toEqual([]);
    const covered = new Set(roster.cover.map((one) => one.week * BLOCKS_PER_WEEK + one.block));
    expect(covered.size).toBe(2 * BLOCKS_PER_WEEK);
    const spoilt = { ...roster, cover: roster.cover.slice(1) };
    expect(checkRoster(model, spoilt).map((one) => one.rule)).toContain('coverage');
    const noNights = candidates.map((one, at) => (at % 4 === 0 ? { ...one, blocks: [] } : one));
    const conflict = infeasible(await planRoster({ ...model, candidates: noNights }, solver));
    expect(conflict.either.map((one) => one.what)).toEqual(['coverage']);
    expect(conflict.either[0]?.amount).toBeCloseTo(2 * 7 * 6, 3);
  }, 120_000);

  test('made again keeps the people who have accepted', async () => {
    const model = small();
    const first = planned(await planRoster(model, solver));
    const unused = model.candidates.find(
      (one) =>
        one.seats.includes('reader') && !first.roster.placements.some((p) => p.personId === one.personId),
    );
    const fixed = [{ personId: unused?.personId ?? '', seat: 'reader' }];
    const again = planned(await planRoster({ ...model, fixed }, solver));
    expect(again.roster.placements.map((one) => one.personId)).toContain(unused?.personId);
    expect(again.objective).toBeGreaterThanOrEqual(first.objective * 0.99);
  });
});

describe('the check', () => {
  const model = small();
  const spoilt = async (spoil: (roster: Roster) => Roster): Promise<string[]> => {
    const { roster } = planned(await planRoster(model, solver));
    return checkRoster(model, spoil(roster)).map((one) => one.rule);
  };
  const first = (roster: Roster, over: object): Roster => ({
    ...roster,
    placements: roster.placements.map((one, at) => (at === 0 ? { ...one, ...over } : one)),
  });

  test.each([
    ['demand', (roster: Roster) => first(roster, { hours: [0, 0, 0] })],
    ['hours', (roster: Roster) => first(roster, { hours: [90, 90, 90] })],
    ['one_seat', (r: Roster) => ({ ...r, placements: [...r.placements, ...r.placements.slice(0, 1)] })],
    ['rule', (roster: Roster) => first(roster, { seat: 'reviewer' })],
    ['overlap', (r: Roster) => ({ ...r, placements: r.placements.slice(0, 1) })],
    ['unknown', (roster: Roster) => first(roster, { personId: 'nobody' })],
  ] as const)('finds a roster that breaks "%s"', async (rule, spoil) => {
    const reader = model.candidates.find((one) => !one.seats.includes('reviewer'));
    expect(reader).toBeDefined();
    expect(await spoilt(spoil)).toContain(rule);
  });
});

describe('an impossible roster says what conflicts, and what would do', () => {
  test('too much to review for the reviewers there are: items short, people more, hours more', async () => {
    const model = small();
    const reviewer = model.demand.reviewer.map((items, week) => (week === 1 ? 2_500 : items));
    const conflict = infeasible(
      await planRoster(
        { ...model, annotatorsPerReviewer: null, demand: { ...model.demand, reviewer } },
        solver,
      ),
    );
    const demand = conflict.either.find((one) => one.what === 'demand');
    expect(demand?.parts.map(({ role, week }) => [role, week])).toEqual([['reviewer', 1]]);
    expect(demand?.amount).toBeGreaterThan(0);
    expect(conflict.either.find((one) => one.what === 'people')?.parts[0]).toMatchObject({
      role: 'reviewer',
    });
    // What the remedy says is what it takes: with it there is a roster, with a little less there is none.
    const less = (by: number) => ({
      ...model.demand,
      reviewer: reviewer.map((items, week) => (week === 1 ? items - by : items)),
    });
    const short = demand?.amount ?? 0;
    const base = { ...model, annotatorsPerReviewer: null };
    expect((await planRoster({ ...base, demand: less(short * 1.02) }, solver)).kind).toBe('planned');
    expect((await planRoster({ ...base, demand: less(short * 0.95) }, solver)).kind).toBe('infeasible');
  }, 60_000);

  test('more onshore reads than people onshore can make: the share that can be had', async () => {
    const model = small();
    const home = model.candidates.find((one) => one.country === 'US' && one.seats.includes('reader'));
    const candidates = model.candidates.map((one) =>
      one.personId === home?.personId ? one : { ...one, country: 'PH' },
    );
    const conflict = infeasible(
      await planRoster({ ...model, candidates, onshore: { country: 'US', share: 1 } }, solver),
    );
    expect(conflict.either.map((one) => one.what)).toContain('onshore');
    expect(conflict.either.map((one) => one.what)).not.toContain('budget');
  }, 60_000);

  test('a budget that is too small: by how much', async () => {
    const model = small();
    const { figures } = planned(await planRoster(model, solver, { gap: 0.0001 }));
    const conflict = infeasible(
      await planRoster({ ...model, budgetMinor: Math.floor(figures.costMinor * 0.8) }, solver),
    );
    const budget = conflict.either.find((one) => one.what === 'budget');
    expect(budget?.amount).toBeGreaterThan(0);
    expect(budget?.amount).toBeLessThanOrEqual(figures.costMinor * 0.2 + 2);
  }, 60_000);

  test('two conflicts at once: nothing alone would do, the smallest set is told', async () => {
    const model = small();
    const conflict = infeasible(
      await planRoster(
        {
          ...model,
          annotatorsPerReviewer: null,
          budgetMinor: 10,
          seats: model.seats.map((seat) => ({ ...seat, most: seat.key === 'reviewer' ? seat.most : 1 })),
        },
        solver,
      ),
    );
    expect(conflict.either).toEqual([]);
    expect(conflict.together.length).toBeGreaterThan(1);
    expect(conflict.together.map((one) => one.what)).toContain('budget');
  }, 60_000);

  test('a seat whose rule nobody meets, and more readers per case than there are people', async () => {
    const model = small();
    const nobody = {
      key: 'cardiac',
      role: 'annotator' as const,
      label: 'Cardiac readers',
      least: 2,
      most: 4,
    };
    const conflict = infeasible(await planRoster({ ...model, seats: [...model.seats, nobody] }, solver));
    expect(conflict.unfilled).toEqual([{ seat: 'cardiac', label: 'Cardiac readers', asked: 2, able: 0 }]);
    const many = infeasible(await planRoster({ ...model, overlap: 40, leastHours: 0 }, solver));
    expect(many.unfilled).toMatchObject([{ seat: 'annotator', asked: 40 }]);
    expect(many.either.find((one) => one.what === 'overlap')?.amount).toBeLessThan(15);
  }, 120_000);
});
