import { and, eq, isNull } from 'drizzle-orm';
import { sessions } from '#db/schema/identity.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';

/** Ends the session with this id; ending one that has ended already does nothing. */
export async function signOut(ctx: CommandContext, input: { sessionId: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const [row] = await tx.db
      .update(sessions)
      .set({ revokedAt: tx.now, revokedReason: 'signed_out' })
      .where(and(eq(sessions.id, input.sessionId), isNull(sessions.revokedAt)))
      .returning({ userId: sessions.userId });
    if (row === undefined) return;
    await tx.audit({
      action: 'identity.signed_out',
      subject: { kind: 'user', id: row.userId },
      detail: { sessionId: input.sessionId },
    });
  });
}
