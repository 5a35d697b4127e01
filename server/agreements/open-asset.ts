import type { UserContext } from '#server/command/context.ts';
import { getAsset, getDataset } from '#server/datasets/reads.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { assetPath, openAssetToken, sealAssetToken } from './asset-token.ts';
import type { OpenAssetInput } from './case-schemas.ts';
import { decideErrand, findErrand, gateRefused, recordOpenings } from './door.ts';

/** What is asked of the door; `appealOf` comes from a sealed link alone. */
type Asked = OpenAssetInput & { appealOf?: string | undefined };

export type OpenedAsset = {
  assetId: string;
  mediaType: string;
  name: string;
  /** The ground on which it was opened, for the screen. */
  basis: string;
  /** Text assets carry their text, files their bytes. */
  content: { kind: 'text'; text: string } | { kind: 'bytes'; bytes: Uint8Array };
};

/**
 * Opens one asset through the gate, under a live lease on its case, as the sponsor on its own data, or for an appeal about it. Allowed or
 * refused, a row goes to the access log before anything is returned. Throws forbidden `gate_refused` with the failing
 * hops in words and what would change them; `asset_not_found`.
 */
export async function openAsset(ctx: UserContext, input: Asked): Promise<OpenedAsset> {
  const { asset, decision, batchId } = await askGate(ctx, input);
  await recordOpenings(ctx, [asset.id], decision, batchId);
  if (!decision.allowed) throw gateRefused(decision);
  const opened = { assetId: asset.id, mediaType: asset.mediaType, name: asset.name, basis: decision.basis };
  if (asset.fileId === null) return { ...opened, content: { kind: 'text', text: asset.text ?? '' } };
  const { bytes } = await readStoredFile(ctx.db, asset.fileId);
  return { ...opened, content: { kind: 'bytes', bytes } };
}

/**
 * A link of at most 5 minutes to one file, minted only when the gate allows it now; fetching it asks the gate again and
 * is what the access log counts. A refusal is logged here. Errors as `openAsset`.
 */
export async function mintAssetLink(
  ctx: UserContext,
  input: OpenAssetInput & { key?: Uint8Array<ArrayBuffer> },
): Promise<{ href: string; basis: string }> {
  const { asset, decision, batchId, leaseUntil } = await askGate(ctx, input);
  if (!decision.allowed) {
    await recordOpenings(ctx, [asset.id], decision, batchId);
    throw gateRefused(decision);
  }
  const token = await sealAssetToken(
    { assetId: asset.id, personId: ctx.actor.personId, leaseId: input.leaseId ?? null, batchId },
    { now: ctx.clock.now(), notAfter: leaseUntil ?? undefined, key: input.key },
  );
  return { href: assetPath(token), basis: decision.basis };
}

async function askGate(ctx: UserContext, input: Asked) {
  const asset = await getAsset(ctx.db, input.assetId);
  const dataset = await getDataset(ctx.db, asset.datasetId);
  const errand = await findErrand(
    ctx,
    { datasetId: asset.datasetId, datasetOrgId: dataset.orgId, caseId: asset.caseId },
    { leaseId: input.leaseId ?? null, batchId: input.batchId ?? null, appealOf: input.appealOf },
  );
  const decision = await decideErrand(ctx, errand, {
    datasetId: asset.datasetId,
    quarantined: asset.quarantinedAt !== null,
  });
  const lease = errand.kind === 'lease' ? errand.lease : null;
  const batchId = lease?.batchId ?? (errand.kind === 'appeal' ? (input.batchId ?? null) : null);
  return { asset, decision, batchId, leaseUntil: lease?.leaseUntil ?? null };
}

/**
 * Redeems a short-lived link: it must be whole, in time and of the person who presents it, and the gate is asked again,
 * so a link dies with the chain behind it.
 */
export async function openAssetByToken(
  ctx: UserContext,
  input: { token: string; key?: Uint8Array<ArrayBuffer> },
): Promise<OpenedAsset> {
  const grant = await openAssetToken(input.token, { now: ctx.clock.now(), key: input.key });
  if (grant.personId !== ctx.actor.personId) {
    const decision = {
      allowed: false as const,
      reasons: [{ code: 'gate.foreign_link', message: 'This link was made for somebody else.' }],
    };
    await recordOpenings(ctx, [grant.assetId], decision, grant.batchId);
    throw gateRefused(decision);
  }
  return openAsset(ctx, {
    assetId: grant.assetId,
    ...(grant.leaseId === null ? {} : { leaseId: grant.leaseId }),
    ...(grant.batchId === null ? {} : { batchId: grant.batchId }),
    appealOf: grant.appealOf,
  });
}
