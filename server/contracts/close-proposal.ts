import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { listStaleProposals, updateVersion } from './queries.ts';
import { nextVersionStatus, SIGNING_DAYS } from './rules.ts';
import { lockVersion } from './sign-version.ts';
import { tellSide } from './tell-side.ts';

/** Takes back one's own proposal, or declines the other side's; either way the terms in force stay. */
export async function closeProposal(
  ctx: OrgContext,
  input: { versionId: string; reason: string },
): Promise<{ status: 'declined' | 'withdrawn' }> {
  return transact(ctx, async (tx) => {
    const { version, at } = await lockVersion(tx, ctx, input.versionId);
    const event = version.proposedSide === at.side ? 'withdraw' : 'decline';
    const status = nextVersionStatus(version.status, event);
    if (status !== 'declined' && status !== 'withdrawn')
      throw new AppError({
        kind: 'conflict',
        reason: 'version_closed',
        message: `This version is ${version.status}; only a proposal can be closed.`,
      });
    await updateVersion(
      tx.db,
      { id: version.id, expected: 'proposed' },
      { status, decidedAt: tx.now, decisionReason: input.reason },
    );
    const other = at.side === 'sponsor' ? 'vendor' : 'sponsor';
    await tellSide(
      tx,
      { orgId: at.orgs[other], side: other, projectId: at.project.id, contractId: version.contractId },
      {
        kind: 'contract.proposal_closed',
        title: `Version ${version.version} of the contract on “${at.project.title}” was ${status}; the terms in force stay`,
      },
    );
    await tx.audit({
      action: `contracts.version_${status}`,
      subject: { kind: 'contract', id: version.contractId },
      detail: { version: version.version },
    });
    return { status };
  });
}

/** Ends proposals that were not signed in time. Safe to repeat; returns how many. */
export async function lapseProposals(ctx: CommandContext): Promise<number> {
  return transact(ctx, async (tx) => {
    let count = 0;
    for (const version of await listStaleProposals(tx.db, plus(tx.now, -SIGNING_DAYS * DAY))) {
      const moved = await updateVersion(
        tx.db,
        { id: version.id, expected: 'proposed' },
        { status: 'lapsed', decidedAt: tx.now, decisionReason: `Not signed within ${SIGNING_DAYS} days.` },
      );
      if (!moved) continue;
      count += 1;
      await tx.audit({
        action: 'contracts.version_lapsed',
        subject: { kind: 'contract', id: version.contractId },
        detail: { version: version.version },
      });
    }
    return count;
  });
}
