import { z } from 'zod';
import { AppError } from '#server/core/errors.ts';
import { seal, unseal } from './sealed-token.ts';

/** What of a case was opened to a person under a lease. */
export type CaseReceipt = {
  leaseId: string;
  personId: string;
  assetIds: string[];
  contextFields: string[];
  /** The newest version of the protocol whose clarifications came with it, where there were any (R24). */
  clarifiedTo?: number | undefined;
  /** The checks that speak against its label and came with it, where it was opened to the panel (R25). */
  dissentIds?: string[] | undefined;
};

const claims = z.object({
  sub: z.uuid(),
  lease: z.uuid(),
  assets: z.array(z.uuid()),
  context: z.array(z.string()),
  clarified: z.number().int().optional(),
  dissents: z.array(z.uuid()).optional(),
});

/**
 * The server's own note of what it opened, which the client hands back with its answers without being able to read or
 * change it: so a label says what was shown, not what its sender claims, and a submit needs no look-up for it.
 */
export async function sealReceipt(
  receipt: CaseReceipt,
  at: { key?: Uint8Array<ArrayBuffer> | undefined } = {},
): Promise<string> {
  const {
    leaseId: lease,
    personId: sub,
    assetIds: assets,
    contextFields: context,
    clarifiedTo: clarified,
    dissentIds: dissents,
  } = receipt;
  return seal(
    'case receipt',
    { sub, lease, assets, context, ...(clarified ? { clarified } : {}), ...(dissents ? { dissents } : {}) },
    at,
  );
}

/**
 * What was opened to this person under this lease. Throws `case_not_opened` for a receipt of another lease or person, or
 * one that was changed.
 */
export async function openReceipt(
  receipt: string,
  of: { leaseId: string; personId: string; now: Date; key?: Uint8Array<ArrayBuffer> | undefined },
): Promise<CaseReceipt> {
  const found = await unseal('case receipt', receipt, of)
    .then((payload) => claims.parse(payload))
    .catch(() => null);
  if (found === null || found.lease !== of.leaseId || found.sub !== of.personId) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'case_not_opened',
      message:
        'These answers do not come with the case they are about. Open the case again and submit once more.',
    });
  }
  return {
    leaseId: found.lease,
    personId: found.sub,
    assetIds: found.assets,
    contextFields: found.context,
    clarifiedTo: found.clarified,
    dissentIds: found.dissents,
  };
}
