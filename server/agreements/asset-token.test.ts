import { expect, test } from 'vitest';
import { plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { ASSET_LINK_MS, assetLinkKey, signAssetToken, verifyAssetToken } from './asset-token.ts';

const key = assetLinkKey('a secret of sixteen or more');
const now = new Date('2026-11-21T12:00:00Z');
const grant = { assetId: newId(), personId: newId(), leaseId: newId(), batchId: newId() };

const reasonOf = (run: Promise<unknown>) =>
  run.then(
    () => 'allowed',
    (error: { reason: string }) => error.reason,
  );

test('a link gives back who may fetch what under which lease', async () => {
  const token = await signAssetToken(grant, { now, key });
  expect(await verifyAssetToken(token, { now, key })).toEqual(grant);
});

test('it ends after five minutes, or with the lease', async () => {
  const token = await signAssetToken(grant, { now, key });
  const after = (ms: number, of = token) => reasonOf(verifyAssetToken(of, { now: plus(now, ms), key }));
  expect(await after(ASSET_LINK_MS - 1000)).toBe('allowed');
  expect(await after(ASSET_LINK_MS + 1000)).toBe('asset_link_invalid');
  const short = await signAssetToken(grant, { now, key, notAfter: plus(now, 10_000) });
  expect(await after(9_000, short)).toBe('allowed');
  expect(await after(11_000, short)).toBe('asset_link_invalid');
});

test('another key, a changed claim, no signature and rubbish are refused alike', async () => {
  const token = await signAssetToken(grant, { now, key });
  const [head, , signature] = token.split('.');
  const forged = Buffer.from(
    JSON.stringify({ sub: newId(), asset: newId(), lease: null, batch: null, exp: 9e9 }),
  );
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  const other = assetLinkKey('another secret, long enough');
  const attempts = [
    verifyAssetToken(token, { now, key: other }),
    verifyAssetToken(`${head}.${forged.toString('base64url')}.${signature}`, { now, key }),
    verifyAssetToken(`${none}.${forged.toString('base64url')}.`, { now, key }),
    verifyAssetToken('rubbish', { now, key }),
  ];
  expect(await Promise.all(attempts.map(reasonOf))).toEqual(Array(4).fill('asset_link_invalid'));
});
