import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { users } from '#db/schema/identity.ts';
import { mails } from '#db/schema/notifications.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { HOUR, MINUTE, manualClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { changePassword } from './change-password.ts';
import { confirmAddress, resendConfirmation } from './confirm-address.ts';
import { loadUserActor } from './load-actor.ts';
import { previewMailLink } from './mail-link.ts';
import { requestPasswordReset, resetPassword, sendPasswordReset } from './reset-password.ts';
import { CONFIRMATION_MS } from './rules.ts';
import { signIn } from './sign-in.ts';
import { signUp } from './sign-up.ts';

describe('links sent to an account’s own address', () => {
  let t: TestDatabase;
  let clock: ReturnType<typeof manualClock>;
  let email: string;
  const password = 'four words make sense';
  const newPassword = 'five other words make sense';
  const anonymous = (): CommandContext => ({
    db: t.db,
    clock,
    actor: { kind: 'anonymous' },
    requestId: newId(),
  });
  const mailsTo = (address: string) =>
    t.db.select().from(mails).where(eq(mails.toAddress, address)).orderBy(desc(mails.id));
  async function tokenOf(kind: 'confirm' | 'reset'): Promise<string> {
    for (const mail of await mailsTo(email)) {
      const found = new RegExp(`/${kind}/([A-Za-z0-9_-]+)`).exec(mail.body);
      if (found?.[1]) return found[1];
    }
    throw new Error('No such mail.');
  }
  async function comeIn(secret = password): Promise<OrgContext> {
    const { sessionId } = await signIn(anonymous(), { email, password: secret });
    return { ...anonymous(), actor: await loadUserActor(t.db, clock, sessionId) } as OrgContext;
  }
  const isOpen = async (ctx: OrgContext) => (await loadUserActor(t.db, clock, ctx.actor.sessionId)) !== null;
  const reasonOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: { reason: string }) => error.reason,
    );

  beforeAll(async () => {
    t = await createTestDatabase(inject('adminUrl'), { max: 12 });
  });
  afterAll(() => t.drop());
  beforeEach(async () => {
    clock = manualClock('2026-11-21T09:00:00Z');
    email = `${newId()}@example.test`;
    const account = { name: 'Mira Novak', email, password, country: 'SI' };
    await signUp(anonymous(), { account, organisation: { kind: 'independent' } });
  });

  describe('confirming the address', () => {
    test('the actor of a new account is unconfirmed until its link was opened, and signs in all the same', async () => {
      expect((await comeIn()).actor.isAddressConfirmed).toBe(false);
      await confirmAddress(anonymous(), { token: await tokenOf('confirm') });
      expect((await comeIn()).actor.isAddressConfirmed).toBe(true);
    });

    test('opening the link twice is no error, and one that is made up is refused', async () => {
      const token = await tokenOf('confirm');
      const first = await confirmAddress(anonymous(), { token });
      expect(await confirmAddress(anonymous(), { token })).toEqual(first);
      expect(await previewMailLink(anonymous(), { token })).toEqual({
        purpose: 'confirm_address',
        state: 'used',
      });
      expect(await reasonOf(confirmAddress(anonymous(), { token: 'x'.repeat(43) }))).toBe('link_unknown');
    });

    test('the link is good for a week; a newer one takes its place; three an hour are sent', async () => {
      const first = await tokenOf('confirm');
      const me = await comeIn();
      expect(await resendConfirmation(me)).toEqual({ isSent: true });
      const second = await tokenOf('confirm');
      expect(await reasonOf(confirmAddress(anonymous(), { token: first }))).toBe('link_closed');
      expect(await resendConfirmation(me)).toEqual({ isSent: true });
      expect(await resendConfirmation(me)).toEqual({ isSent: false });
      expect(await mailsTo(email)).toHaveLength(3);
      expect(await reasonOf(confirmAddress(anonymous(), { token: second }))).toBe('link_closed');
      const third = await tokenOf('confirm');
      clock.advance(CONFIRMATION_MS);
      expect(await reasonOf(confirmAddress(anonymous(), { token: third }))).toBe('link_closed');
      expect(await resendConfirmation(me)).toEqual({ isSent: true });
      expect(await reasonOf(confirmAddress(anonymous(), { token: await tokenOf('confirm') }))).toBe('done');
    });

    test('a confirmation link sets no password, and a reset link is no confirmation by itself', async () => {
      const token = await tokenOf('confirm');
      expect(await reasonOf(resetPassword(anonymous(), { token, newPassword }))).toBe('link_unknown');
    });
  });

  describe('a forgotten password', () => {
    test('the answer and the work are the same for a known and an unknown address', async () => {
      const jobs = async () =>
        (
          await t.admin<{ n: number }[]>`
          select count(*)::int as n from graphile_worker.jobs where task_identifier = 'identity.send-password-reset'`
        )[0]!.n;
      const before = await jobs();
      const known = await requestPasswordReset(anonymous(), { email });
      const unknown = await requestPasswordReset(anonymous(), { email: 'nobody@nowhere.test' });
      expect(unknown).toEqual(known);
      expect(await jobs()).toBe(before + 2);
      await requestPasswordReset(anonymous(), { email });
      expect(await jobs()).toBe(before + 2);
      await sendPasswordReset(anonymous(), { email: 'nobody@nowhere.test' });
      expect(await mailsTo('nobody@nowhere.test')).toEqual([]);
    });

    test('the link sets a password once, ends all sessions, confirms the address and tells the person', async () => {
      const [one, two] = [await comeIn(), await comeIn()];
      await sendPasswordReset(anonymous(), { email });
      const token = await tokenOf('reset');
      expect(await resetPassword(anonymous(), { token, newPassword })).toEqual({ sessionsEnded: 2 });
      expect([await isOpen(one), await isOpen(two)]).toEqual([false, false]);
      expect(await reasonOf(comeIn())).toBe('sign_in_failed');
      expect((await comeIn(newPassword)).actor.isAddressConfirmed).toBe(true);
      expect(await reasonOf(resetPassword(anonymous(), { token, newPassword }))).toBe('link_closed');
      const sent = await mailsTo(email);
      expect(sent[0]?.subject).toBe('Your Readroom password was changed');
      expect(JSON.stringify(sent)).not.toContain(newPassword);
      const audit = await t.admin`select detail::text from audit_events`;
      expect(JSON.stringify(audit)).not.toContain(token);
    });

    test('of five uses of one link at once, one sets its password', async () => {
      await sendPasswordReset(anonymous(), { email });
      const token = await tokenOf('reset');
      const answers = await Promise.all(
        [1, 2, 3, 4, 5].map((i) =>
          reasonOf(resetPassword(anonymous(), { token, newPassword: `${newPassword} ${i}` })),
        ),
      );
      expect(answers.toSorted()).toEqual([...Array(1).fill('done'), ...Array(4).fill('link_closed')]);
    });

    test('it works for an hour, the newest only, not after the password was changed, and not for a weak password', async () => {
      await sendPasswordReset(anonymous(), { email });
      const first = await tokenOf('reset');
      await sendPasswordReset(anonymous(), { email });
      const second = await tokenOf('reset');
      expect(await reasonOf(resetPassword(anonymous(), { token: first, newPassword }))).toBe('link_closed');
      const weak = { token: second, newPassword: 'miranovak2026' };
      expect(await reasonOf(resetPassword(anonymous(), weak))).toBe('password_weak');
      clock.advance(HOUR);
      expect(await reasonOf(resetPassword(anonymous(), { token: second, newPassword }))).toBe('link_closed');
      await sendPasswordReset(anonymous(), { email });
      const third = await tokenOf('reset');
      await changePassword(await comeIn(), { currentPassword: password, newPassword });
      expect(await reasonOf(resetPassword(anonymous(), { token: third, newPassword: password }))).toBe(
        'link_closed',
      );
    });

    test('an address gets at most three links an hour, and a closed account none', async () => {
      for (let i = 0; i < 5; i += 1) await sendPasswordReset(anonymous(), { email });
      const links = async () => (await mailsTo(email)).filter((mail) => mail.body.includes('/reset/')).length;
      expect(await links()).toBe(3);
      clock.advance(HOUR + MINUTE);
      await t.db.update(users).set({ status: 'suspended' }).where(eq(users.email, email));
      await sendPasswordReset(anonymous(), { email });
      expect(await links()).toBe(3);
    });
  });
});
