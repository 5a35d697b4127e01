import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { contracts } from '#db/schema/bids.ts';
import { notifications } from '#db/schema/notifications.ts';
import { rosterAssignments, rosterPlans } from '#db/schema/staffing-rosters.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeRosterScene } from '#db/seed/factories/rosters.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { capabilitiesOf } from '#server/command/capabilities.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { endContract } from '#server/contracts/end-contract.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { Project } from '#server/projects/schemas.ts';
import { answerAssignment } from './answer-assignment.ts';
import { chooseRoster } from './choose-roster.ts';
import { draftRoster } from './draft-roster.ts';
import { dropOut } from './drop-out.ts';
import { planAbsence, withdrawAbsence } from './plan-absence.ts';
import { proposeSubstitutes } from './propose-substitutes.ts';
import { findEngagements } from './reads.ts';
import { type RosterParameters, rosterParameters } from './roster-schemas.ts';
import { benchInput } from './roster-view-schemas.ts';
import { setAvailability } from './set-availability.ts';
import { setStaffRate } from './set-staff-rate.ts';
import { solveRoster } from './solve-roster.ts';
import { viewAvailability } from './view-availability.ts';
import { viewBench } from './view-bench.ts';
import { viewPlan } from './view-plan.ts';
import { viewContractRoster, viewRosters } from './view-rosters.ts';

describe('rosters', () => {
  const clock = manualClock('2026-11-18T09:00:00Z');
  let t: TestDatabase;
  let project: Project;
  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
    const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    const sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'], clock });
    project = await makeProject(t.db, {
      orgId: org.id,
      createdBy: sponsor.actor.personId,
      status: 'active',
      clock,
      locationPolicy: { allowedCountries: ['US', 'PH'], onshoreShareBasisPoints: 0, onshoreCountry: null },
    });
  });
  afterAll(() => t.drop());

  const scene = (people = 6, hoursPerWeek?: number) =>
    makeRosterScene(t.db, {
      project,
      people,
      clock,
      ...(hoursPerWeek === undefined ? {} : { hoursPerWeek }),
    });
  const page = benchInput.parse({});
  type Scene = Awaited<ReturnType<typeof scene>>;

  async function plan(s: Scene, over: Partial<RosterParameters> = {}, basePlanId: string | null = null) {
    const { planId } = await draftRoster(s.vendor.owner, {
      contractId: s.contractId,
      basePlanId,
      parameters: { ...s.parameters, ...over },
    });
    const system = systemContext({ db: t.db, clock, name: 'test', requestId: newId() });
    await solveRoster(system, { planId });
    await solveRoster(system, { planId });
    return viewPlan(s.vendor.owner, { planId });
  }
  const personOf = (s: Scene, personId: string): OrgContext =>
    s.vendor.annotators.find((one) => one.actor.personId === personId)!;

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

  test('somebody drops out: substitutes are ranked with reasons, the plan is made again around those who stay', async () => {
    const s = await scene(7);
    const solved = await plan(s);
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    for (const one of solved.people)
      await answerAssignment(personOf(s, one.personId), {
        assignmentId: one.assignmentId!,
        answer: 'accept',
      });
    const out = solved.people.find((one) => one.role === 'annotator')!;
    await dropOut(s.vendor.owner, { assignmentId: out.assignmentId!, fromOn: '2026-11-18', forGood: true });
    expect(await findEngagements(t.db, { projectId: project.id, personId: out.personId })).toEqual([]);
    const found = await proposeSubstitutes(s.vendor.owner, { assignmentId: out.assignmentId! });
    expect(found.openItems).toBeGreaterThan(0);
    expect(found.people.length).toBeGreaterThan(0);
    expect(found.people[0]!.reasons.join(' ')).toContain('Can make');
    expect(found.people.map((one) => one.personId)).not.toContain(out.personId);
    const best = found.people[0]!;
    const { planId } = await draftRoster(s.vendor.owner, {
      contractId: s.contractId,
      basePlanId: found.basePlanId,
      parameters: { ...found.again, including: [{ personId: best.personId, seat: found.seat }] },
    });
    await solveRoster(systemContext({ db: t.db, clock, name: 'test', requestId: newId() }), { planId });
    const again = await viewPlan(s.vendor.owner, { planId });
    const ids = again.people.map((one) => one.personId);
    expect(ids).toContain(best.personId);
    expect(ids).not.toContain(out.personId);
    for (const one of solved.people.filter((person) => person !== out)) expect(ids).toContain(one.personId);
    const { asked, kept } = await chooseRoster(s.vendor.owner, { planId });
    expect(asked + kept).toBe(again.people.length);
    await expect(
      proposeSubstitutes(s.vendor.owner, { assignmentId: out.assignmentId! }),
    ).rejects.toMatchObject({
      reason: 'nobody_missing',
    });
  }, 60_000);

  test('a new roster asks nobody again for the same or fewer hours, and withdraws what it no longer asks', async () => {
    const s = await scene();
    const solved = await plan(s);
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    for (const one of solved.people)
      await answerAssignment(personOf(s, one.personId), {
        assignmentId: one.assignmentId!,
        answer: 'accept',
      });
    const same = await plan(s, {}, solved.planId);
    expect(await chooseRoster(s.vendor.owner, { planId: same.planId })).toEqual({
      asked: 0,
      kept: same.people.length,
    });
    const old = await t.db
      .select()
      .from(rosterAssignments)
      .where(eq(rosterAssignments.planId, solved.planId));
    expect(old.every((row) => row.status === 'withdrawn')).toBe(true);
    const now = await viewPlan(s.vendor.owner, { planId: same.planId });
    expect(now.people.every((one) => one.status === 'accepted')).toBe(true);
  });

  test('an accepted roster books its people: another contract’s plan has what is left of their week', async () => {
    const s = await scene(4, 20);
    const solved = await plan(s, { reviewShareBasisPoints: 0, annotatorsPerReviewer: null });
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    const bench = await viewBench(s.vendor.owner, page);
    for (const one of solved.people) {
      const row = bench.people.find((person) => person.personId === one.personId)!;
      expect(row.weeks[0]!.booked).toBeCloseTo(one.hours[0]!, 3);
      expect(row.weeks[0]!.offered).toBe(20);
      expect(row.on).toMatchObject([{ status: 'proposed' }]);
    }
    const elsewhere = await makeRosterScene(t.db, { project, people: 0, clock });
    const [busy] = solved.people;
    const who = personOf(s, busy!.personId);
    const org = { id: elsewhere.vendor.orgId, kind: 'vendor' as const, verified: true };
    await makeMember(t.db, {
      org,
      roles: ['vendor_annotator'],
      person: { personId: who.actor.personId, userId: who.actor.userId, country: 'US' },
      clock,
    });
    const [seen] = (await viewBench(elsewhere.vendor.owner, page)).people;
    expect(seen!.weeks[0]).toMatchObject({ booked: 0 });
    expect(seen!.weeks[0]!.offered).toBeCloseTo(20 - busy!.hours[0]!, 3);
    expect(seen!.on).toEqual([]);
  });

  test('the bench comes by pages, the freest first; the sums are over all, and a name is found', async () => {
    const s = await scene(5, 20);
    const solved = await plan(s, { reviewShareBasisPoints: 0, annotatorsPerReviewer: null });
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    const ask = (of: Record<string, unknown>) => viewBench(s.vendor.owner, benchInput.parse(of));
    const whole = await ask({});
    expect(whole.next).toBeNull();
    const free = whole.people.map((one) =>
      one.weeks.reduce((sum, week) => sum + week.offered - week.booked, 0),
    );
    expect(free).toEqual(free.toSorted((a, b) => b - a));
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const part = await ask({ limit: 2, after });
      expect(part.sums).toEqual(whole.sums);
      seen.push(...part.people.map((one) => one.personId));
      after = part.next;
      if (after === null) break;
    }
    expect(seen).toEqual(whole.people.map((one) => one.personId));
    const [someone] = whole.people;
    const found = await ask({ text: someone!.name.toUpperCase() });
    expect(found.people.map((one) => one.personId)).toContain(someone!.personId);
    expect((await ask({ text: 'nobody is called this' })).people).toEqual([]);
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

  test('an absence tells whoever planned the person, and is its person’s to take back', async () => {
    const s = await scene();
    const solved = await plan(s);
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    const who = personOf(s, solved.people[0]!.personId);
    const { absenceId, touched } = await planAbsence(who, { fromOn: '2026-11-18', toOn: '2026-11-19' });
    expect(touched).toBe(1);
    const told = await t.db.select().from(notifications).where(eq(notifications.kind, 'roster_absence'));
    expect(told.some((row) => row.personId === s.vendor.owner.actor.personId)).toBe(true);
    const other = s.vendor.annotators.find((one) => one !== who)!;
    await expect(withdrawAbsence(other, { absenceId })).rejects.toMatchObject({
      reason: 'absence_not_found',
    });
    await withdrawAbsence(who, { absenceId });
    expect((await viewAvailability(who)).absences).toEqual([]);
    await expect(planAbsence(who, { fromOn: '2026-11-01', toOn: '2026-11-02' })).rejects.toMatchObject({
      reason: 'absence_refused',
    });
  });

  test('a plan keeps people by their pseudonym: no name is left behind when an account is erased', async () => {
    const s = await scene();
    const solved = await plan(s);
    const [row] = await t.db.select().from(rosterPlans).where(eq(rosterPlans.id, solved.planId));
    const kept = JSON.stringify([row?.facts, row?.outcome]);
    for (const one of solved.people) expect(kept).not.toContain(one.name);
    expect(solved.people.every((one) => one.name.startsWith('Person '))).toBe(true);
  });

  test('availability is refused whole, with every problem, and saved by its person', async () => {
    const s = await scene(1);
    const [who] = s.vendor.annotators;
    const refused = setAvailability(who!, { timezone: 'Nowhere', hoursPerWeek: 30, windows: [] });
    await expect(refused).rejects.toMatchObject({
      reason: 'availability_refused',
      details: [{ path: 'timezone' }, { path: 'hoursPerWeek' }],
    });
    const windows = [{ day: 6, fromMinute: 600, toMinute: 900 }];
    await setAvailability(who!, { timezone: 'Asia/Manila', hoursPerWeek: 5, windows });
    expect((await viewAvailability(who!)).availability).toMatchObject({ timezone: 'Asia/Manila', windows });
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

  test('a contract that has ended is not staffed, and a plan of it not chosen', async () => {
    const s = await scene();
    const solved = await plan(s);
    await t.db.update(contracts).set({ status: 'terminated' }).where(eq(contracts.id, s.contractId));
    await expect(plan(s)).rejects.toMatchObject({ reason: 'contract_not_active' });
    await expect(chooseRoster(s.vendor.owner, { planId: solved.planId })).rejects.toMatchObject({
      reason: 'plan_stale',
    });
  });

  test('R27: a roster ends with its contract, and the hours it held are free', async () => {
    const s = await scene();
    const solved = await plan(s);
    await chooseRoster(s.vendor.owner, { planId: solved.planId });
    const [first] = solved.people;
    await answerAssignment(personOf(s, first!.personId), {
      assignmentId: first!.assignmentId!,
      answer: 'accept',
    });
    await nameSignatory(t.db, s.vendor.owner);
    await endContract(s.vendor.owner, {
      contractId: s.contractId,
      ending: 'terminated',
      reason: 'We cannot staff this work any more.',
    });
    const { people } = await viewBench(s.vendor.owner, page);
    expect(people.flatMap((one) => one.on)).toEqual([]);
    expect(
      await findEngagements(t.db, { projectId: project.id, personId: first!.personId, status: 'active' }),
    ).toEqual([]);
    const told = await t.db.select().from(notifications).where(eq(notifications.personId, first!.personId));
    expect(told.map((one) => one.title).join()).toContain('your hours are free again');
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
