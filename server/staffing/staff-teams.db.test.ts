import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { mails, notifications } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { makeRosterScene } from '#db/seed/factories/rosters.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { systemContext } from '#server/command/context.ts';
import { manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { acceptInvitation } from '#server/identity/accept-invitation.ts';
import { endMembership } from '#server/identity/end-membership.ts';
import { inviteMember } from '#server/identity/invite-member.ts';
import { dissolveTeam, saveTeam } from '#server/identity/save-team.ts';
import { viewTeams } from '#server/identity/view-teams.ts';
import { draftRoster } from './draft-roster.ts';
import { benchInput } from './roster-view-schemas.ts';
import { solveRoster } from './solve-roster.ts';
import { viewBench } from './view-bench.ts';
import { viewLedTeam } from './view-led-team.ts';
import { viewPlan } from './view-plan.ts';

const clock = manualClock('2026-11-18T09:00:00Z');
let t: TestDatabase;
let s: Awaited<ReturnType<typeof makeRosterScene>>;
let other: Awaited<ReturnType<typeof makeRosterScene>>;
beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  const org = await makeOrganisation(t.db, { kind: 'sponsor', clock });
  const sponsor = await makeMember(t.db, { org, roles: ['sponsor_owner'], clock });
  const by = { orgId: org.id, createdBy: sponsor.actor.personId };
  const project = await makeProject(t.db, { ...by, status: 'active', clock });
  s = await makeRosterScene(t.db, { project, people: 6, clock });
  other = await makeRosterScene(t.db, { project, people: 1, clock });
});
afterAll(() => t.drop());

const idsOf = (from: number, to: number) =>
  s.vendor.annotators.slice(from, to).map((one) => one.actor.personId);
const save = (change: object) =>
  saveTeam(s.vendor.owner, { teamId: null, name: 'Team', leadId: null, add: [], remove: [], ...change });
const bench = (teamId: string | null) => viewBench(s.vendor.owner, benchInput.parse({ teamId }));
const reasonOf = (run: Promise<unknown>) =>
  run.then(
    () => 'done',
    (error: { reason: string }) => error.reason,
  );

test('a person may be in several teams; the bench and its sums are of one of them; another vendor sees none', async () => {
  const { teamId: thorax } = await save({ name: 'Thorax', add: idsOf(0, 3) });
  const { teamId: night } = await save({ name: 'Night shift', add: idsOf(2, 4) });
  expect((await bench(null)).sums.people).toBe(6);
  const seen = await bench(thorax);
  expect(seen.people.map((one) => one.personId).sort()).toEqual(idsOf(0, 3).sort());
  expect(seen.sums.people).toBe(3);
  expect(seen.people.find((one) => one.personId === idsOf(2, 3)[0])?.teams.sort()).toEqual([
    'Night shift',
    'Thorax',
  ]);
  expect(await reasonOf(viewBench(other.vendor.owner, benchInput.parse({ teamId: thorax })))).toBe(
    'team_unknown',
  );
  expect((await viewTeams(other.vendor.owner)).teams).toEqual([]);
  const foreign = { teamId: thorax, name: 'Ours now', leadId: null, add: [], remove: idsOf(0, 3) };
  expect(await reasonOf(saveTeam(other.vendor.owner, foreign))).toBe('team_unknown');
  expect(await reasonOf(dissolveTeam(other.vendor.owner, { teamId: night }))).toBe('team_unknown');
  // Nobody is put into a team who does not belong here; a name is taken once, whatever its letters.
  const stranger = other.vendor.annotators[0]!.actor.personId;
  expect(await reasonOf(save({ name: 'Strangers', add: [stranger] }))).toBe('member_unknown');
  expect(await reasonOf(save({ name: 'THORAX' }))).toBe('team_name_taken');
});

test('two who change a team at once do not undo each other', async () => {
  const { teamId } = await save({ name: 'At once', add: idsOf(0, 2) });
  await Promise.all([
    save({ teamId, name: 'At once', add: idsOf(3, 4) }),
    save({ teamId, name: 'At once', remove: idsOf(0, 1) }),
  ]);
  const team = (await viewTeams(s.vendor.owner)).teams.find((one) => one.teamId === teamId);
  expect(team?.members.map((one) => one.personId).sort()).toEqual([...idsOf(1, 2), ...idsOf(3, 4)].sort());
});

test('a lead is told, sees how far the own team is booked and nobody else’s, and nothing of money', async () => {
  const [lead, member] = s.vendor.annotators;
  const { personId } = lead!.actor;
  const { teamId } = await save({ name: 'Led', leadId: personId, add: idsOf(0, 2) });
  const { teamId: others } = await save({ name: 'Not led', add: idsOf(0, 1) });
  const notes = await t.db.select().from(notifications).where(eq(notifications.personId, personId));
  expect(notes).toMatchObject([{ kind: 'team.lead', href: '/work/team' }]);
  const view = await viewLedTeam(lead!, benchInput.parse({}));
  expect(view).toMatchObject({ teamId, name: 'Led', led: [{ name: 'Led' }] });
  expect(view?.bench.people.map((one) => one.personId).sort()).toEqual(idsOf(0, 2).sort());
  expect(view?.bench.people.flatMap((one) => one.teams)).not.toContain('Not led');
  expect(JSON.stringify(view, (_, value) => (typeof value === 'bigint' ? 'money' : value))).not.toContain(
    'money',
  );
  expect(await reasonOf(viewLedTeam(lead!, benchInput.parse({ teamId: others })))).toBe('team_unknown');
  expect(await viewLedTeam(member!, benchInput.parse({}))).toBeNull();
});

test('a roster can be planned of one team alone; of another vendor’s it cannot', async () => {
  const { teamId } = await save({ name: 'Planned', add: idsOf(0, 4) });
  const draft = (of: string) =>
    draftRoster(s.vendor.owner, {
      contractId: s.contractId,
      basePlanId: null,
      parameters: { ...s.parameters, teamId: of },
    });
  const { planId } = await draft(teamId);
  const system = systemContext({ db: t.db, clock, name: 'test', requestId: newId() });
  await solveRoster(system, { planId });
  await solveRoster(system, { planId });
  const plan = await viewPlan(s.vendor.owner, { planId });
  expect(plan.parameters.teamId).toBe(teamId);
  const named = plan.people.map((one) => one.personId);
  expect(named.length).toBeGreaterThan(0);
  expect(named.every((one) => idsOf(0, 4).includes(one))).toBe(true);
  const foreign = { teamId: null, name: 'Foreign', leadId: null, add: [], remove: [] };
  const theirs = await saveTeam(other.vendor.owner, foreign);
  expect(await reasonOf(draft(theirs.teamId))).toBe('team_unknown');
});

test('an invitation can name a team; who leaves is in none; a team that was dissolved brings nobody in', async () => {
  const { teamId } = await save({ name: 'Invited' });
  const { teamId: gone } = await save({ name: 'Gone' });
  const join = async (team: string, before?: () => Promise<void>) => {
    const email = `${newId()}@example.test`;
    await inviteMember(s.vendor.owner, { email, role: 'vendor_annotator', teamId: team });
    await before?.();
    const [mail] = await t.db.select().from(mails).where(eq(mails.toAddress, email));
    const token = /\/invite\/([\w-]+)/.exec(mail?.body ?? '')![1]!;
    return acceptInvitation(
      { db: t.db, clock, actor: { kind: 'anonymous' }, requestId: newId() },
      { token, account: { name: 'Bo Lindqvist', password: 'four words make sense', country: 'SE' } },
    );
  };
  const { personId } = await join(teamId);
  const membersOf = async (team: string) =>
    (await viewTeams(s.vendor.owner)).teams
      .find((one) => one.teamId === team)
      ?.members.map((one) => one.personId);
  expect(await membersOf(teamId)).toEqual([personId]);
  await save({ teamId, name: 'Invited', leadId: personId });
  await endMembership(s.vendor.owner, { personId });
  expect(await membersOf(teamId)).toEqual([]);
  expect((await viewTeams(s.vendor.owner)).teams.find((one) => one.teamId === teamId)?.lead).toBeNull();
  await join(gone, () => dissolveTeam(s.vendor.owner, { teamId: gone }));
  const [row] = await t.sql`select count(*)::int as n from staff_team_members where team_id = ${gone}`;
  expect(row?.n).toBe(0);
  const late = { email: `${newId()}@example.test`, role: 'vendor_annotator' as const, teamId: gone };
  expect(await reasonOf(inviteMember(s.vendor.owner, late))).toBe('team_unknown');
});
