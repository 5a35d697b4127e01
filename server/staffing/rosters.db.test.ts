import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { rosterPlans } from '#db/schema/staffing-rosters.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import {
  makeRosterProject,
  makeRosterScene,
  personOf,
  planRoster,
  type RosterScene,
} from '#db/seed/factories/rosters.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { capabilitiesOf } from '#server/command/capabilities.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { Project } from '#server/projects/schemas.ts';
import { answerAssignment } from './answer-assignment.ts';
import { chooseRoster } from './choose-roster.ts';
import { draftRoster } from './draft-roster.ts';
import { dropOut } from './drop-out.ts';
import { planAbsence } from './plan-absence.ts';
import { findEngagements } from './reads.ts';
import { type RosterParameters, rosterParameters } from './roster-schemas.ts';
import { setStaffRate } from './set-staff-rate.ts';
import { solveRoster } from './solve-roster.ts';
import { viewAvailability } from './view-availability.ts';
import { viewPlan } from './view-plan.ts';
import { viewContractRoster, viewRosters } from './view-rosters.ts';

describe('planning a roster', () => {
  const clock = manualClock('2026-11-18T09:00:00Z');
  let t: TestDatabase;
  let project: Project;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    project = await makeRosterProject(t.db, clock);
  });
  afterAll(() => t.drop());

  const scene = (people = 6, hoursPerWeek?: number) =>
    makeRosterScene(t.db, {
      project,
      people,
      clock,
      ...(hoursPerWeek === undefined ? {} : { hoursPerWeek }),
    });
  const plan = (s: RosterScene, over: Partial<RosterParameters> = {}, basePlanId: string | null = null) =>
    planRoster(t.db, clock, s, { over, basePlanId });

  test('a plan proposes, a person accepts: accepting engages them once, by the command that does', async () => {
    const s = await scene();
    const solved = await plan(s);
    expect(solved).toMatchObject({ status: 'planned', version: 1, conflict: null });
    expect(solved.solver).toMatchObject({ by: 'highs', fallback: null });
    expect(solved.solver?.gap).toBeLessThanOrEqual(0.01);
    expect(solved.figures?.reads).toBe(1_800);
    expect(solved.people.filter((one) => one.role === 'annotator').length).toBeGreaterThanOrEqual(3);
    expect(await chooseRoster(s.vendor.owner, { planId: solved.planId })).toMatchObject({ kept: 0 });
    const [first] = solved.people;
    const who = personOf(s, first!.personId);
    expect((await viewAvailability(who)).asked).toMatchObject([{ status: 'proposed', role: first!.role }]);
    const answer = { assignmentId: first!.assignmentId!, answer: 'accept' as const };
    const both = await Promise.allSettled([answerAssignment(who, answer), answerAssignment(who, answer)]);
    expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const engaged = await findEngagements(t.db, { projectId: project.id, personId: who.actor.personId });
    expect(engaged).toMatchObject([
      { role: first!.role, viaOrgId: s.vendor.orgId, contractId: s.contractId },
    ]);
    const [listed] = await viewRosters(s.vendor.owner);
    expect(listed?.answers).toMatchObject({ accepted: 1, proposed: solved.people.length - 1 });
  });

  test('nobody answers for another, and another vendor finds nothing', async () => {
    const [s, other] = [await scene(), await scene(1)];
    const solved = await plan(s);
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    const [first, second] = solved.people;
    const answer = { assignmentId: first!.assignmentId!, answer: 'accept' as const };
    await expect(answerAssignment(personOf(s, second!.personId), answer)).rejects.toMatchObject({
      reason: 'assignment_not_found',
    });
    for (const attempt of [
      () => viewPlan(other.vendor.owner, { planId: solved.planId }),
      () => chooseRoster(other.vendor.owner, { planId: solved.planId }),
      () => viewContractRoster(other.vendor.owner, { contractId: s.contractId }),
      () => plan({ ...other, contractId: s.contractId }),
      () =>
        dropOut(other.vendor.owner, {
          assignmentId: first!.assignmentId!,
          fromOn: '2026-11-20',
          forGood: true,
        }),
    ])
      await expect(attempt()).rejects.toMatchObject({ kind: 'not_found' });
  });

  test('an impossible roster says what is short and what would do, and each way out is one change away', async () => {
    const s = await scene(5, 10);
    const stuck = await plan(s, { readsByWeek: [3_000, 900] });
    expect(stuck.status).toBe('infeasible');
    expect(stuck.conflict?.headline).toMatch(/^Reads are [\d,]+ short in week 1\.$/);
    expect(stuck.conflict?.isEither).toBe(true);
    const weeks = stuck.conflict?.remedies.find((one) => one.what === 'deadline');
    expect(weeks?.says).toMatch(/weeks? more for the same work/);
    const again = await plan(s, weeks?.change ?? {}, stuck.planId);
    expect(again.status).toBe('planned');
    expect(again.figures?.reads).toBe(3_900);
    await expect(chooseRoster(s.vendor.owner, { planId: stuck.planId })).rejects.toMatchObject({
      reason: 'plan_not_ready',
    });
  }, 60_000);

  test('a rule that nobody meets is told by its seat and by what each person lacks', async () => {
    const s = await scene();
    const rule = {
      anyOf: [
        {
          allOf: [
            {
              kind: 'board_certification' as const,
              specialty: 'Radiology',
              minLevel: 'vendor_attested' as const,
            },
          ],
        },
      ],
    };
    const seat = {
      key: 'experts',
      role: 'annotator' as const,
      label: 'Radiologists',
      least: 1,
      most: 4,
      rule,
    };
    const stuck = await plan(s, { seats: [...s.parameters.seats, seat] });
    expect(stuck.conflict?.headline).toBe(
      'Radiologists: 1 asked for, and nobody of yours who has hours meets the rule.',
    );
    const only = await plan(s, { seats: [seat, s.parameters.seats[1]!] });
    expect(only.conflict?.headline).toContain('nobody of yours');
  }, 60_000);

  test('people who have not said when they can work, or read from elsewhere, are left out with the reason', async () => {
    const s = await scene(4);
    const org = { id: s.vendor.orgId, kind: 'vendor' as const, verified: true };
    const silent = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
    const solved = await plan(s, { reviewShareBasisPoints: 0 });
    expect(solved.leftOut).toMatchObject([
      { personId: silent.actor.personId, reasons: ['Has not said when they can work.'] },
    ]);
  });

  test('made stale by a change it is refused with what changed; planned again it holds', async () => {
    const s = await scene();
    const solved = await plan(s);
    const [first] = solved.people;
    const who = personOf(s, first!.personId);
    await planAbsence(who, { fromOn: '2026-11-16', toOn: '2026-12-31' });
    const refused = chooseRoster(s.vendor.owner, { planId: solved.planId });
    await expect(refused).rejects.toMatchObject({ reason: 'plan_stale' });
    await expect(refused).rejects.toThrow(first!.name);
    const again = await plan(s, {}, solved.planId);
    expect(again.people.map((one) => one.personId)).not.toContain(first!.personId);
    expect(again.before).toMatchObject({ version: 1 });
    await chooseRoster(s.vendor.owner, { planId: again.planId });
  });

  test('what only the sponsor can lower is to look at, not to choose', async () => {
    const s = await scene();
    const solved = await plan(s, { overlap: 1, readsByWeek: [300, 300] });
    expect(solved.status).toBe('planned');
    await expect(chooseRoster(s.vendor.owner, { planId: solved.planId })).rejects.toMatchObject({
      reason: 'plan_what_if',
      details: [{ code: 'overlap_below_policy' }],
    });
  });

  test('costs are for those who may see the vendor’s money', async () => {
    const s = await scene();
    await setStaffRate(s.vendor.owner, {
      personId: s.vendor.annotators[0]!.actor.personId,
      basis: 'per_read',
      amountMinor: 40n,
      currency: 'USD',
    });
    const solved = await plan(s, { budgetMinor: 10_000_000n });
    expect(solved.figures?.costPerCorrectMinor).toBeGreaterThan(0n);
    expect(
      solved.people.find((one) => one.personId === s.vendor.annotators[0]!.actor.personId)?.assumed,
    ).not.toContain('cost');
    const lead: OrgContext = {
      ...s.vendor.owner,
      actor: { ...s.vendor.owner.actor, capabilities: capabilitiesOf(['staffing_lead']) },
    };
    const seen = await viewPlan(lead, { planId: solved.planId });
    expect(seen.figures).toMatchObject({ costMinor: null, costPerCorrectMinor: null, marginMinor: null });
    expect(seen.people.every((one) => one.costMinor === null)).toBe(true);
    expect(seen.meters.some((one) => one.unit === 'money')).toBe(false);
    expect(seen.parameters.budgetMinor).toBeNull();
  });

  test('a plan keeps people by their pseudonym: no name is left behind when an account is erased', async () => {
    const s = await scene();
    const solved = await plan(s);
    const [row] = await t.db.select().from(rosterPlans).where(eq(rosterPlans.id, solved.planId));
    const kept = JSON.stringify([row?.facts, row?.outcome]);
    for (const one of solved.people) expect(kept).not.toContain(one.name);
    expect(solved.people.every((one) => one.name.startsWith('Person '))).toBe(true);
  });

  test.each([
    ['start_not_monday', { startOn: '2026-11-18' }],
    ['start_past', { startOn: '2026-11-09' }],
    ['start_far', { startOn: '2028-01-03' }],
    ['timezone_unknown', { sponsorTimezone: 'Mars' }],
    ['reads_below_overlap', { readsByWeek: [2] }],
  ] as const)('parameters that cannot be are refused before anything is solved: %s', async (code, over) => {
    const s = await scene(1);
    const attempt = draftRoster(s.vendor.owner, {
      contractId: s.contractId,
      basePlanId: null,
      parameters: {
        ...s.parameters,
        ...over,
        readsByWeek: [...('readsByWeek' in over ? over.readsByWeek : s.parameters.readsByWeek)],
      },
    });
    await expect(attempt).rejects.toMatchObject({ details: [{ code }] });
  });

  test('numbers that are none are refused in words at the door', async () => {
    const s = await scene(1);
    const words = (over: object) =>
      rosterParameters.safeParse({ ...s.parameters, ...over }).error?.issues.map((issue) => issue.message);
    expect(words({ readsByWeek: [0, 0] })).toEqual([
      'There is nothing to read: give the reads of at least one week.',
    ]);
    expect(words({ overlap: 0 })).toEqual(['A case takes between 1 and 100 reads.']);
    expect(words({ assumedReadsPerHour: -3 })).toEqual(['A speed is above zero.']);
    expect(words({ readsByWeek: new Array(40).fill(9) })).toEqual(['Plan at most 26 weeks.']);
    expect(words({ annotatorsPerReviewer: 0 })).toEqual(['Annotators to a reviewer: a whole number from 1.']);
  });

  test('hours shared with the sponsor’s office keep people out, and that is one of the ways out', async () => {
    const s = await scene();
    const stuck = await plan(s, { sponsorTimezone: 'Asia/Manila', sharedOfficeHours: 10 });
    expect(stuck.status).toBe('infeasible');
    expect(stuck.leftOut).toHaveLength(6);
    expect(stuck.leftOut[0]?.reasons).toEqual(['Shares fewer than 10 h a week with the sponsor’s office.']);
    const zone = stuck.conflict?.remedies.find((one) => one.what === 'time_zone');
    expect(zone?.change).toMatchObject({ sharedOfficeHours: 0 });
  }, 60_000);

  test('a vendor’s plans do not crowd the solver: three wait, a fourth is told to', async () => {
    const s = await scene();
    const draft = () =>
      draftRoster(s.vendor.owner, { contractId: s.contractId, basePlanId: null, parameters: s.parameters });
    for (let i = 0; i < 3; i += 1) await draft();
    await expect(draft()).rejects.toMatchObject({ kind: 'limit', reason: 'rosters_waiting' });
  });

  test('a solver that fails leaves a plan that says so, never one that waits', async () => {
    const s = await scene();
    const { planId } = await draftRoster(s.vendor.owner, {
      contractId: s.contractId,
      basePlanId: null,
      parameters: { ...s.parameters, readsByWeek: [90_000] },
    });
    const broken = { solve: () => Promise.reject(new Error('out of memory')), close: async () => {} };
    await solveRoster(systemContext({ db: t.db, clock, name: 'test', requestId: newId() }), {
      planId,
      solver: broken,
    });
    const seen = await viewPlan(s.vendor.owner, { planId });
    expect(seen.status).toBe('failed');
    expect(seen.statusReason).toContain('Plan again');
  });
});
