import { expect, test } from 'vitest';
import { plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { ASSET_LINK_MS, openAssetToken, sealAssetToken } from './asset-token.ts';
import { openReceipt, sealReceipt } from './case-receipt.ts';
import { caseTokenKey } from './sealed-token.ts';

const key = caseTokenKey('a secret of sixteen or more');
const now = new Date('2026-11-21T12:00:00Z');
const grant = { assetId: newId(), personId: newId(), leaseId: newId(), batchId: newId() };

const reasonOf = (run: Promise<unknown>) =>
  run.then(
    () => 'allowed',
    (error: { reason: string }) => error.reason,
  );

test('a link gives back who may fetch what under which lease, or for which appeal', async () => {
  const token = await sealAssetToken(grant, { now, key });
  expect(await openAssetToken(token, { now, key })).toEqual(grant);
  const appealed = { ...grant, leaseId: null, appealOf: newId() };
  expect(await openAssetToken(await sealAssetToken(appealed, { now, key }), { now, key })).toEqual(appealed);
});

test('it ends after five minutes, or with the lease', async () => {
  const token = await sealAssetToken(grant, { now, key });
  const after = (ms: number, of = token) => reasonOf(openAssetToken(of, { now: plus(now, ms), key }));
  expect(await after(ASSET_LINK_MS - 1000)).toBe('allowed');
  expect(await after(ASSET_LINK_MS + 1000)).toBe('asset_link_invalid');
  const short = await sealAssetToken(grant, { now, key, notAfter: plus(now, 10_000) });
  expect(await after(9_000, short)).toBe('allowed');
  expect(await after(11_000, short)).toBe('asset_link_invalid');
});

test('another key, a changed part, another use and rubbish are refused alike', async () => {
  const token = await sealAssetToken(grant, { now, key });
  const parts = token.split('.');
  const turned = parts.with(
    3,
    parts[3]!.startsWith('A') ? `B${parts[3]!.slice(1)}` : `A${parts[3]!.slice(1)}`,
  );
  const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  const forged = Buffer.from(
    JSON.stringify({ sub: newId(), asset: newId(), lease: null, batch: null, exp: 9e9 }),
  );
  const receipt = { leaseId: grant.leaseId, personId: grant.personId, assetIds: [], contextFields: [] };
  const sealed = await sealReceipt(receipt, { key });
  const attempts = [
    openAssetToken(token, { now, key: caseTokenKey('another secret, long enough') }),
    openAssetToken(turned.join('.'), { now, key }),
    openAssetToken(`${none}.${forged.toString('base64url')}.`, { now, key }),
    openAssetToken(sealed, { now, key }),
    openAssetToken('rubbish', { now, key }),
  ];
  expect(await Promise.all(attempts.map(reasonOf))).toEqual(Array(5).fill('asset_link_invalid'));
});

test('R15: nobody reads an asset out of a link, and two links to one asset have nothing in common', async () => {
  const [one, two] = [await sealAssetToken(grant, { now, key }), await sealAssetToken(grant, { now, key })];
  const bodies = [one, two].map((token) => token.split('.').slice(2));
  expect(bodies[0]!.filter((part) => bodies[1]!.includes(part))).toEqual([]);
  const readable = one.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  for (const id of [grant.assetId, grant.personId, grant.batchId])
    expect(readable.join(' ')).not.toContain(id);
});

test('a receipt says what was opened, to its person under its lease alone', async () => {
  const receipt = {
    leaseId: grant.leaseId,
    personId: grant.personId,
    assetIds: [grant.assetId],
    contextFields: ['age'],
    dissentIds: [newId()],
  };
  const sealed = await sealReceipt(receipt, { key });
  const of = { leaseId: receipt.leaseId, personId: receipt.personId, now, key };
  expect(await openReceipt(sealed, of)).toEqual(receipt);
  const link = await sealAssetToken(grant, { now, key });
  const attempts = [
    openReceipt(sealed, { ...of, leaseId: newId() }),
    openReceipt(sealed, { ...of, personId: newId() }),
    openReceipt(`${sealed.slice(0, -4)}AAAA`, of),
    openReceipt(link, of),
    openReceipt('', of),
  ];
  expect(await Promise.all(attempts.map(reasonOf))).toEqual(Array(5).fill('case_not_opened'));
});
