import type { z } from 'zod';
import { type CommandContext, type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import { engagePerson } from './engage-person.ts';
import { expireOffers, listOwnOffers, listProjectOffers, lockOffer, updateOffer } from './offer-queries.ts';
import type { answerOfferInput } from './offer-schemas.ts';
import { answered, noOffer, requireGates } from './offer-work.ts';
import { findEngagements } from './reads.ts';

/**
 * The person answers an offer. Accepting engages them through their own organisation, which is paid (R32), after the gates were
 * looked at anew; agreements, exam and reading follow as for everybody. Errors: `offer_not_found` (also others'),
 * `offer_answered` (also run out), `offer_gates`.
 */
export async function answerOffer(ctx: OrgContext, input: z.infer<typeof answerOfferInput>): Promise<void> {
  const { actor } = requireVerifiedOrg(ctx);
  await transact(ctx, async (tx) => {
    const offer = await lockOffer(tx.db, input.offerId);
    if (offer === null || offer.orgId !== actor.orgId || offer.personId !== actor.personId) throw noOffer();
    if (offer.status !== 'offered' || offer.expiresAt === null || offer.expiresAt <= tx.now) throw answered();
    const project = await getProject(tx.db, offer.projectId);
    let engagementId: string | null = null;
    if (input.answer === 'accepted') {
      await requireGates(tx, { project, personId: actor.personId, orgId: actor.orgId }, 'you');
      const held = await findEngagements(tx.db, {
        projectId: project.id,
        personId: actor.personId,
        viaOrgId: actor.orgId,
        roles: ['annotator'],
      });
      engagementId =
        held[0]?.id ??
        (
          await engagePerson(tx, {
            projectId: project.id,
            personId: actor.personId,
            viaOrgId: actor.orgId,
            role: 'annotator',
          })
        ).id;
    }
    await updateOffer(tx.db, offer.id, { status: input.answer, engagementId, updatedAt: tx.now });
    await tx.audit({
      action: `staffing.offer_${input.answer}`,
      subject: { kind: 'offer', id: offer.id },
      detail: { projectId: project.id, engagementId },
    });
    await notifyPerson(tx, {
      personId: offer.createdBy === actor.personId ? project.createdBy : offer.createdBy,
      orgId: project.orgId,
      kind: `offer.${input.answer}`,
      title: `Your offer for “${project.title}” was ${input.answer}`,
      href: `/sponsor/projects/${project.id}/independents`,
    });
  });
}

/** A project's offers and applications, newest first, for its sponsor. */
export async function viewProjectOffers(ctx: OrgContext, input: { projectId: string }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  return listProjectOffers(ctx.db, project.id);
}

/** The acting organisation's own offers and applications, newest first; a vendor has none. */
export function viewOwnOffers(ctx: OrgContext) {
  return listOwnOffers(ctx.db, ctx.actor.orgId);
}

/** Every hour: offers nobody answered in time have run out. Answering looks at the time itself. */
export async function endOffers(ctx: CommandContext): Promise<number> {
  return transact(ctx, async (tx) => {
    const ended = await expireOffers(tx.db, tx.now);
    for (const offer of ended)
      await tx.audit({ action: 'staffing.offer_expired', subject: { kind: 'offer', id: offer.id } });
    return ended.length;
  });
}
