import { and, eq } from 'drizzle-orm';
import { calls } from '#db/schema/bids.ts';
import { callExtensions } from '#db/schema/call-room.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { sayMinute } from '#server/notifications/say-day.ts';
import { getProject } from '#server/projects/reads.ts';
import { listFollowers } from './call-queries.ts';
import { extensionProblems } from './call-rules.ts';
import { getCallOfSponsor } from './get-call.ts';
import { lockCall } from './queries.ts';
import { tellVendors } from './tell-organisations.ts';

/**
 * Moves the end of an open call to later, with a reason that every bidder gets by note and mail. Never to earlier, and not
 * once it has passed. The call's row is locked: a bid that arrives meanwhile is judged by one end or the other.
 */
export async function extendCall(
  ctx: OrgContext,
  input: { callId: string; closesAt: Date; reason: string },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const { id } = await getCallOfSponsor(tx.db, { callId: input.callId, orgId: ctx.actor.orgId });
    const call = await lockCall(tx.db, id);
    if (!call)
      throw new AppError({ kind: 'not_found', reason: 'call_not_found', message: 'There is no such call.' });
    const project = await getProject(tx.db, call.projectId);
    const problems = extensionProblems({ call, to: input.closesAt, deadline: project.deadline, now: tx.now });
    if (problems.length > 0)
      throw new AppError({
        kind: 'precondition',
        reason: 'extension_refused',
        message: problems.map((one) => one.message).join(' '),
        details: problems,
      });
    await tx.db
      .update(calls)
      .set({ closesAt: input.closesAt })
      .where(and(eq(calls.id, call.id), eq(calls.status, 'open')));
    await tx.db.insert(callExtensions).values({
      id: newId(),
      callId: call.id,
      fromAt: call.closesAt,
      toAt: input.closesAt,
      reason: input.reason,
      extendedBy: ctx.actor.personId,
      createdAt: tx.now,
    });
    const until = sayMinute(input.closesAt);
    await tellVendors(tx, await listFollowers(tx.db, call.id), {
      kind: 'bids.call_extended',
      title: `The call of “${project.title}” is open until ${until} now.`,
      href: `/vendor/calls/${call.id}`,
      mail: {
        subject: `A call on Readroom is open until ${until}`,
        body: `The end of a call that you follow was moved to ${until}. Why, and what the call asks for, is in your bid room.\n`,
      },
    });
    await tx.audit({
      action: 'bids.call_extended',
      subject: { kind: 'call', id: call.id },
      detail: { from: call.closesAt, to: input.closesAt },
    });
  });
}
