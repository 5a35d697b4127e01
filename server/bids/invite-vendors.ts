import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { getProject } from '#server/projects/reads.ts';
import { listVerifiedVendors, putInvitations, updateInvitation } from './call-queries.ts';
import { callStatusAt } from './call-rules.ts';
import { getCallOfSponsor, getVisibleCall } from './get-call.ts';
import { tellSponsor, tellVendors } from './tell-organisations.ts';

/** Invites vendors inside an open transaction and tells them; who is no verified vendor is refused by name of the rule. */
export async function inviteToCall(
  tx: CommandTx,
  of: { callId: string; projectTitle: string; vendorOrgIds: readonly string[] },
): Promise<number> {
  const asked = [...new Set(of.vendorOrgIds)];
  if (asked.length === 0) return 0;
  const known = await listVerifiedVendors(tx.db, asked);
  if (known.length !== asked.length) {
    throw new AppError({
      kind: 'precondition',
      reason: 'vendor_not_verified',
      message: `${asked.length - known.length} of the chosen organisations are not verified vendors. Invite those that an operator has verified (R0).`,
    });
  }
  const invited = await putInvitations(tx.db, {
    callId: of.callId,
    orgIds: asked,
    status: 'invited',
    from: ['asked', 'declined', 'withdrawn'],
    now: tx.now,
  });
  await tellVendors(tx, invited, {
    kind: 'bids.invited',
    title: `You are invited to bid on “${of.projectTitle}”.`,
    href: `/vendor/calls/${of.callId}`,
  });
  await tx.audit({
    action: 'bids.vendors_invited',
    subject: { kind: 'call', id: of.callId },
    detail: { vendorOrgIds: invited },
  });
  return invited.length;
}

/** Invites vendors to an open call of the acting sponsor; who is invited already stays so. */
export async function inviteVendors(
  ctx: OrgContext,
  input: { callId: string; vendorOrgIds: readonly string[] },
): Promise<{ invited: number }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const call = await getCallOfSponsor(tx.db, { callId: input.callId, orgId: ctx.actor.orgId });
    if (callStatusAt(call, tx.now) !== 'open') throw notOpen();
    const { title } = await getProject(tx.db, call.projectId);
    return { invited: await inviteToCall(tx, { ...input, projectTitle: title }) };
  });
}

/** Takes an invitation back, or turns an asking vendor down; a bid that is in stays. */
export async function withdrawInvitation(
  ctx: OrgContext,
  input: { callId: string; vendorOrgId: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const call = await getCallOfSponsor(tx.db, { callId: input.callId, orgId: ctx.actor.orgId });
    const of = { callId: call.id, orgId: input.vendorOrgId, to: 'withdrawn' as const, now: tx.now };
    const changed =
      (await updateInvitation(tx.db, { ...of, from: 'invited' })) ||
      (await updateInvitation(tx.db, { ...of, from: 'asked' }));
    if (!changed) throw changedMeanwhile();
    await tx.audit({
      action: 'bids.invitation_withdrawn',
      subject: { kind: 'call', id: call.id },
      detail: { vendorOrgId: input.vendorOrgId },
    });
  });
}

/** A vendor asks to be invited to a call that it can see and that is for the invited. */
export async function askForInvitation(
  ctx: OrgContext,
  input: { callId: string; note: string },
): Promise<void> {
  requireVerifiedOrg(ctx);
  await transact(ctx, async (tx) => {
    const { orgId } = ctx.actor;
    const call = await getVisibleCall(tx.db, { callId: input.callId, orgId });
    if (callStatusAt(call, tx.now) !== 'open') throw notOpen();
    if (call.visibility === 'public') {
      throw new AppError({
        kind: 'precondition',
        reason: 'call_public',
        message: 'This call is open to every verified vendor. You can bid without an invitation.',
      });
    }
    // A sponsor who has taken an invitation back or turned an asker down is not asked again.
    const asked = await putInvitations(tx.db, {
      callId: call.id,
      orgIds: [orgId],
      status: 'asked',
      note: input.note,
      from: ['declined'],
      now: tx.now,
    });
    if (asked.length === 0) throw changedMeanwhile();
    const project = await getProject(tx.db, call.projectId);
    await tellSponsor(tx, project.orgId, {
      kind: 'bids.invitation_asked',
      title: `A vendor asks to be invited to the call of “${project.title}”.`,
      href: `/sponsor/projects/${project.id}/bids`,
    });
    await tx.audit({ action: 'bids.invitation_asked', subject: { kind: 'call', id: call.id } });
  });
}

/** A vendor declines an invitation, with a word why if it likes. */
export async function declineInvitation(
  ctx: OrgContext,
  input: { callId: string; note: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const { orgId } = ctx.actor;
    const call = await getVisibleCall(tx.db, { callId: input.callId, orgId });
    const changed = await updateInvitation(tx.db, {
      callId: call.id,
      orgId,
      from: 'invited',
      to: 'declined',
      note: input.note,
      now: tx.now,
    });
    if (!changed) throw changedMeanwhile();
    await tx.audit({ action: 'bids.invitation_declined', subject: { kind: 'call', id: call.id } });
  });
}

const notOpen = () =>
  new AppError({
    kind: 'conflict',
    reason: 'call_not_open',
    message: 'This call has ended. Nobody can be invited to it any more.',
  });

const changedMeanwhile = () =>
  new AppError({
    kind: 'conflict',
    reason: 'invitation_state',
    message: 'The invitation stands otherwise by now. Reload the page to see how.',
  });
