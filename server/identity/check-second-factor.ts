import { createHash } from 'node:crypto';
import type { CommandContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { CODE_TRIES_PER_HOUR } from './rules.ts';
import { openSecret } from './seal-secret.ts';
import {
  type Authenticator,
  countCodeTry,
  findAuthenticator,
  takeRecoveryCode,
  takeStep,
} from './second-factor-queries.ts';
import { findStep } from './totp.ts';

export type SecondFactor = 'none' | 'authenticator' | 'recovery_code';

/**
 * Takes a code of the account's authenticator or one of its recovery codes; `none` when the account has no second
 * factor. The try is counted before the code is looked at. A code that was taken never works again, whatever becomes
 * of what it was given for.
 * Errors: precondition `second_factor_required` (no code given), invalid `code_wrong`, `code_used`, limit
 * `second_factor_throttled`.
 */
export async function checkSecondFactor(
  ctx: CommandContext,
  input: { userId: string; code: string | null },
): Promise<SecondFactor> {
  const device = await findAuthenticator(ctx.db, input.userId);
  if (device === null || device.confirmedAt === null) return 'none';
  const code = (input.code ?? '').trim();
  if (code === '') throw codeRequired();
  return takeCode(ctx, device, code);
}

/** Takes a code of this authenticator, confirmed or not yet. Errors as `checkSecondFactor`. */
export async function takeCode(
  ctx: CommandContext,
  device: Authenticator,
  code: string,
): Promise<'authenticator' | 'recovery_code'> {
  const { userId } = device;
  const now = ctx.clock.now();
  if ((await countCodeTry(ctx.db, userId, now)) > CODE_TRIES_PER_HOUR) throw throttled();
  const digits = code.replaceAll(/\s/g, '');
  if (/^\d{6}$/.test(digits)) {
    const step = findStep(openSecret(device.sealedSecret, { userId }), digits, now);
    if (step === null) throw codeWrong();
    if (!(await takeStep(ctx.db, { userId, step }))) throw codeUsed();
    return 'authenticator';
  }
  if (!(await takeRecoveryCode(ctx.db, { userId, codeHash: hashRecoveryCode(code), now }))) throw codeWrong();
  return 'recovery_code';
}

/** What is kept of a recovery code: 80 random bits need no slow hash. Case and spacing do not count. */
export function hashRecoveryCode(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replaceAll(/[^A-Z2-7]/g, ''))
    .digest('hex');
}

const refused = (reason: string, message: string) =>
  new AppError({
    kind: 'invalid',
    reason,
    message,
    details: [{ code: reason, message, path: 'code' }],
  });

function codeRequired(): AppError {
  const message = 'Enter the code that your authenticator app shows, or a recovery code.';
  return new AppError({
    kind: 'precondition',
    reason: 'second_factor_required',
    message,
    details: [{ code: 'second_factor_required', message, path: 'code' }],
  });
}

function codeWrong(): AppError {
  return refused(
    'code_wrong',
    'That code is not right. Use the one your app shows now, and check that the clock of the device is.',
  );
}

function codeUsed(): AppError {
  return refused('code_used', 'That code was used already. Wait for the next one, at most 30 seconds.');
}

function throttled(): AppError {
  return new AppError({
    kind: 'limit',
    reason: 'second_factor_throttled',
    message: 'Too many wrong codes. Wait until the next full hour and try again.',
  });
}
