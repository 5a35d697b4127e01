import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { organisations, people, users } from '#db/schema/identity.ts';
import { mails } from '#db/schema/notifications.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { HOUR, MINUTE, manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { changePassword } from './change-password.ts';
import { revokeSession, signOutEverywhere } from './end-sessions.ts';
import { eraseAccount } from './erase-account.ts';
import { getAccount, listOwnSessions } from './get-account.ts';
import { loadUserActor } from './load-actor.ts';
import { namesOfPeople } from './reads.ts';
import { reauthenticate } from './reauthenticate.ts';
import { assertReauthenticated } from './rules.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';

describe("one's own account", () => {
  let t: TestDatabase;
  let clock: ReturnType<typeof manualClock>;
  let email: string;
  let me: OrgContext;
  const password = 'four words make sense';
  const anonymous = (): CommandContext => ({
    db: t.db,
    clock,
    actor: { kind: 'anonymous' },
    requestId: newId(),
  });
  async function comeIn(): Promise<OrgContext> {
    const { sessionId } = await signIn(anonymous(), { email, password, userAgent: 'Browser 1' });
    return { ...anonymous(), actor: await loadUserActor(t.db, clock, sessionId) } as OrgContext;
  }
  const isOpen = async (ctx: OrgContext) => (await loadUserActor(t.db, clock, ctx.actor.sessionId)) !== null;

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());
  beforeEach(async () => {
    clock = manualClock('2026-11-21T09:00:00Z');
    email = `${newId()}@example.test`;
    const account = { name: 'Mira Novak', email, password, country: 'SI' };
    await signUp(anonymous(), { account, organisation: { kind: 'independent' } });
    me = await comeIn();
  });

  test('the account shows name, organisations with state and roles, and the rights in the active one', async () => {
    expect(await getAccount(me)).toMatchObject({
      name: 'Mira Novak',
      email,
      activeOrgId: me.actor.orgId,
      organisations: [{ kind: 'independent', status: 'unverified', roles: ['independent_annotator'] }],
    });
  });

  test('entering the password again makes signing possible for 5 minutes', async () => {
    clock.advance(10 * MINUTE);
    const stale = (await loadUserActor(t.db, clock, me.actor.sessionId))!;
    expect(() => assertReauthenticated(stale, clock.now())).toThrow();
    await reauthenticate(me, { password });
    const fresh = (await loadUserActor(t.db, clock, me.actor.sessionId))!;
    expect(() => assertReauthenticated(fresh, clock.now())).not.toThrow();
    clock.advance(5 * MINUTE);
    expect(() => assertReauthenticated(fresh, clock.now())).toThrow();
  });

  test('guessing at the password of an open session is throttled like sign-in', async () => {
    const reasons: string[] = [];
    for (let i = 0; i < 11; i += 1) {
      reasons.push(
        await reauthenticate(me, { password: `guess ${i}` }).then(
          () => 'in',
          (e: { reason: string }) => e.reason,
        ),
      );
    }
    expect(reasons).toEqual([...Array(10).fill('password_wrong'), 'sign_in_throttled']);
    clock.advance(HOUR);
    await reauthenticate(me, { password });
  });

  test('sessions are listed with the one in use marked, and one can be ended', async () => {
    const second = await comeIn();
    const listed = await listOwnSessions(me);
    expect(listed.map((s) => [s.id === me.actor.sessionId, s.isThisOne])).toContainEqual([true, true]);
    expect(listed).toHaveLength(2);
    await revokeSession(me, { sessionId: second.actor.sessionId });
    expect([await isOpen(me), await isOpen(second)]).toEqual([true, false]);
    await expect(revokeSession(me, { sessionId: second.actor.sessionId })).rejects.toMatchObject({
      reason: 'session_unknown',
    });
  });

  test("nobody ends another person's session", async () => {
    const other = await makeMember(t.db, {
      org: await makeOrganisation(t.db, { kind: 'vendor', clock }),
      roles: ['vendor_owner'],
      clock,
    });
    await expect(revokeSession(other, { sessionId: me.actor.sessionId })).rejects.toMatchObject({
      kind: 'not_found',
    });
    expect(await isOpen(me)).toBe(true);
  });

  test('signing out everywhere ends this session too', async () => {
    const second = await comeIn();
    expect(await signOutEverywhere(me)).toEqual({ ended: 2 });
    expect([await isOpen(me), await isOpen(second)]).toEqual([false, false]);
  });

  test('a new password needs the old one, ends the other sessions, tells by mail, and works', async () => {
    const second = await comeIn();
    const newPassword = 'five other words make sense';
    await expect(changePassword(me, { currentPassword: 'wrong', newPassword })).rejects.toMatchObject({
      reason: 'password_wrong',
    });
    expect(await changePassword(me, { currentPassword: password, newPassword })).toEqual({
      sessionsEnded: 1,
    });
    expect([await isOpen(me), await isOpen(second)]).toEqual([true, false]);
    await expect(signIn(anonymous(), { email, password })).rejects.toMatchObject({
      reason: 'sign_in_failed',
    });
    await signIn(anonymous(), { email, password: newPassword });
    const sent = await t.db.select().from(mails).where(eq(mails.toAddress, email));
    expect(sent.map((mail) => mail.subject)).toContain('Your Readroom password was changed');
    expect(JSON.stringify(sent)).not.toContain(newPassword);
  });

  test('erasing empties what identifies and keeps the pseudonymous person and its audit (design rule 11)', async () => {
    const { personId, userId, orgId } = me.actor;
    await expect(eraseAccount(me, { password: 'wrong' })).rejects.toMatchObject({ reason: 'password_wrong' });
    await eraseAccount(me, { password });
    expect(await isOpen(me)).toBe(false);
    const [user] = await t.db.select().from(users).where(eq(users.id, userId));
    expect(user).toMatchObject({ status: 'erased', name: 'Erased person' });
    const [person] = await t.db.select().from(people).where(eq(people.id, personId));
    expect(person?.erasedAt).toEqual(clock.now());
    const [org] = await t.db.select().from(organisations).where(eq(organisations.id, orgId));
    expect(org).toMatchObject({ legalName: 'Erased independent', status: 'suspended', signatories: [] });
    expect((await namesOfPeople(t.db, [personId])).get(personId)).toEqual({ name: 'Erased person' });

    const everywhere = await t.admin<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
    const found: string[] = [];
    for (const { name } of everywhere) {
      const rows = await t.admin.unsafe(`select 1 from public.${name} r where r::text like '%${email}%'`);
      if (rows.length > 0) found.push(name);
    }
    expect(found).toEqual([]);
    await expect(signIn(anonymous(), { email, password })).rejects.toMatchObject({
      reason: 'sign_in_failed',
    });
    const [{ n }] = (await t.admin`
      select count(*)::int as n from audit_events where person_id = ${personId}`) as unknown as [
      { n: number },
    ];
    expect(n).toBeGreaterThan(0);
  });

  test('an erased address can sign up again, as somebody new', async () => {
    await eraseAccount(me, { password });
    const account = { name: 'Mira Novak', email, password, country: 'SI' };
    const again = await signUp(anonymous(), { account, organisation: { kind: 'independent' } });
    expect(again.personId).not.toBe(me.actor.personId);
  });

  test('an owner whose organisation has others in it hands it over before erasing', async () => {
    const org = { id: me.actor.orgId, kind: 'vendor' as const, verified: false };
    await t.db.update(organisations).set({ kind: 'vendor' }).where(eq(organisations.id, org.id));
    await t.admin`update memberships set role = 'vendor_owner' where org_id = ${org.id}`;
    const other = await makeMember(t.db, { org, roles: ['vendor_annotator'], clock });
    await expect(eraseAccount(me, { password })).rejects.toMatchObject({ reason: 'last_owner' });
    expect(await isOpen(me)).toBe(true);
    await makeMember(t.db, {
      org,
      roles: ['vendor_owner'],
      person: { ...other.actor, country: 'US' },
      clock,
    });
    await eraseAccount(me, { password });
    const [row] = await t.db.select().from(organisations).where(eq(organisations.id, org.id));
    expect(row?.status).toBe('unverified');
  });
});
