import type { z } from 'zod';
import { violates } from '#db/errors.ts';
import { findDirectShareOf, getCallForOrg } from '#server/bids/reads.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { sayMinor } from '#server/core/money.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { spentWords } from '#server/work/cap-rules.ts';
import {
  findIndependent,
  insertOffer,
  lockLiveOffer,
  lockOffer,
  readGates,
  updateOffer,
} from './offer-queries.ts';
import type { applyInput, offersMade, sendOfferInput, sendOffersInput } from './offer-schemas.ts';

const OFFERED_IN: readonly Project['status'][] = ['open', 'piloting', 'active'];

/**
 * A person on their own account asks for work in a project whose call they see (R17). Errors: `not_independent`, `call_not_found`,
 * `offer_gates` (each gate that is closed, in words), `offer_live` (asked or offered already), `project_not_open`.
 */
export async function applyForWork(
  ctx: OrgContext,
  input: z.infer<typeof applyInput>,
): Promise<{ offerId: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  const call = await getCallForOrg(ctx.db, { callId: input.callId, orgId: actor.orgId });
  return live(() =>
    transact(ctx, async (tx) => {
      const project = await getProject(tx.db, call.projectId);
      refuseClosed(project);
      await requireIndependent(tx, actor.orgId, actor.personId);
      await requireGates(tx, { project, personId: actor.personId, orgId: actor.orgId }, 'you');
      const offerId = newId();
      await insertOffer(tx.db, {
        id: offerId,
        projectId: project.id,
        orgId: actor.orgId,
        personId: actor.personId,
        status: 'applied',
        statement: input.statement,
        createdBy: actor.personId,
        createdAt: tx.now,
        updatedAt: tx.now,
      });
      await tx.audit({
        action: 'staffing.applied',
        subject: { kind: 'offer', id: offerId },
        detail: { projectId: project.id },
      });
      await notifyPerson(tx, {
        personId: project.createdBy,
        orgId: project.orgId,
        kind: 'offer.applied',
        title: `A reader on their own account asks for work in “${project.title}”`,
        href: `/sponsor/projects/${project.id}/independents`,
      });
      return { offerId };
    }),
  );
}

/**
 * The sponsor offers work to a person on their own account: what a read pays at least, how many a week, until when it holds.
 * An application becomes the offer. Gates are looked at in this transaction, whatever matching showed. Errors: not_found
 * (project), `not_independent`, `organisation_unverified`, `offer_gates`, `offer_live`, `project_not_open`, `offer_above_share`.
 */
export async function sendOffer(
  ctx: OrgContext,
  input: z.infer<typeof sendOfferInput>,
): Promise<{ offerId: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  return live(() =>
    transact(ctx, async (tx) => {
      const project = await getProjectForOrg(tx.db, actor.orgId, input.projectId);
      refuseClosed(project);
      await refuseAboveShare(tx, project, input.pricePerReadMinor);
      const personId = await requireIndependent(tx, input.orgId);
      await requireGates(tx, { project, personId, orgId: input.orgId }, 'this person');
      const applied = await lockLiveOffer(tx.db, { projectId: project.id, personId });
      if (applied !== null && applied.status !== 'applied') throw isLive();
      const terms = {
        status: 'offered' as const,
        pricePerReadMinor: input.pricePerReadMinor,
        currency: project.currency,
        readsPerWeek: input.readsPerWeek,
        note: input.note,
        expiresAt: plus(tx.now, input.daysToAnswer * DAY),
        updatedAt: tx.now,
      };
      const offerId = applied?.id ?? newId();
      if (applied !== null) await updateOffer(tx.db, applied.id, terms);
      else
        await insertOffer(tx.db, {
          id: offerId,
          projectId: project.id,
          orgId: input.orgId,
          personId,
          createdBy: actor.personId,
          createdAt: tx.now,
          ...terms,
        });
      await tx.audit({
        action: 'staffing.offered',
        subject: { kind: 'offer', id: offerId },
        detail: { projectId: project.id, pricePerReadMinor: input.pricePerReadMinor.toString() },
      });
      await notifyPerson(tx, {
        personId,
        orgId: input.orgId,
        kind: 'offer.made',
        title: `You are offered work in “${project.title}”`,
        href: '/work/calls',
      });
      return { offerId };
    }),
  );
}

/**
 * The same offer to several people, each by `sendOffer` in a transaction of its own: who cannot be offered it (a closed gate, an
 * offer that waits already) is told with the reason and keeps nobody else from theirs. Twice sent, nobody has two.
 */
export async function sendOffers(
  ctx: OrgContext,
  input: z.infer<typeof sendOffersInput>,
): Promise<z.infer<typeof offersMade>> {
  const { orgIds, ...terms } = input;
  const made: z.infer<typeof offersMade> = [];
  for (const orgId of new Set(orgIds)) {
    try {
      const { offerId } = await sendOffer(ctx, { ...terms, orgId });
      made.push({ orgId, offerId, problem: null });
    } catch (error) {
      if (!(error instanceof AppError) || !OF_ONE_PERSON.has(error.reason)) throw error;
      made.push({ orgId, offerId: null, problem: error.message });
    }
  }
  return made;
}

/** What stands against one person's offer, and against nobody else's. */
const OF_ONE_PERSON: ReadonlySet<string> = new Set([
  'not_independent',
  'organisation_unverified',
  'offer_gates',
  'offer_live',
]);

/** The sponsor takes back an offer, or turns an application down. Errors: `offer_not_found`, `offer_answered`. */
export async function withdrawOffer(ctx: OrgContext, input: { offerId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const offer = await lockOffer(tx.db, input.offerId);
    const project = offer === null ? null : await getProject(tx.db, offer.projectId);
    if (offer === null || project?.orgId !== ctx.actor.orgId) throw noOffer();
    if (offer.status !== 'offered' && offer.status !== 'applied') throw answered();
    await updateOffer(tx.db, offer.id, {
      status: offer.status === 'applied' ? 'declined' : 'withdrawn',
      updatedAt: tx.now,
    });
    await tx.audit({ action: 'staffing.offer_withdrawn', subject: { kind: 'offer', id: offer.id } });
    await notifyPerson(tx, {
      personId: offer.personId,
      orgId: offer.orgId,
      kind: 'offer.withdrawn',
      title:
        offer.status === 'applied'
          ? `The sponsor of “${project.title}” takes nobody on for now`
          : `The offer for “${project.title}” was taken back`,
      href: '/work/calls',
    });
  });
}

/** The gates that grant work, told as each would be opened; throws `offer_gates` with all that are closed. */
export async function requireGates(
  tx: CommandTx,
  of: { project: Project; personId: string; orgId: string },
  who: 'you' | 'this person',
): Promise<void> {
  const facts = await readGates(tx.db, { ...of, now: tx.now });
  const countries = of.project.locationPolicy.allowedCountries;
  const closed: ErrorDetail[] = [];
  const add = (code: string, message: string, href?: string) =>
    closed.push({ code: `offer.${code}`, message, ...(href && who === 'you' ? { href } : {}) });
  const [subject, have] = who === 'you' ? ['You', 'have'] : ['This person', 'has'];
  if (!facts.meetsRule)
    add(
      'credential_rule',
      `${subject} ${have} not all of the credentials that the project asks for.`,
      '/work/credentials',
    );
  if (facts.isBarred)
    add('exclusion', `${subject} cannot be given work while an exclusion stands.`, '/work/credentials');
  if (facts.isOfSponsor)
    add('conflict', `${subject} ${who === 'you' ? 'belong' : 'belongs'} to the sponsor itself.`);
  if (countries.length > 0 && !countries.includes(facts.country ?? ''))
    add('location', `The project is read from ${countries.join(', ')} only.`);
  if (!facts.isReached)
    add(
      'agreements',
      `The agreements that carry this data, or the law of those it is about, do not let it be shown in ${facts.country ?? 'a country that is not known'}. The parties agree on further countries first.`,
      '/work/agreements',
    );
  if (facts.spent !== null) add('cap', spentWords(facts.spent, who));
  if (closed.length > 0)
    throw new AppError({
      kind: 'precondition',
      reason: 'offer_gates',
      message: closed.map((one) => one.message).join(' '),
      details: closed,
    });
}

async function requireIndependent(tx: CommandTx, orgId: string, personId?: string): Promise<string> {
  const found = await findIndependent(tx.db, orgId);
  if (found === null || (personId !== undefined && found.personId !== personId))
    throw new AppError({
      kind: 'not_found',
      reason: 'not_independent',
      message: 'There is nobody who works on their own account under this name. A vendor bids instead.',
    });
  if (!found.isVerified)
    throw new AppError({
      kind: 'precondition',
      reason: 'organisation_unverified',
      message: 'An operator has not checked who this person is yet (R0).',
    });
  return found.personId;
}

function refuseClosed(project: Project): void {
  if (OFFERED_IN.includes(project.status)) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'project_not_open',
    message: 'Work is offered once the call is open, and while the project runs.',
  });
}

/** Where a direct share is set (R17), its price is what its batches pay: who accepted more could read none of them. */
async function refuseAboveShare(tx: CommandTx, project: Project, priceMinor: bigint): Promise<void> {
  const share = await findDirectShareOf(tx.db, project.id);
  if (share === null || priceMinor <= share.pricePerReadMinor) return;
  const { currency } = project;
  const most = sayMinor({ amountMinor: share.pricePerReadMinor, currency });
  const message = `The direct share pays ${currency} ${most} a read, so its batches would be closed to who accepts more. Offer at most that, or raise the share’s price first.`;
  throw new AppError({
    kind: 'precondition',
    reason: 'offer_above_share',
    message,
    details: [{ code: 'offer_above_share', path: 'pricePerReadMinor', message }],
  });
}

async function live<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (violates(error, 'offers_live_key')) throw isLive(error);
    throw error;
  }
}

const isLive = (cause?: unknown) =>
  new AppError({
    kind: 'conflict',
    reason: 'offer_live',
    message: 'There is an offer or an application that waits for its answer already.',
    ...(cause === undefined ? {} : { cause }),
  });
export const noOffer = () =>
  new AppError({ kind: 'not_found', reason: 'offer_not_found', message: 'There is no such offer.' });
export const answered = () =>
  new AppError({
    kind: 'conflict',
    reason: 'offer_answered',
    message: 'This was answered, taken back or has run out in the meantime. Load the page again.',
  });
