import { notifications } from '#db/schema/notifications.ts';
import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';

/** Leaves a note for a person's home page, in the caller's transaction. `href` is a path in the app; no PHI. */
export async function notifyPerson(
  tx: CommandTx,
  input: {
    personId: string;
    orgId?: string | null | undefined;
    kind: string;
    title: string;
    href?: string | null | undefined;
    detail?: Record<string, unknown> | undefined;
    /** Derived from what it is about, for a note that must be left once however often it is asked for. */
    id?: string | undefined;
  },
): Promise<void> {
  const note = tx.db.insert(notifications).values({
    id: input.id ?? newId(),
    personId: input.personId,
    orgId: input.orgId ?? null,
    kind: input.kind,
    title: input.title,
    href: input.href ?? null,
    detail: input.detail ?? {},
    createdAt: tx.now,
  });
  await (input.id === undefined ? note : note.onConflictDoNothing());
}
