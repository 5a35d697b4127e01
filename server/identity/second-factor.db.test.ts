import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { auditEvents } from '#db/schema/audit.ts';
import { authenticators, recoveryCodes, sessions, users } from '#db/schema/identity.ts';
import { makeMember, makeOrganisation, makeSecondFactor } from '#db/seed/factories/identity.ts';
import { reasonOf } from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { HOUR, MINUTE, manualClock, SECOND } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  readSecondFactor,
  renewRecoveryCodes,
} from './enrol-second-factor.ts';
import { eraseAccount } from './erase-account.ts';
import { loadUserActor } from './load-actor.ts';
import { hashPassword } from './password.ts';
import { reauthenticate } from './reauthenticate.ts';
import { resetSecondFactor } from './reset-second-factor.ts';
import { signIn } from './sign-in.ts';
import { codeOf, stepAt } from './totp.ts';

const secret = new TextEncoder().encode('12345678901234567890');
const password = 'correct horse battery';
let t: TestDatabase;
let clock: ReturnType<typeof manualClock>;
let member: OrgContext;
let email: string;
let passwordHash: string;

const code = (steps = 0) => codeOf(secret, stepAt(clock.now()) + steps);
const enter = (given?: string, as: string = password) => {
  const anonymous: CommandContext = { db: t.db, clock, actor: { kind: 'anonymous' }, requestId: newId() };
  return reasonOf(
    signIn(anonymous, { email, password: as, ...(given === undefined ? {} : { code: given }) }),
  );
};
const refreshed = async (): Promise<OrgContext> => {
  const actor = await loadUserActor(t.db, clock, member.actor.sessionId);
  return { ...member, actor: { ...member.actor, ...actor, orgId: member.actor.orgId } };
};
const base32 = (text: string) => {
  const bits = [...text.replaceAll(' ', '')]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
};

beforeAll(async () => {
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of this test alone');
  t = await createTestDatabase(inject('adminUrl'));
  passwordHash = await hashPassword(password);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await t.drop();
});
beforeEach(async () => {
  clock = manualClock(new Date('2026-11-21T09:00:00Z'));
  const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
  member = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
  email = `${newId()}@example.test`;
  await t.db.update(users).set({ email, passwordHash }).where(eq(users.id, member.actor.userId));
});

describe('enrolment', () => {
  test('the secret is shown once and stored sealed; a first code confirms it and recovery codes come once', async () => {
    const begun = await beginSecondFactor(member, { password });
    expect(begun.uri).toContain(begun.secret.replaceAll(' ', ''));
    expect(begun.qr.path.length).toBeGreaterThan(1000);
    const [stored] = await t.db
      .select()
      .from(authenticators)
      .where(eq(authenticators.userId, member.actor.userId));
    expect(stored?.sealedSecret).not.toContain(begun.secret.replaceAll(' ', ''));
    expect(await enter()).toMatchObject({ userId: member.actor.userId });
    const own = base32(begun.secret);
    expect(await reasonOf(confirmSecondFactor(member, { code: '000000' }))).toBe('invalid code_wrong');
    const { recoveryCodes: codes } = await confirmSecondFactor(member, {
      code: codeOf(own, stepAt(clock.now())),
    });
    expect(new Set(codes).size).toBe(10);
    const kept = await t.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, member.actor.userId));
    expect(kept.map((row) => row.codeHash).join(' ')).not.toContain(codes[0]);
    expect(await readSecondFactor(await refreshed())).toMatchObject({
      isOn: true,
      recoveryCodesLeft: 10,
      isGivenHere: true,
    });
    expect(await reasonOf(beginSecondFactor(member, { password }))).toBe('conflict second_factor_on');
    expect(await enter()).toBe('precondition second_factor_required');
  });

  test('needs the password, and something begun; beginning again replaces what was not confirmed', async () => {
    expect(await reasonOf(beginSecondFactor(member, { password: 'wrong' }))).toBe('invalid password_wrong');
    expect(await reasonOf(confirmSecondFactor(member, { code: '123456' }))).toBe(
      'precondition second_factor_not_begun',
    );
    const first = await beginSecondFactor(member, { password });
    const second = await beginSecondFactor(member, { password });
    expect(second.secret).not.toBe(first.secret);
    const step = stepAt(clock.now());
    expect(await reasonOf(confirmSecondFactor(member, { code: codeOf(base32(first.secret), step) }))).toBe(
      'invalid code_wrong',
    );
  });
});

describe('sign-in', () => {
  beforeEach(() => makeSecondFactor(t.db, member.actor, { secret, clock }));

  test('asks for the code once the password is right, and tells nothing before', async () => {
    expect(await enter(undefined, 'wrong')).toBe('unauthenticated sign_in_failed');
    expect(await enter(code(), 'wrong')).toBe('unauthenticated sign_in_failed');
    expect(await enter()).toBe('precondition second_factor_required');
    const opened = (await enter(code())) as { sessionId: string };
    const actor = await loadUserActor(t.db, clock, opened.sessionId);
    expect(actor?.secondFactorAt).toEqual(clock.now());
  });

  test('a clock one step off is taken, two are not', async () => {
    expect(await enter(code(-2))).toBe('invalid code_wrong');
    expect(await enter(code(2))).toBe('invalid code_wrong');
    expect(await enter(code(-1))).toHaveProperty('sessionId');
    expect(await enter(code(1))).toHaveProperty('sessionId');
  });

  test('no step is taken twice, nor one before it, and of twenty at once one wins', async () => {
    const given = code();
    const all = await Promise.all(Array.from({ length: 8 }, () => enter(given)));
    expect(all.filter((one) => typeof one === 'object')).toHaveLength(1);
    expect(new Set(all.filter((one) => typeof one === 'string'))).toEqual(new Set(['invalid code_used']));
    expect(await enter(code(-1))).toBe('invalid code_used');
    clock.advance(30 * SECOND);
    expect(await enter(code())).toHaveProperty('sessionId');
  });

  test('ten wrong codes in an hour and it waits, even for the right one', async () => {
    for (let i = 0; i < 10; i += 1) expect(await enter('000000')).toBe('invalid code_wrong');
    expect(await enter(code())).toBe('limit second_factor_throttled');
    clock.advance(HOUR);
    expect(await enter(code())).toHaveProperty('sessionId');
  });

  test('a recovery code works once, in any case and spacing, and of two at once one wins', async () => {
    const { recoveryCodes: codes } = await renewRecoveryCodes(member, { password, code: code() });
    const [first = ''] = codes;
    const typed = first.toLowerCase().replaceAll('-', ' ');
    const both = await Promise.all([enter(typed), enter(first)]);
    expect(both.filter((one) => typeof one === 'object')).toHaveLength(1);
    expect(await enter(first)).toBe('invalid code_wrong');
    expect((await readSecondFactor(member)).recoveryCodesLeft).toBe(9);
    clock.advance(30 * SECOND);
    const renewed = await renewRecoveryCodes(member, { password, code: code() });
    expect(await enter(codes[1])).toBe('invalid code_wrong');
    expect(await enter(renewed.recoveryCodes[0])).toHaveProperty('sessionId');
  });
});

describe('step-up before signing', () => {
  beforeEach(() => makeSecondFactor(t.db, member.actor, { secret, clock }));

  test('asks for a code unless one was given in this session within five minutes', async () => {
    const fresh = await refreshed();
    expect(await reauthenticate(fresh, { password })).toHaveProperty('until');
    clock.advance(5 * MINUTE);
    expect(await reasonOf(reauthenticate(await refreshed(), { password }))).toBe(
      'precondition second_factor_required',
    );
    expect(await reasonOf(reauthenticate(await refreshed(), { password, code: '000000' }))).toBe(
      'invalid code_wrong',
    );
    expect((await refreshed()).actor.reauthenticatedAt).not.toEqual(clock.now());
    await reauthenticate(await refreshed(), { password, code: code() });
    expect((await refreshed()).actor).toMatchObject({
      reauthenticatedAt: clock.now(),
      secondFactorAt: clock.now(),
    });
  });

  test('a session opened before the second factor was set up needs the code', async () => {
    await t.db.update(sessions).set({ secondFactorAt: null }).where(eq(sessions.userId, member.actor.userId));
    expect(await reasonOf(reauthenticate(await refreshed(), { password }))).toBe(
      'precondition second_factor_required',
    );
  });
});

describe('taking it off', () => {
  beforeEach(() => makeSecondFactor(t.db, member.actor, { secret, clock }));

  test('oneself: with password and code; sessions no longer count as having it', async () => {
    expect(await reasonOf(endSecondFactor(member, { password, code: '000000' }))).toBe('invalid code_wrong');
    await endSecondFactor(member, { password, code: code() });
    expect(await enter()).toHaveProperty('sessionId');
    expect((await refreshed()).actor.secondFactorAt).toBeNull();
    expect(await reasonOf(endSecondFactor(member, { password, code: code(1) }))).toBe(
      'precondition second_factor_off',
    );
  });

  test('an operator: with a reason in the audit trail, sessions end; not their own, not twice', async () => {
    const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
    const operator = await makeMember(t.db, { org, roles: ['operator'], clock });
    const input = { personId: member.actor.personId, reason: 'Phone lost; recognised in a video call.' };
    const own = { ...input, personId: operator.actor.personId };
    expect(await reasonOf(resetSecondFactor(operator, own))).toBe('forbidden second_factor_own');
    const stale = { ...operator, actor: { ...operator.actor, reauthenticatedAt: null } };
    expect(await reasonOf(resetSecondFactor(stale, input))).toBe('precondition reauthentication_required');
    expect(await resetSecondFactor(operator, input)).toEqual({ sessionsEnded: 1 });
    expect(await loadUserActor(t.db, clock, member.actor.sessionId)).toBeNull();
    expect(await enter()).toHaveProperty('sessionId');
    const [event] = await t.db
      .select()
      .from(auditEvents)
      .where(
        and(
          eq(auditEvents.action, 'identity.second_factor_reset'),
          eq(auditEvents.subjectId, member.actor.userId),
        ),
      );
    expect(event).toMatchObject({ personId: operator.actor.personId, detail: { reason: input.reason } });
    expect(await reasonOf(resetSecondFactor(operator, input))).toBe('precondition second_factor_off');
  });

  test('erasing the account leaves nothing of it', async () => {
    await eraseAccount(member, { password });
    expect(await t.db.$count(authenticators, eq(authenticators.userId, member.actor.userId))).toBe(0);
  });
});
