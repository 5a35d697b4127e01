import { z } from 'zod';

/* Opening a case through the gate (R18): what is asked, and what it shows. */

export const openCaseInput = z.object({ batchId: z.uuid(), leaseId: z.uuid() });
export const openOwnCaseInput = z.object({ datasetId: z.uuid(), caseId: z.uuid() });
export type OpenOwnCaseInput = z.infer<typeof openOwnCaseInput>;
export const openAppealedCaseInput = z.object({ batchId: z.uuid(), labelId: z.uuid() });
export type OpenAppealedCaseInput = z.infer<typeof openAppealedCaseInput>;
export const openAssetInput = z.object({
  assetId: z.uuid(),
  leaseId: z.uuid().optional(),
  /** Narrows the look-up to one shard; known wherever a lease is. */
  batchId: z.uuid().optional(),
});
export type OpenAssetInput = z.infer<typeof openAssetInput>;

/** What a leased case shows, once the gate allowed it. */
export const openedCase = z.object({
  basis: z.string(),
  context: z.record(z.string(), z.string()),
  assets: z.array(
    z.object({
      handle: z.string(),
      name: z.string(),
      mediaType: z.string(),
      content: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), text: z.string() }),
        z.object({ kind: z.literal('link'), href: z.string() }),
      ]),
    }),
  ),
  receipt: z.string(),
});

/** A case that somebody looks at without a lease: its own sponsor, or who decides an appeal about it. */
export const openedOwnCase = openedCase.pick({ basis: true, context: true }).extend({
  assets: z.array(openedCase.shape.assets.element.omit({ handle: true }).extend({ id: z.uuid() })),
});
export type OpenedOwnCase = z.infer<typeof openedOwnCase>;
export const assetLink = z.object({ href: z.string(), basis: z.string() });
