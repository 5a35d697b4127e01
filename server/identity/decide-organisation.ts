import { and, eq } from 'drizzle-orm';
import { organisations } from '#db/schema/identity.ts';
import { capabilitiesOf } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { appLink } from './app-link.ts';
import { lockOrganisation } from './queries.ts';
import { listOrgMembers, rolesOfPerson } from './reads.ts';
import { nextOrgStatus, type OrgDecision, type OrgStatus, OWNER_ROLE } from './rules.ts';

type Input = { orgId: string; expectedStatus: OrgStatus };
export type DecidedOrganisation = { orgId: string; status: OrgStatus };

/**
 * R0: the operator has checked legal name, register number, domain and who may sign. Also reinstates one that was
 * refused or suspended. Every signatory must be a member whose role may sign agreements.
 *
 * Errors: not_found `organisation_unknown`, conflict `organisation_moved_on` (decided by somebody else meanwhile),
 * precondition `decision_not_open`, invalid `signatory_unfit`.
 */
export function verifyOrganisation(
  ctx: OrgContext,
  input: Input & { signatories: string[] },
): Promise<DecidedOrganisation> {
  return decide(ctx, 'verify', input, { reason: null, signatories: [...new Set(input.signatories)] });
}

/** The operator could not confirm it; the reason goes to its owners, who may correct and hand in again. Errors as above. */
export function refuseOrganisation(
  ctx: OrgContext,
  input: Input & { reason: string },
): Promise<DecidedOrganisation> {
  return decide(ctx, 'refuse', input, { reason: input.reason });
}

/**
 * Takes a verified organisation's right to publish, bid, sign and read, by a human with a reason; leases of its people and on
 * its data are taken back and paid for their part (R27). Errors as above.
 */
export function suspendOrganisation(
  ctx: OrgContext,
  input: Input & { reason: string },
): Promise<DecidedOrganisation> {
  return decide(ctx, 'suspend', input, { reason: input.reason });
}

async function decide(
  ctx: OrgContext,
  decision: OrgDecision,
  input: Input,
  change: { reason: string | null; signatories?: string[] },
): Promise<DecidedOrganisation> {
  return transact(ctx, async (tx) => {
    // The lock keeps members from leaving between the check of the signatories and the decision.
    const org = await lockOrganisation(tx.db, input.orgId);
    if (org === null || org.kind === 'platform') {
      throw new AppError({
        kind: 'not_found',
        reason: 'organisation_unknown',
        message: 'There is no such organisation.',
      });
    }
    const status = nextOrgStatus(input.expectedStatus, decision);
    if (status === null) {
      throw new AppError({
        kind: 'precondition',
        reason: 'decision_not_open',
        message: `An organisation that is ${input.expectedStatus} has nothing to ${decision}.`,
      });
    }
    for (const personId of change.signatories ?? []) await assertMaySign(tx, input.orgId, personId);
    const [row] = await tx.db
      .update(organisations)
      .set({
        status,
        statusReason: change.reason,
        ...(change.signatories === undefined
          ? {}
          : { signatories: change.signatories, verifiedAt: tx.now, verifiedBy: ctx.actor.personId }),
      })
      .where(and(eq(organisations.id, input.orgId), eq(organisations.status, input.expectedStatus)))
      .returning({ kind: organisations.kind, legalName: organisations.legalName });
    if (row === undefined) {
      throw new AppError({
        kind: 'conflict',
        reason: 'organisation_moved_on',
        message: `Somebody else has decided meanwhile: it is ${org.status} now. Load the page again.`,
      });
    }
    await tx.audit({
      action: `identity.organisation_${status}`,
      subject: { kind: 'organisation', id: input.orgId },
      detail: { from: input.expectedStatus, to: status, signatories: change.signatories ?? null },
    });
    // R27: the gate is shut to its people and on its data from now on.
    if (status === 'suspended')
      await tx.enqueue({ name: 'agreements.revoke-access', payload: { orgId: input.orgId } });
    await tellOwners(tx, { orgId: input.orgId, status, ...row, reason: change.reason });
    return { orgId: input.orgId, status };
  });
}

async function assertMaySign(tx: CommandTx, orgId: string, personId: string): Promise<void> {
  const roles = await rolesOfPerson(tx.db, orgId, personId);
  if (capabilitiesOf(roles).has('agreement.sign')) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'signatory_unfit',
    message:
      'A signatory must be a member whose role may sign agreements. Choose an owner, or ask for one to be named.',
  });
}

const NEWS: Record<OrgStatus, { title: string; body: string }> = {
  verified: {
    title: 'Your organisation is verified',
    body: 'An operator has checked it. You can now publish, bid, sign and read.',
  },
  refused: {
    title: 'Your organisation could not be verified',
    body: 'Correct what the reason names and hand it in again on your account page.',
  },
  suspended: {
    title: 'Your organisation is suspended',
    body: 'Until it is reinstated you cannot publish, bid, sign or read. Answer the operator to clear it up.',
  },
  unverified: { title: 'Your organisation waits for verification', body: '' },
};

async function tellOwners(
  tx: CommandTx,
  org: {
    orgId: string;
    kind: keyof typeof OWNER_ROLE;
    legalName: string;
    status: OrgStatus;
    reason: string | null;
  },
): Promise<void> {
  const news = NEWS[org.status];
  const members = await listOrgMembers(tx.db, org.orgId);
  for (const owner of members.filter((member) => member.roles.includes(OWNER_ROLE[org.kind]))) {
    await notifyPerson(tx, {
      personId: owner.personId,
      orgId: org.orgId,
      kind: `organisation_${org.status}`,
      title: news.title,
      href: '/account',
    });
    const reason = org.reason === null ? '' : `\n\nReason: ${org.reason}`;
    await queueMail(tx, {
      to: owner.email,
      subject: `${news.title}: ${org.legalName}`,
      body: `${news.body}${reason}\n\n${appLink('/account')}`,
    });
  }
}
