import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { rosterAssignments, rosterPlans, rosterSeats } from '#db/schema/staffing-rosters.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeRosterScene } from '#db/seed/factories/rosters.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { OrgContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { type Availability, daysAfter, hoursInWeek, mondayOf } from '#server/staffing/availability-rules.ts';
import { listDaysAway } from '#server/staffing/days-away.ts';
import { bookedHours } from '#server/staffing/gather-roster.ts';
import { benchInput } from '#server/staffing/roster-view-schemas.ts';
import { viewBench } from '#server/staffing/view-bench.ts';
import { loadEverybody } from './load-people.ts';
import { FULL_HOURS } from './people-facts.ts';
import { PeopleIndex } from './people-index.ts';
import { listReadingPeople } from './people-queries.ts';

// Christmas Day is a Friday, Boxing Day a Saturday, and in England Monday the 28th stands for it.
const DAYS = ['2026-12-21', '2026-12-23', '2026-12-26', '2026-12-31'];
const clock = manualClock('2026-12-21T09:00:00Z');
let t: TestDatabase;
/** Of one vendor, of that one and another, and on their own account. */
const people: { who: OrgContext; orgIds: string[] }[] = [];
let vendors: OrgContext[];
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
  const sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'], clock });
  const by = { orgId: org.id, createdBy: sponsor.actor.personId, clock };
  const project = await makeProject(t.db, { ...by, status: 'active' });
  const scene = await makeRosterScene(t.db, { project, people: 3, clock });
  const other = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const otherOwner = await makeMember(t.db, { org: other, roles: ['vendor_owner'], clock });
  vendors = [scene.vendor.owner, otherOwner];
  for (const who of scene.vendor.annotators) people.push({ who, orgIds: [scene.vendor.orgId] });
  await t.sql`insert into memberships (id, org_id, person_id, role, status, created_at)
    values (${newId()}, ${other.id}, ${people[2]!.who.actor.personId}, 'vendor_annotator', 'active', now())`;
  people[2]!.orgIds.push(other.id);
  const alone = await makeOrganisation(t.db, { kind: 'independent', clock });
  const free = await makeMember(t.db, { org: alone, roles: ['independent_annotator'], clock });
  people.push({ who: free, orgIds: [alone.id] });
  await book(scene, project.id);
});
afterAll(() => t.drop());

/** A roster in force over three weeks for the vendor's people, whose hours each run sets. */
async function book(scene: Awaited<ReturnType<typeof makeRosterScene>>, projectId: string): Promise<void> {
  const [planId, seatId, createdAt] = [newId(), newId(), clock.now()];
  const { orgId, owner, annotators } = scene.vendor;
  await t.db.insert(rosterPlans).values({
    id: planId,
    vendorOrgId: orgId,
    projectId,
    contractId: scene.contractId,
    version: 1,
    status: 'chosen',
    startOn: '2026-12-14',
    weeks: 3,
    parameters: {},
    createdBy: owner.actor.personId,
    createdAt,
  });
  await t.db
    .insert(rosterSeats)
    .values({ id: seatId, planId, key: 'a', role: 'annotator', label: 'A', rule: {}, least: 0, most: 9 });
  for (const who of annotators)
    await t.db.insert(rosterAssignments).values({
      id: newId(),
      planId,
      seatId,
      personId: who.actor.personId,
      status: 'accepted',
      hours: [0, 0, 0],
      createdAt,
    });
}

const calendar = fc.constantFrom(
  { country: null, region: null },
  { country: 'US', region: null },
  { country: 'GB', region: 'ENG' },
  { country: 'DE', region: 'BY' },
);
const person = fc.record({
  country: fc.constantFrom('US', 'DE', 'IN', null),
  /** Null: has said nothing at all. */
  hours: fc.option(fc.integer({ min: 0, max: 14 }), { freq: 6 }),
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 2, maxLength: 7 }),
  choice: fc.option(fc.record({ keeps: fc.boolean(), place: calendar })),
  worked: fc.uniqueArray(fc.constantFrom('2026-12-25', '2026-12-26', '2027-01-01'), { maxLength: 2 }),
  away: fc.array(fc.record({ from: fc.integer({ min: -3, max: 9 }), days: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 2,
  }),
  booked: fc.integer({ min: 0, max: 6 }),
});

async function say(personId: string, said: Said) {
  await t.sql`update people set country = ${said.country} where id = ${personId}`;
  if (said.hours !== null) {
    const windows = said.days.map((day) => ({ day, fromMinute: 480, toMinute: 900 }));
    await t.sql`insert into availability (person_id, timezone, hours_per_week, windows, updated_at)
      values (${personId}, 'UTC', ${Math.min(said.hours, said.days.length * 7)}, ${JSON.stringify(windows)}::text::jsonb, now())`;
  }
  if (said.choice) {
    const { keeps, place } = said.choice;
    await t.sql`insert into holiday_choices (person_id, keeps, country, region, updated_at)
      values (${personId}, ${keeps}, ${place.country}, ${place.region}, now())`;
  }
  for (const on of said.worked) await t.sql`insert into worked_holidays values (${personId}, ${on})`;
  for (const { from, days } of said.away) {
    const first = daysAfter('2026-12-22', from);
    await t.sql`insert into absences (id, person_id, from_on, to_on, created_at)
      values (${newId()}, ${personId}, ${first}, ${daysAfter(first, days - 1)}, now())`;
  }
  await t.sql`update roster_assignments set hours = ${JSON.stringify([9, said.booked, said.booked / 2])}::text::jsonb
    where person_id = ${personId}`;
}
type Said = typeof person extends fc.Arbitrary<infer Value> ? Value : never;

test('free hours are the same by the rule of rosters, by the statement, in the index and on the bench: holidays and days away taken off', async () => {
  const ids = people.map(({ who }) => who.actor.personId);
  let [fewer, holidays] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(person, { minLength: 4, maxLength: 4 }),
      fc.array(fc.option(calendar), { minLength: 2, maxLength: 2 }),
      fc.constantFrom(...DAYS),
      async (said, defaults, today) => {
        await t.sql`delete from availability`;
        await t.sql`delete from holiday_choices`;
        await t.sql`delete from holiday_defaults`;
        await t.sql`delete from worked_holidays`;
        await t.sql`delete from absences`;
        for (const [n, one] of said.entries()) await say(ids[n]!, one);
        for (const [n, place] of defaults.entries())
          if (place)
            await t.sql`insert into holiday_defaults (org_id, country, region, set_by, updated_at) values
              (${vendors[n]!.actor.orgId}, ${place.country}, ${place.region}, ${vendors[n]!.actor.personId}, now())`;
        const rows = await listReadingPeople(t.db, { ids, today });
        const index = new PeopleIndex();
        await loadEverybody(t.db, index, new Date(`${today}T12:00:00Z`));
        for (const { who, orgIds } of people) {
          const { personId } = who.actor;
          const rule = await byRule(personId, orgIds, today);
          expect(rows.find((row) => row.personId === personId)?.hoursFree ?? null).toEqual(rule.free);
          const share = index.columns.time[index.placeOf(personId)!];
          expect(share).toBe(rule.free === null ? -1 : Math.fround(Math.min(1, rule.free / FULL_HOURS)));
          if (rule.free !== null && rule.free < rule.said) fewer += 1;
          if (rule.isHoliday) holidays += 1;
        }
        if (today === DAYS[0]) {
          const bench = await viewBench(vendors[0]!, benchInput.parse({}));
          for (const { who, orgIds } of people.slice(0, 2)) {
            const week = bench.people.find((one) => one.personId === who.actor.personId)?.weeks[0];
            const { free } = await byRule(who.actor.personId, orgIds, today);
            expect(Math.max(0, (week?.offered ?? 0) - (week?.booked ?? 0))).toBe(free ?? 0);
          }
        }
      },
    ),
    { numRuns: 40 },
  );
  expect(fewer).toBeGreaterThan(20);
  expect(holidays).toBeGreaterThan(20);
});

/** The rule over plain rows: away is who is away for each organisation that they read for. */
async function byRule(personId: string, orgIds: readonly string[], today: string) {
  const [row] = await t.sql<Availability[]>`
    select timezone, hours_per_week as "hoursPerWeek", windows from availability where person_id = ${personId}`;
  const bookings = await t.sql<{ startOn: string; hours: unknown }[]>`
    select p.start_on::text as "startOn", s.hours from roster_assignments s join roster_plans p on p.id = s.plan_id
    where s.person_id = ${personId}`;
  const days = Array.from({ length: 7 }, (_, n) => daysAfter(today, n));
  const away = await Promise.all(
    orgIds.map(async (orgId) => {
      const of = { orgId, personIds: [personId], from: today, to: daysAfter(today, 6) };
      return (await listDaysAway(t.db, of)).get(personId)!.away;
    }),
  );
  const off = days.filter((day) =>
    away.every((one) => one.some(({ fromOn, toOn }) => fromOn <= day && day <= toOn)),
  );
  const absences = off.map((day) => ({ fromOn: day, toOn: day }));
  const booked = bookedHours(bookings, mondayOf(new Date(`${today}T12:00:00Z`)));
  return {
    free: row ? Math.max(0, hoursInWeek(row, absences, today) - booked) : null,
    said: row?.hoursPerWeek ?? 0,
    isHoliday: row !== undefined && off.some((day) => day === '2026-12-25' || day === '2027-01-01'),
  };
}
