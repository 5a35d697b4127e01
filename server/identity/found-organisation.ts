import { organisations } from '#db/schema/identity.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { hasIndependentOrg, lockPerson, upsertMembership } from './queries.ts';
import { OWNER_ROLE } from './rules.ts';
import type { OrganisationInput } from './schemas.ts';

/**
 * Adds an `unverified` organisation (R0) with its founder as owner, in the caller's transaction. An independent is
 * an organisation of one person (ADR 004), of which a person has one. Throws conflict `already_independent`.
 */
export async function foundOrganisation(
  tx: CommandTx,
  founder: { personId: string; name: string; country: string },
  input: OrganisationInput,
): Promise<string> {
  const orgId = newId();
  if (input.kind === 'independent') {
    await lockPerson(tx.db, founder.personId);
    if (await hasIndependentOrg(tx.db, founder.personId)) {
      throw new AppError({
        kind: 'conflict',
        reason: 'already_independent',
        message: 'You are signed up as an independent annotator already. Switch to it in the menu.',
      });
    }
  }
  await tx.db.insert(organisations).values({
    id: orgId,
    kind: input.kind,
    createdAt: tx.now,
    ...(input.kind === 'independent'
      ? { legalName: founder.name, country: founder.country }
      : {
          legalName: input.legalName,
          registerNumber: input.registerNumber,
          domain: input.domain,
          country: input.country,
        }),
  });
  await upsertMembership(tx.db, {
    orgId,
    personId: founder.personId,
    role: OWNER_ROLE[input.kind],
    now: tx.now,
  });
  await tx.audit({
    action: 'identity.organisation_founded',
    subject: { kind: 'organisation', id: orgId },
    detail: { kind: input.kind, founder: founder.personId },
  });
  return orgId;
}
