import { z } from 'zod';
import { MINUTE } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { seal, unseal } from './sealed-token.ts';

/** Who may fetch which file under which lease or for which appeal, and until when. Nothing in it identifies a patient. */
export type AssetGrant = {
  assetId: string;
  personId: string;
  leaseId: string | null;
  batchId: string | null;
  /** The read whose appeal it is opened for (R31): it ends with the decision. */
  appealOf?: string | undefined;
};

/** A link to a file lives no longer than this (facts A5). */
export const ASSET_LINK_MS = 5 * MINUTE;

const claims = z.object({
  sub: z.uuid(),
  asset: z.uuid(),
  lease: z.uuid().nullable(),
  batch: z.uuid().nullable(),
  appeal: z.uuid().optional(),
});

/**
 * Seals a grant that ends after at most 5 minutes, earlier when the lease does. Mint only what the gate has just allowed;
 * whoever presents it meets the gate again. Nobody can read the asset out of it: its id would tell readers of different
 * batches that they see the same case (R15).
 */
export async function sealAssetToken(
  grant: AssetGrant,
  at: { now: Date; notAfter?: Date | undefined; key?: Uint8Array<ArrayBuffer> | undefined },
): Promise<string> {
  const end = Math.min(at.now.getTime() + ASSET_LINK_MS, at.notAfter?.getTime() ?? Number.POSITIVE_INFINITY);
  const { assetId: asset, personId: sub, leaseId: lease, batchId: batch, appealOf: appeal } = grant;
  return seal('asset link', { sub, asset, lease, batch, appeal }, { endsAt: new Date(end), key: at.key });
}

/** The grant of a token; forbidden `asset_link_invalid` when it was tampered with, is not ours, or has ended. */
export async function openAssetToken(
  token: string,
  at: { now: Date; key?: Uint8Array<ArrayBuffer> | undefined },
): Promise<AssetGrant> {
  try {
    const payload = await unseal('asset link', token, { ...at, required: ['exp', 'sub'] });
    const { sub, asset, lease, batch, appeal } = claims.parse(payload);
    return { assetId: asset, personId: sub, leaseId: lease, batchId: batch, appealOf: appeal };
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
