import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { memberships, organisations, users } from '#db/schema/identity.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { findStake, type Stake } from '#server/gold/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { endEngagement, engagePerson } from './engage-person.ts';
import { findEngagements } from './reads.ts';

/**
 * Appoints an independent auditor of the project's final labels (R25) by the address of their account: somebody of a
 * verified organisation that neither bids on nor reads the project. Refused with `auditor_unknown` (one answer for every
 * address that cannot, so that addresses tell nothing) and `auditor_conflict` for who has a stake or reads here
 * and, while bids are sealed, for everybody of a vendor.
 */
export async function appointAuditor(
  ctx: OrgContext,
  input: { projectId: string; email: string },
): Promise<{ engagementId: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const found = await findAuditingMember(tx.db, input.email);
    if (found === null) throw unknown();
    const own = await findEngagements(tx.db, { projectId: project.id, personId: found.personId });
    const reads = own.some((one) => one.role === 'annotator' || one.role === 'reviewer');
    const of = { projectId: project.id, personId: found.personId, now: tx.now };
    const stake = reads ? 'reads' : await findStake(tx.db, of);
    if (stake !== null) throw conflict(stake);
    const engagement = await engagePerson(tx, {
      projectId: project.id,
      personId: found.personId,
      viaOrgId: found.orgId,
      role: 'auditor',
    });
    await notifyPerson(tx, {
      personId: found.personId,
      kind: 'staffing.auditor_appointed',
      title: `You are appointed to audit final labels of ${project.title}`,
      href: '/work',
      detail: { projectId: project.id },
    });
    await tx.audit({
      action: 'staffing.auditor_appointed',
      subject: { kind: 'project', id: project.id },
      detail: { personId: found.personId, viaOrgId: found.orgId },
    });
    return { engagementId: engagement.id };
  });
}

/** Ends an auditor's appointment; what they found stays, what they hold they finish. */
export async function dismissAuditor(
  ctx: OrgContext,
  input: { projectId: string; engagementId: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, input.projectId);
    const engaged = await findEngagements(tx.db, { projectId: project.id, roles: ['auditor'] });
    if (!engaged.some((one) => one.id === input.engagementId)) {
      throw new AppError({
        kind: 'not_found',
        reason: 'engagement_not_live',
        message: 'This person does not audit here.',
      });
    }
    await endEngagement(tx, { engagementId: input.engagementId, reason: 'audits no more' });
  });
}

/** A person by address with the verified organisation through which they can audit: independents and vendors' readers. */
async function findAuditingMember(
  q: Queryable,
  email: string,
): Promise<{ personId: string; orgId: string } | null> {
  const [row] = await q
    .select({ personId: users.personId, orgId: organisations.id })
    .from(users)
    .innerJoin(memberships, and(eq(memberships.personId, users.personId), eq(memberships.status, 'active')))
    .innerJoin(organisations, eq(organisations.id, memberships.orgId))
    .where(
      and(
        eq(sql`lower(${users.email})`, email.trim().toLowerCase()),
        eq(organisations.status, 'verified'),
        sql`${organisations.kind} in ('independent', 'vendor')`,
        // A sponsor's own staff is no other organisation (R25, ADR 029).
        isNull(organisations.inHouseOf),
      ),
    )
    .orderBy(sql`${organisations.kind} = 'independent' desc`, organisations.id)
    .limit(1);
  return row ?? null;
}

function unknown(): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'auditor_unknown',
    message:
      'Nobody with this address can audit. They need an account with a verified organisation of their own or a vendor’s.',
  });
}

function conflict(stake: Stake | 'reads'): AppError {
  return new AppError({
    kind: 'precondition',
    reason: 'auditor_conflict',
    message:
      stake === 'vendor_while_sealed'
        ? 'This person belongs to a vendor. While bids are sealed nobody is told which vendors have bid, so nobody of any vendor is appointed. Choose an independent, or appoint them when the call has ended.'
        : 'This person reads in the project or belongs to a bidder on it. An auditor comes from another organisation (R25).',
  });
}
