import { hkdfSync } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { assert } from '#server/core/assert.ts';
import { MINUTE } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';

/** Who may fetch which file under which lease, and until when. Nothing in it identifies a patient. */
export type AssetGrant = {
  assetId: string;
  personId: string;
  leaseId: string | null;
  batchId: string | null;
};

/** A link to a file lives no longer than this (facts A5). */
export const ASSET_LINK_MS = 5 * MINUTE;

const claims = z.object({
  sub: z.uuid(),
  asset: z.uuid(),
  lease: z.uuid().nullable(),
  batch: z.uuid().nullable(),
});

/** The key of asset links, derived from the app's secret (checked at start) so that it signs nothing else. */
export function assetLinkKey(secret: string = process.env.NEXTAUTH_SECRET ?? ''): Uint8Array {
  assert(secret.length >= 16, 'NEXTAUTH_SECRET must have at least 16 characters');
  return new Uint8Array(hkdfSync('sha256', secret, '', 'readroom asset link v1', 32));
}

/**
 * Signs a grant (HMAC-SHA-256) that ends after at most 5 minutes, earlier when the lease does. Mint only what the gate
 * has just allowed; whoever presents it meets the gate again.
 */
export async function signAssetToken(
  grant: AssetGrant,
  at: { now: Date; notAfter?: Date | undefined; key?: Uint8Array | undefined },
): Promise<string> {
  const end = Math.min(at.now.getTime() + ASSET_LINK_MS, at.notAfter?.getTime() ?? Number.POSITIVE_INFINITY);
  return new SignJWT({ asset: grant.assetId, lease: grant.leaseId, batch: grant.batchId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(grant.personId)
    .setExpirationTime(Math.ceil(end / 1000))
    .sign(at.key ?? assetLinkKey());
}

/** The grant of a token; forbidden `asset_link_invalid` when it was tampered with, is not ours, or has ended. */
export async function verifyAssetToken(
  token: string,
  at: { now: Date; key?: Uint8Array | undefined },
): Promise<AssetGrant> {
  try {
    const { payload } = await jwtVerify(token, at.key ?? assetLinkKey(), {
      algorithms: ['HS256'],
      currentDate: at.now,
      requiredClaims: ['exp', 'sub'],
    });
    const { sub, asset, lease, batch } = claims.parse(payload);
    return { assetId: asset, personId: sub, leaseId: lease, batchId: batch };
  } catch (cause) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'asset_link_invalid',
      message: 'This link has ended or is not valid. Open the case again.',
      cause,
    });
  }
}

/** The path under which a token is redeemed. */
export function assetPath(token: string): string {
  return `/api/assets/${token}`;
}
