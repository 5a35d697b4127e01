import type { UserContext } from '#server/command/context.ts';
import { getCaseWithAssets, getDataset } from '#server/datasets/reads.ts';
import { assetPath, sealAssetToken } from './asset-token.ts';
import { decideErrand, findErrand, gateRefused, recordOpenings } from './door.ts';
import type { OpenedOwnCase, OpenOwnCaseInput } from './schemas.ts';

/**
 * Opens a case of the acting sponsor through the gate, whatever the class of its data: its context and texts come with it,
 * its files as links of at most 5 minutes. Every asset of the case goes to the access log, allowed or refused, before
 * anything is returned; fetching a link is logged again. Throws forbidden `gate_refused`, `case_not_found`.
 */
export async function openOwnCase(
  ctx: UserContext,
  input: OpenOwnCaseInput & { key?: Uint8Array<ArrayBuffer> },
): Promise<OpenedOwnCase> {
  const { datasetId, caseId } = input;
  const dataset = await getDataset(ctx.db, datasetId);
  const whole = await getCaseWithAssets(ctx.db, datasetId, caseId);
  const target = { datasetId, datasetOrgId: dataset.orgId, caseId };
  const errand = await findErrand(ctx, target, { leaseId: null, batchId: null });
  const decision = await decideErrand(ctx, errand, {
    datasetId,
    quarantined: whole.assets.some((asset) => asset.quarantinedAt !== null),
  });
  await recordOpenings(
    ctx,
    whole.assets.map((asset) => asset.id),
    decision,
    null,
  );
  if (!decision.allowed) throw gateRefused(decision);
  const grant = { personId: ctx.actor.personId, leaseId: null, batchId: null };
  const at = { now: ctx.clock.now(), key: input.key };
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
