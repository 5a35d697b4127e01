import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { memberships, organisations, people, sessions, signInFailures, users } from '#db/schema/identity.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { DAY, HOUR, MINUTE, manualClock, SECOND } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { runOnce } from '#server/jobs/run-jobs.ts';
import { forgetSignInFailuresJob } from './jobs.ts';
import { loadAndTouchUserActor, loadUserActor } from './load-actor.ts';
import { hashPassword } from './password.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';

describe('sessions and sign-in', () => {
  let t: TestDatabase;
  const start = new Date('2026-11-21T09:00:00Z');
  let clock: ReturnType<typeof manualClock>;
  const anonymous = (): CommandContext => ({
    db: t.db,
    clock,
    actor: { kind: 'anonymous' },
    requestId: newId(),
  });
  const password = 'correct horse battery';
  let member: OrgContext;

  async function setPassword(ctx: OrgContext): Promise<string> {
    const email = `${newId()}@example.test`;
    const passwordHash = await hashPassword(password);
    await t.db.update(users).set({ email, passwordHash }).where(eq(users.id, ctx.actor.userId));
    return email;
  }

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'));
  });
  afterAll(() => t.drop());
  beforeEach(async () => {
    clock = manualClock(start);
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    member = await makeMember(t.db, { org, roles: ['vendor_owner', 'qa_lead'], clock });
  });

  test('a session gives the actor the rights of all roles in the active organisation', async () => {
    const actor = await loadUserActor(t.db, clock, member.actor.sessionId);
    expect(actor).toMatchObject({
      kind: 'user',
      personId: member.actor.personId,
      orgId: member.actor.orgId,
      orgKind: 'vendor',
      orgVerified: true,
      isAddressConfirmed: true,
      country: 'US',
      reauthenticatedAt: start,
    });
    expect([...(actor?.capabilities ?? [])].sort()).toEqual([...member.actor.capabilities].sort());
  });

  test.each(['unverified', 'refused', 'suspended'] as const)(
    'R0: an organisation that is %s is not verified for its members',
    async (status) => {
      await t.db.update(organisations).set({ status }).where(eq(organisations.id, member.actor.orgId));
      expect((await loadUserActor(t.db, clock, member.actor.sessionId))?.orgVerified).toBe(false);
    },
  );

  test('an ended membership takes the rights with the next call', async () => {
    await t.db
      .update(memberships)
      .set({ status: 'ended' })
      .where(eq(memberships.personId, member.actor.personId));
    const actor = await loadUserActor(t.db, clock, member.actor.sessionId);
    expect(actor).toMatchObject({ orgId: null, orgKind: null, orgVerified: false });
    expect([...(actor?.capabilities ?? [])].sort()).toEqual(['public', 'self']);
  });

  test.each(['not-an-id', newId()])('an unknown session id (%s) is nobody', async (id) => {
    expect(await loadUserActor(t.db, clock, id)).toBeNull();
  });

  test('a session idles out after 15 minutes without a call, and use keeps it (R28)', async () => {
    const id = member.actor.sessionId;
    clock.advance(14 * MINUTE);
    expect(await loadAndTouchUserActor(t.db, clock, id)).not.toBeNull();
    clock.advance(14 * MINUTE);
    expect(await loadAndTouchUserActor(t.db, clock, id)).not.toBeNull();
    clock.advance(15 * MINUTE);
    expect(await loadAndTouchUserActor(t.db, clock, id)).toBeNull();
    clock.advance(-MINUTE);
    // A background call sees the session but does not lengthen it.
    expect(await loadUserActor(t.db, clock, id)).not.toBeNull();
    clock.advance(MINUTE);
    expect(await loadUserActor(t.db, clock, id)).toBeNull();
  });

  test('a session ends after 12 hours however busy it is', async () => {
    const id = member.actor.sessionId;
    for (let minutes = 10; minutes < 720; minutes += 10) {
      clock.advance(10 * MINUTE);
      expect(await loadAndTouchUserActor(t.db, clock, id)).not.toBeNull();
    }
    clock.advance(10 * MINUTE);
    expect(await loadAndTouchUserActor(t.db, clock, id)).toBeNull();
  });

  test('"last seen" is written at most once a minute', async () => {
    const seen = async () => {
      const [row] = await t.db.select().from(sessions).where(eq(sessions.id, member.actor.sessionId));
      return row?.lastSeenAt;
    };
    clock.advance(59 * SECOND);
    await loadAndTouchUserActor(t.db, clock, member.actor.sessionId);
    expect(await seen()).toEqual(start);
    clock.advance(SECOND);
    await loadAndTouchUserActor(t.db, clock, member.actor.sessionId);
    expect(await seen()).toEqual(clock.now());
  });

  test('signing in opens a session in the first organisation; signing out ends it at once', async () => {
    const email = await setPassword(member);
    const session = await signIn(anonymous(), { email: ` ${email.toUpperCase()} `, password });
    const actor = await loadUserActor(t.db, clock, session.sessionId);
    expect(actor).toMatchObject({ personId: member.actor.personId, orgId: member.actor.orgId });
    await signOut(anonymous(), { sessionId: session.sessionId });
    expect(await loadUserActor(t.db, clock, session.sessionId)).toBeNull();
  });

  test('a suspended account has no sessions and cannot sign in', async () => {
    const email = await setPassword(member);
    await t.db.update(users).set({ status: 'suspended' }).where(eq(users.id, member.actor.userId));
    expect(await loadUserActor(t.db, clock, member.actor.sessionId)).toBeNull();
    await expect(signIn(anonymous(), { email, password })).rejects.toMatchObject({
      reason: 'sign_in_failed',
    });
  });

  test('an unknown address and a wrong password get the same answer, so sign-in tells nobody who has an account', async () => {
    const email = await setPassword(member);
    const answers = await Promise.all(
      [email, 'nobody@example.test'].map((address) =>
        signIn(anonymous(), { email: address, password: 'wrong' }).catch((e: Error) => ({
          ...e,
          text: e.message,
        })),
      ),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toMatchObject({ kind: 'unauthenticated', reason: 'sign_in_failed' });
  });

  test('20 guesses at once: at most 10 are looked at, the rest wait, and the next hour starts afresh', async () => {
    const email = await setPassword(member);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        signIn(anonymous(), { email, password: `guess ${i}` }).catch((e: { reason: string }) => e.reason),
      ),
    );
    expect(results.filter((r) => r === 'sign_in_failed')).toHaveLength(10);
    expect(results.filter((r) => r === 'sign_in_throttled')).toHaveLength(10);
    await expect(signIn(anonymous(), { email, password })).rejects.toMatchObject({ kind: 'limit' });
    clock.advance(HOUR);
    expect(await signIn(anonymous(), { email, password })).toMatchObject({ userId: member.actor.userId });
    expect(await t.db.select().from(signInFailures).where(eq(signInFailures.email, email))).toEqual([]);
  });

  test('failed sign-ins are forgotten once they no longer count', async () => {
    const address = `${newId()}@example.test`;
    await signIn(anonymous(), { email: address, password: 'wrong' }).catch(() => {});
    const left = () => t.db.select().from(signInFailures).where(eq(signInFailures.email, address));
    await runOnce(t.db, clock, forgetSignInFailuresJob, {});
    expect(await left()).toHaveLength(1);
    clock.advance(3 * HOUR);
    await runOnce(t.db, clock, forgetSignInFailuresJob, {});
    expect(await left()).toEqual([]);
  });

  test('the session takes the country of the network before the one given at sign-up', async () => {
    const email = await setPassword(member);
    await t.db.update(people).set({ country: 'DE' }).where(eq(people.id, member.actor.personId));
    const plain = await signIn(anonymous(), { email, password });
    const located = await signIn(anonymous(), { email, password, country: 'FR' });
    expect((await loadUserActor(t.db, clock, plain.sessionId))?.country).toBe('DE');
    expect((await loadUserActor(t.db, clock, located.sessionId))?.country).toBe('FR');
    clock.advance(DAY);
  });
});
