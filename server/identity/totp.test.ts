import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSecret, sealSecret } from './seal-secret.ts';
import { codeOf, enrolmentUri, findStep, stepAt, toBase32 } from './totp.ts';

const secret = new TextEncoder().encode('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

describe('codes of an authenticator app', () => {
  // RFC 6238, appendix B (SHA-1); its eight digits end in the six that apps show.
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i seconds the code is %s', (seconds, code) => {
    expect(codeOf(secret, stepAt(at(seconds)))).toBe(code);
    expect(findStep(secret, code, at(seconds))).toBe(Math.floor(seconds / 30));
  });

  // RFC 4226, appendix D.
  test('the codes of the first counters are those of HOTP', () => {
    const codes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((step) => codeOf(secret, step));
    expect(codes).toEqual('755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'.split(' '));
  });

  test('a clock that is one step off is taken either way, two steps are not', () => {
    const now = at(1_700_000_000);
    const step = stepAt(now);
    const steps = [-2, -1, 0, 1, 2].map((off) => findStep(secret, codeOf(secret, step + off), now));
    expect(steps).toEqual([null, step - 1, step, step + 1, null]);
  });

  test('what is not six digits is no code', () => {
    for (const code of ['', '12345', '1234567', 'abcdef', '12 456', '²²²²²²']) {
      expect(findStep(secret, code, at(59))).toBeNull();
    }
  });

  test('the picture says whose it is, and the secret in base 32', () => {
    expect(toBase32(secret)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    expect(enrolmentUri(secret, 'ann@example.test')).toBe(
      'otpauth://totp/Readroom%3Aann%40example.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Readroom',
    );
  });
});

describe('the secret at rest', () => {
  const appSecret = 'a secret of the app itself';

  test('opens for its own account alone, never twice the same, and holds nothing of the secret', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const sealed = sealSecret(bytes, { userId: 'a', appSecret });
        expect(new Uint8Array(openSecret(sealed, { userId: 'a', appSecret }))).toEqual(bytes);
        expect(sealSecret(bytes, { userId: 'a', appSecret })).not.toBe(sealed);
        expect(() => openSecret(sealed, { userId: 'b', appSecret })).toThrow();
        expect(() => openSecret(sealed, { userId: 'a', appSecret: 'another secret of the app' })).toThrow();
      }),
      { numRuns: 25 },
    );
  });

  test('does not open when a bit was changed', () => {
    const sealed = Buffer.from(sealSecret(secret, { userId: 'a', appSecret }), 'base64url');
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(() => openSecret(sealed.toString('base64url'), { userId: 'a', appSecret })).toThrow();
  });
});
