import type { Queryable } from '#db/client.ts';
import type { UserActor } from '#server/command/actor.ts';
import { AppError } from '#server/core/errors.ts';
import { type AgreementWithParties, findAgreement } from './queries.ts';
import { sideOf } from './rules.ts';

/** An agreement of which the actor's organisation is a party; `agreement_not_found` for everybody else. */
export async function findForParty(
  q: Queryable,
  at: { agreementId: string; actor: UserActor },
): Promise<AgreementWithParties> {
  const found = await findAgreement(q, at.agreementId);
  if (found !== null && sideOf(found.agreement, at.actor.orgId) !== null) return found;
  throw new AppError({
    kind: 'not_found',
    reason: 'agreement_not_found',
    message: 'Your organisation has no such agreement.',
  });
}
