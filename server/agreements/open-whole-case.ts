import type { UserContext } from '#server/command/context.ts';
import type { Decision } from '#server/command/decision.ts';
import { getCaseWithAssets } from '#server/datasets/reads.ts';
import { assetPath, sealAssetToken } from './asset-token.ts';
import type { OpenedOwnCase } from './case-schemas.ts';
import { decideErrand, type Errand, gateRefused, recordOpenings } from './door.ts';

/**
 * Opens a case through the gate for somebody who holds no lease on it: its context and texts come with it, its files as links of at
 * most 5 minutes, which meet the gate again for the same errand. Every asset of the case goes to the access log, allowed or refused,
 * before anything is returned; fetching a link is logged again. Throws forbidden `gate_refused`, `case_not_found`.
 */
export async function openWholeCase(
  ctx: UserContext,
  of: {
    datasetId: string;
    caseId: string;
    errand: Errand | { kind: 'none'; decision: Decision };
    batchId: string | null;
    appealOf?: string | undefined;
    key?: Uint8Array<ArrayBuffer> | undefined;
  },
): Promise<OpenedOwnCase> {
  const { datasetId, caseId, errand, batchId, appealOf, key } = of;
  const whole = await getCaseWithAssets(ctx.db, datasetId, caseId);
  const quarantined = whole.assets.some((asset) => asset.quarantinedAt !== null);
  const decision = await decideErrand(ctx, errand, { datasetId, quarantined });
  await recordOpenings(
    ctx,
    whole.assets.map((asset) => asset.id),
    decision,
    batchId,
  );
  if (!decision.allowed) throw gateRefused(decision);
  const grant = { personId: ctx.actor.personId, leaseId: null, batchId, appealOf };
  const at = { now: ctx.clock.now(), key };
  return {
    basis: decision.basis,
    context: whole.context,
    assets: await Promise.all(
      whole.assets.map(async ({ id, name, mediaType, fileId, text }) => ({
        id,
        name,
        mediaType,
        content:
          fileId === null
            ? { kind: 'text' as const, text: text ?? '' }
            : {
                kind: 'link' as const,
                href: assetPath(await sealAssetToken({ ...grant, assetId: id }, at)),
              },
      })),
    ),
  };
}
