import type { UserContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { getCaseWithAssets } from '#server/datasets/reads.ts';
import { findClarifications } from '#server/protocols/find-clarifications.ts';
import type { Clarification } from '#server/protocols/schemas.ts';
import { assetPath, sealAssetToken } from './asset-token.ts';
import { sealReceipt } from './case-receipt.ts';
import { decideErrand, errandOfLease, gateRefused, recordOpenings } from './door.ts';
import { findLease } from './gate-queries.ts';

export type OpenedCase = {
  /** The ground on which it was opened, for the screen. */
  basis: string;
  /** Facts shown beside the assets, by name. */
  context: Record<string, string>;
  assets: {
    /** Names the asset under this lease and nowhere else (R15). */
    handle: string;
    /** The heading of its column in the sponsor's upload, such as a view: the same for every case. */
    name: string;
    mediaType: string;
    /** Text at once; files as a link of at most 5 minutes, which meets the gate again and is logged when fetched. */
    content: { kind: 'text'; text: string } | { kind: 'link'; href: string };
  }[];
  /** What later versions of the protocol say more clearly than the one it is read by (R24). */
  clarifications: Clarification[];
  /** What was opened, sealed, to be handed back with the answers (`case-receipt.ts`). */
  receipt: string;
};

/**
 * Opens a leased case through the gate in one decision: texts come with it and are logged now, files as short-lived
 * links. Nothing in it tells readers of one case, in one batch or in several, that it is the same (R15). Quarantined assets
 * refuse the whole case. Throws forbidden `gate_refused`, not_found `lease_not_found`.
 */
export async function openCase(
  ctx: UserContext,
  input: { batchId: string; leaseId: string; key?: Uint8Array<ArrayBuffer> },
): Promise<OpenedCase> {
  const { personId } = ctx.actor;
  const at = { leaseId: input.leaseId, batchId: input.batchId };
  const lease = await findLease(ctx.db, { personId, ...at });
  if (lease === null) {
    throw new AppError({
      kind: 'not_found',
      reason: 'lease_not_found',
      message: 'You do not hold this case any more. Claim the next one.',
    });
  }
  const [whole, clarified] = await Promise.all([
    getCaseWithAssets(ctx.db, lease.datasetId, lease.caseId),
    findClarifications(ctx.db, lease.batchId),
  ]);
  const errand = errandOfLease(lease, ctx.clock.now());
  const decision = await decideErrand(ctx, errand, {
    datasetId: lease.datasetId,
    quarantined: whole.assets.some((asset) => asset.quarantinedAt !== null),
  });
  const texts = whole.assets.filter((asset) => asset.fileId === null);
  // Context goes out with the case: where no text is logged with it, the files are, though they are fetched later.
  const hasContext = Object.keys(whole.context).length > 0;
  const isWhole = !decision.allowed || (texts.length === 0 && hasContext);
  const logged = isWhole ? whole.assets : texts;
  await recordOpenings(
    ctx,
    logged.map((asset) => asset.id),
    decision,
    lease.batchId,
  );
  if (!decision.allowed) throw gateRefused(decision);
  const assets = await Promise.all(
    whole.assets.map(async (asset, index) => ({
      handle: `${input.leaseId}.${index + 1}`,
      name: asset.name,
      mediaType: asset.mediaType,
      content:
        asset.fileId === null
          ? { kind: 'text' as const, text: asset.text ?? '' }
          : {
              kind: 'link' as const,
              href: assetPath(
                await sealAssetToken(
                  { assetId: asset.id, personId, leaseId: input.leaseId, batchId: lease.batchId },
                  { now: ctx.clock.now(), notAfter: lease.leaseUntil, key: input.key },
                ),
              ),
            },
    })),
  );
  const receipt = await sealReceipt(
    {
      leaseId: input.leaseId,
      personId,
      assetIds: whole.assets.map((asset) => asset.id),
      contextFields: Object.keys(whole.context),
      clarifiedTo: clarified.to ?? undefined,
    },
    { key: input.key },
  );
  return { basis: decision.basis, context: whole.context, assets, clarifications: clarified.says, receipt };
}
