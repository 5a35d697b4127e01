import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { contracts } from '#db/schema/bids.ts';
import { notifications } from '#db/schema/notifications.ts';
import { rosterAssignments } from '#db/schema/staffing-rosters.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import {
  makeRosterProject,
  makeRosterScene,
  personOf,
  planRoster,
  type RosterScene,
} from '#db/seed/factories/rosters.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
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
import type { RosterParameters } from './roster-schemas.ts';
import { benchInput } from './roster-view-schemas.ts';
import { setAvailability } from './set-availability.ts';
import { solveRoster } from './solve-roster.ts';
import { viewAvailability } from './view-availability.ts';
import { viewBench } from './view-bench.ts';
import { viewPlan } from './view-plan.ts';

describe('a roster and its people', () => {
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
  const page = benchInput.parse({});

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
});
