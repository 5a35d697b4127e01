import { and, eq, isNull } from 'drizzle-orm';
import { sessions } from '#db/schema/identity.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { revokeSessions } from './queries.ts';

/** Ends one of the person's own sessions; it is refused from its next call on. Throws not_found `session_unknown`. */
export async function revokeSession(
  ctx: UserContext,
  input: { sessionId: string },
): Promise<{ sessionId: string }> {
  return transact(ctx, async (tx) => {
    const rows = await tx.db
      .update(sessions)
      .set({ revokedAt: tx.now, revokedReason: 'revoked' })
      .where(
        and(
          eq(sessions.id, input.sessionId),
          eq(sessions.userId, ctx.actor.userId),
          isNull(sessions.revokedAt),
        ),
      )
      .returning({ id: sessions.id });
    if (rows.length === 0) {
      throw new AppError({
        kind: 'not_found',
        reason: 'session_unknown',
        message: 'That session has ended already.',
      });
    }
    await tx.audit({
      action: 'identity.session_revoked',
      subject: { kind: 'user', id: ctx.actor.userId },
      detail: { sessionId: input.sessionId },
    });
    return { sessionId: input.sessionId };
  });
}

/** Ends every session of the person, this one too. */
export async function signOutEverywhere(ctx: UserContext): Promise<{ ended: number }> {
  return transact(ctx, async (tx) => {
    const ended = await revokeSessions(tx.db, {
      userId: ctx.actor.userId,
      now: tx.now,
      reason: 'signed_out_everywhere',
    });
    await tx.audit({
      action: 'identity.signed_out_everywhere',
      subject: { kind: 'user', id: ctx.actor.userId },
      detail: { ended },
    });
    return { ended };
  });
}
