import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeRosterScene } from '#db/seed/factories/rosters.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { manualClock } from '#server/core/clock.ts';
import type { Project } from '#server/projects/schemas.ts';
import { chooseHolidays, setHolidayDefault, workOnHoliday } from './choose-holidays.ts';
import { hoursLeft, listDaysAway } from './days-away.ts';
import { draftRoster } from './draft-roster.ts';
import { forgetAvailability } from './forget-availability.ts';
import { gatherRoster } from './gather-roster.ts';
import { planAbsence } from './plan-absence.ts';
import { benchInput } from './roster-view-schemas.ts';
import { solveRoster } from './solve-roster.ts';
import { viewBench } from './view-bench.ts';
import { viewHolidayDefault, viewHolidays } from './view-holidays.ts';
import { viewPlan } from './view-plan.ts';

// The bench begins with the week of 16 November: Thanksgiving is on 26 November, Christmas on 25 December.
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
  });
});
afterAll(() => t.drop());

async function scene() {
  const s = await makeRosterScene(t.db, { project, people: 2, clock, hoursPerWeek: 40 });
  const [ann, ben] = s.vendor.annotators as [
    (typeof s.vendor.annotators)[0],
    (typeof s.vendor.annotators)[0],
  ];
  // Mondays to Fridays, eight hours each: a day off is eight hours less.
  const windows = JSON.stringify([1, 2, 3, 4, 5].map((day) => ({ day, fromMinute: 540, toMinute: 1020 })));
  for (const who of [ann, ben]) {
    await t.sql`update people set country = 'US' where id = ${who.actor.personId}`;
    await t.sql`update availability set windows = ${windows}::text::jsonb, hours_per_week = 40 where person_id = ${who.actor.personId}`;
  }
  const weekOf = async (who: typeof ann, at = 1) => {
    const { people } = await viewBench(s.vendor.owner, benchInput.parse({}));
    return people.find((one) => one.personId === who.actor.personId)?.weeks[at]?.offered;
  };
  return { s, ann, ben, weekOf };
}

test('no day is taken off until somebody says so; the vendor’s default counts for all, a person’s choice before it', async () => {
  const { s, ann, ben, weekOf } = await scene();
  expect([await weekOf(ann), await weekOf(ben)]).toEqual([40, 40]);
  await setHolidayDefault(s.vendor.owner, { mode: 'own' });
  expect(await viewHolidayDefault(s.vendor.owner)).toMatchObject({ mode: 'own', country: null });
  expect([await weekOf(ann), await weekOf(ben)]).toEqual([32, 32]);
  const holidaysOf = async (who: typeof ann) =>
    (await viewBench(s.vendor.owner, benchInput.parse({}))).people
      .find((one) => one.personId === who.actor.personId)
      ?.holidays.map((one) => one.on);
  expect(await holidaysOf(ann)).toContain('2026-11-26');
  await chooseHolidays(ben, { keeps: 'none' });
  expect([await weekOf(ann), await weekOf(ben)]).toEqual([32, 40]);
  await chooseHolidays(ann, { keeps: 'calendar', country: 'DE', region: 'BY' });
  // No Thanksgiving in Bavaria; Christmas Day on a Friday, in the sixth week.
  expect([await weekOf(ann), await weekOf(ann, 5)]).toEqual([40, 32]);
  // Whose holidays somebody has chosen is theirs alone.
  expect(await holidaysOf(ann)).toEqual([]);
  await chooseHolidays(ann, { keeps: 'vendor' });
  expect(await weekOf(ann)).toBe(32);
  await expect(
    setHolidayDefault(s.vendor.owner, { mode: 'calendar', country: 'DE', region: 'XX' }),
  ).rejects.toMatchObject({ reason: 'calendar_unknown' });
  await setHolidayDefault(s.vendor.owner, { mode: 'off' });
  expect(await weekOf(ann)).toBe(40);
});

test('on a holiday that somebody works nothing is taken off; one that is a day away already is taken off once', async () => {
  const { ann, weekOf } = await scene();
  await chooseHolidays(ann, { keeps: 'own' });
  const seen = await viewHolidays(ann);
  expect(seen).toMatchObject({ keeps: 'own', calendar: { country: 'US', region: null } });
  expect(seen.days.find((one) => one.on === '2026-11-26')).toMatchObject({ works: false });
  await workOnHoliday(ann, { on: '2026-11-26', works: true });
  await workOnHoliday(ann, { on: '2026-11-26', works: true });
  expect(await weekOf(ann)).toBe(40);
  expect((await viewHolidays(ann)).days.find((one) => one.on === '2026-11-26')?.works).toBe(true);
  await workOnHoliday(ann, { on: '2026-11-26', works: false });
  await planAbsence(ann, { fromOn: '2026-11-26', toOn: '2026-11-27' });
  expect(await weekOf(ann)).toBe(24);
});

test('a roster’s hours and the hours behind a delivery date have the holidays taken off, each by the vendor it is for', async () => {
  const { s, ann } = await scene();
  await setHolidayDefault(s.vendor.owner, { mode: 'own' });
  const scope = {
    vendorOrgId: s.vendor.orgId,
    projectId: project.id,
    contractId: s.contractId,
    currency: 'USD',
  };
  const parameters = { ...s.parameters, startOn: '2026-11-23' };
  const facts = await gatherRoster(t.db, scope, parameters, { now: clock.now(), keeps: [] });
  const { hours } = facts.model.candidates.find((one) => one.personId === ann.actor.personId)!;
  expect(hours.slice(0, 2)).toEqual([32, 40]);
  const seats = [{ personId: ann.actor.personId, hoursPerWeek: 40 }];
  const span = { orgId: s.vendor.orgId, seats, from: '2026-11-23', to: '2026-11-27' };
  expect(await hoursLeft(t.db, span)).toBe(32);
  // Another vendor has set nothing, and the person has said nothing.
  expect(await hoursLeft(t.db, { ...span, orgId: project.orgId })).toBe(40);
});

test('a plan names the holidays that the vendor has set, by person; what somebody has chosen is fewer hours alone', async () => {
  const { s, ann, ben } = await scene();
  await setHolidayDefault(s.vendor.owner, { mode: 'own' });
  // What two people can do, both of whom each case needs.
  const parameters = {
    ...s.parameters,
    startOn: '2026-11-23',
    overlap: 2,
    readsByWeek: [400, 400],
    reviewShareBasisPoints: 0,
    seats: s.parameters.seats.map((seat) => ({ ...seat, least: 0 })),
  };
  const { planId } = await draftRoster(s.vendor.owner, {
    contractId: s.contractId,
    basePlanId: null,
    parameters,
  });
  await solveRoster(systemContext({ db: t.db, clock, name: 'test', requestId: 'holidays' }), { planId });
  expect((await viewPlan(s.vendor.owner, { planId })).conflict).toBeNull();
  const seen = async () => (await viewPlan(s.vendor.owner, { planId })).holidays;
  const thanksgiving = { on: '2026-11-26', name: 'Thanksgiving Day' };
  expect((await seen()).map((kept) => kept[0])).toEqual([thanksgiving, thanksgiving]);
  await chooseHolidays(ann, { keeps: 'calendar', country: 'GB', region: null });
  await workOnHoliday(ben, { on: '2026-11-26', works: true });
  expect((await seen()).flat()).not.toContainEqual(thanksgiving);
});

test('what was said of holidays goes with the account', async () => {
  const { s, ann } = await scene();
  await chooseHolidays(ann, { keeps: 'own' });
  await workOnHoliday(ann, { on: '2026-12-25', works: true });
  await transact(ann, (tx) => forgetAvailability(tx, ann.actor.personId));
  const days = await listDaysAway(t.db, {
    orgId: s.vendor.orgId,
    personIds: [ann.actor.personId],
    from: '2026-12-21',
    to: '2026-12-27',
  });
  expect(days.get(ann.actor.personId)).toEqual({ away: [], holidays: [] });
});
