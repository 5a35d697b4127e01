import { sql } from 'drizzle-orm';
import type { CommandTx } from '#server/command/transaction.ts';
import { derivedId } from '#server/core/ids.ts';

/** Leaves the same note for many people, each once however often it is asked for (`once`), in one statement; as `notifyPerson`. */
export async function notifyPeople(
  tx: CommandTx,
  note: {
    kind: string;
    title: string;
    /** As whose people they are told; none: as themselves. */
    orgId?: string | undefined;
    once: string;
    detail: Record<string, unknown>;
    to: readonly { personId: string; href: string }[];
  },
): Promise<void> {
  if (note.to.length === 0) return;
  const rows = note.to.map(({ personId, href }) => ({
    id: derivedId('note', note.once, personId),
    personId,
    href,
  }));
  await tx.db.execute(sql`
    insert into notifications (id, person_id, org_id, kind, title, href, detail, created_at)
    select n.id, n."personId", ${note.orgId ?? null}::uuid, ${note.kind}, ${note.title}, n.href, ${JSON.stringify(note.detail)}::text::jsonb,
      ${tx.now.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as n (id uuid, "personId" uuid, href text)
    on conflict do nothing`);
}
