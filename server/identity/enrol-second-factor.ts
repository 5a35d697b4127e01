import { randomBytes } from 'node:crypto';
import encodeQr from 'qr';
import type { UserContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { checkSecondFactor, hashRecoveryCode, takeCode } from './check-second-factor.ts';
import { findAccount } from './queries.ts';
import { confirmPassword } from './reauthenticate.ts';
import { RECOVERY_CODES } from './rules.ts';
import { sealSecret } from './seal-secret.ts';
import {
  confirmAuthenticator,
  countRecoveryCodes,
  deleteSecondFactor,
  findAuthenticator,
  markSecondFactor,
  putUnconfirmed,
  replaceRecoveryCodes,
} from './second-factor-queries.ts';
import { enrolmentUri, toBase32 } from './totp.ts';

/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
const RECOVERY_BYTES = 10;

export type Enrolment = {
  /** For typing into an app that cannot scan, in groups of four. Shown this once. */
  secret: string;
  uri: string;
  /** The picture to scan: modules per side with the quiet zone, and one SVG path over them. */
  qr: { size: number; path: string };
};

/**
 * Begins an enrolment: a new secret, encrypted at rest, that counts for nothing until a first code confirms it. Errors:
 * `password_wrong`, `sign_in_throttled`, conflict `second_factor_on`.
 */
export async function beginSecondFactor(ctx: UserContext, input: { password: string }): Promise<Enrolment> {
  const account = await confirmPassword(ctx, input.password);
  const secret = randomBytes(SECRET_BYTES);
  const sealedSecret = sealSecret(secret, { userId: account.id });
  await transact(ctx, async (tx) => {
    if (!(await putUnconfirmed(tx.db, { userId: account.id, sealedSecret, now: tx.now }))) throw alreadyOn();
    await tx.audit({ action: 'identity.second_factor_begun', subject: { kind: 'user', id: account.id } });
  });
  const uri = enrolmentUri(secret, account.email);
  return { secret: toBase32(secret).replaceAll(/(.{4})(?=.)/g, '$1 '), uri, qr: drawQr(uri) };
}

/**
 * Confirms the enrolment with a first code; from now on signing in needs one. Returns the recovery codes, which are kept
 * as hashes and shown this once. Errors: precondition `second_factor_not_begun`, conflict `second_factor_on`, and as
 * `checkSecondFactor`.
 */
export async function confirmSecondFactor(
  ctx: UserContext,
  input: { code: string },
): Promise<{ recoveryCodes: string[] }> {
  const { userId, sessionId } = ctx.actor;
  const device = await findAuthenticator(ctx.db, userId);
  if (device === null) throw notBegun();
  if (device.confirmedAt !== null) throw alreadyOn();
  await takeCode(ctx, device, input.code.trim());
  return transact(ctx, async (tx) => {
    const { sealedSecret } = device;
    if (!(await confirmAuthenticator(tx.db, { userId, sealedSecret, now: tx.now }))) throw alreadyOn();
    await markSecondFactor(tx.db, { sessionId, now: tx.now });
    await tx.audit({ action: 'identity.second_factor_on', subject: { kind: 'user', id: userId } });
    await tell(tx, userId, 'Signing in to Readroom now asks for a code of your authenticator app as well.');
    return { recoveryCodes: await giveRecoveryCodes(tx, userId) };
  });
}

type Proof = { password: string; code: string };

/** New recovery codes instead of all earlier ones. Errors: `second_factor_off`, and as `checkSecondFactor`. */
export async function renewRecoveryCodes(
  ctx: UserContext,
  input: Proof,
): Promise<{ recoveryCodes: string[] }> {
  const userId = await prove(ctx, input);
  return transact(ctx, async (tx) => {
    await tx.audit({ action: 'identity.recovery_codes_renewed', subject: { kind: 'user', id: userId } });
    await tell(tx, userId, 'Your recovery codes were replaced by new ones; the earlier ones are void.');
    return { recoveryCodes: await giveRecoveryCodes(tx, userId) };
  });
}

/** Takes the second factor off the account, with password and code. Errors as `renewRecoveryCodes`. */
export async function endSecondFactor(ctx: UserContext, input: Proof): Promise<void> {
  const userId = await prove(ctx, input);
  await transact(ctx, async (tx) => {
    await deleteSecondFactor(tx.db, userId);
    await tx.audit({ action: 'identity.second_factor_off', subject: { kind: 'user', id: userId } });
    await tell(tx, userId, 'The authenticator app was taken off your account: the password alone signs in.');
  });
}

/** Whether the account has a second factor, since when, and how many recovery codes are left. */
export async function readSecondFactor(
  ctx: UserContext,
): Promise<{ isOn: boolean; since: Date | null; recoveryCodesLeft: number; isGivenHere: boolean }> {
  const device = await findAuthenticator(ctx.db, ctx.actor.userId);
  const since = device?.confirmedAt ?? null;
  return {
    isOn: since !== null,
    since,
    recoveryCodesLeft: since === null ? 0 : await countRecoveryCodes(ctx.db, ctx.actor.userId),
    isGivenHere: ctx.actor.secondFactorAt !== null,
  };
}

async function prove(ctx: UserContext, { password, code }: Proof): Promise<string> {
  const account = await confirmPassword(ctx, password);
  if ((await checkSecondFactor(ctx, { userId: account.id, code })) !== 'none') return account.id;
  throw new AppError({
    kind: 'precondition',
    reason: 'second_factor_off',
    message: 'Your account has no authenticator app. Set one up first.',
  });
}

async function giveRecoveryCodes(tx: CommandTx, userId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () =>
    toBase32(randomBytes(RECOVERY_BYTES)).replaceAll(/(.{4})(?=.)/g, '$1-'),
  );
  await replaceRecoveryCodes(tx.db, { userId, hashes: codes.map(hashRecoveryCode), now: tx.now });
  return codes;
}

async function tell(tx: CommandTx, userId: string, what: string): Promise<void> {
  const account = await findAccount(tx.db, userId);
  if (account === null) return;
  await queueMail(tx, {
    to: account.email,
    subject: 'The second factor of your Readroom account was changed',
    body: `${what} If it was not you, write to the operator at once.`,
  });
}

function drawQr(text: string): Enrolment['qr'] {
  const rows = encodeQr(text, 'raw', { ecc: 'medium', border: 4 });
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return { size: rows.length, path };
}

function alreadyOn(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'second_factor_on',
    message: 'Your account has an authenticator app already. Take it off first to set up another one.',
  });
}

function notBegun(): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'second_factor_not_begun',
    message: 'Begin with the picture to scan, then enter the code that your app shows.',
  });
}
