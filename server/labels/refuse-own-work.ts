import type { Queryable } from '#db/client.ts';
import { AppError } from '#server/core/errors.ts';
import type { Tier } from '#server/work/rules.ts';
import { otherTiersOf } from './audit-queries.ts';

const DID: Record<Tier, string> = {
  label: 'read',
  review: 'reviewed',
  audit: 'audited',
  adjudicate: 'decided',
};

/**
 * Refuses with `own_work` whoever has worked on the case at another tier: nobody reviews, audits or decides what they have
 * read, nor audits what they have reviewed or decided (R25). The claim does not give such a case; this holds whatever gave it.
 */
export async function refuseOwnWork(
  q: Queryable,
  input: { batchId: string; taskId: string; personId: string; tier: Tier },
): Promise<void> {
  const [other] = await otherTiersOf(q, input);
  if (other === undefined) return;
  throw new AppError({
    kind: 'forbidden',
    reason: 'own_work',
    message: `You have ${DID[other]} this case yourself; somebody else looks at it now.`,
  });
}
