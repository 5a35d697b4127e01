import { and, asc, eq, ne } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { signatures } from '#db/schema/audit.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { newId } from '#server/core/ids.ts';
import { type ProtocolStatus, type ProtocolVersion, toProtocolVersion } from './reads.ts';
import type { ChangeClass, ProtocolContent } from './schemas.ts';

/** Adds a draft; a second one of the same number meets `protocol_versions_project_version_key`. */
export async function insertDraft(
  db: Tx,
  input: ProtocolContent & {
    projectId: string;
    version: number;
    changeClass: ChangeClass | null;
    contentSha256: string;
    createdBy: string;
    now: Date;
  },
): Promise<ProtocolVersion> {
  const { now, ...row } = input;
  const [saved] = await db
    .insert(protocolVersions)
    .values({ ...row, id: newId(), createdAt: now, updatedAt: now })
    .returning();
  if (!saved) throw new Error('insert returned no row');
  return toProtocolVersion(saved);
}

/** Writes a draft's content, only while it is an unsigned draft and unchanged since `seenSha256`. */
export async function updateDraft(
  db: Tx,
  input: ProtocolContent & {
    id: string;
    seenSha256: string;
    changeClass: ChangeClass | null;
    contentSha256: string;
    now: Date;
  },
): Promise<ProtocolVersion | null> {
  const [row] = await db
    .update(protocolVersions)
    .set({
      guidelinesMarkdown: input.guidelinesMarkdown,
      labelSchema: input.labelSchema,
      edgeCases: input.edgeCases,
      changeClass: input.changeClass,
      contentSha256: input.contentSha256,
      updatedAt: input.now,
    })
    .where(
      and(
        eq(protocolVersions.id, input.id),
        eq(protocolVersions.status, 'draft'),
        eq(protocolVersions.contentSha256, input.seenSha256),
      ),
    )
    .returning();
  return row ? toProtocolVersion(row) : null;
}

/** A version locked until the end of the transaction, so that two signatures come one after the other. */
export async function lockVersion(db: Tx, id: string): Promise<ProtocolVersion | null> {
  const [row] = await db.select().from(protocolVersions).where(eq(protocolVersions.id, id)).for('update');
  return row ? toProtocolVersion(row) : null;
}

/** Moves a version from one state to the next; false when it was not in that state. */
export async function moveVersion(
  db: Tx,
  input: { id: string; from: ProtocolStatus; to: ProtocolStatus; now: Date },
): Promise<boolean> {
  const moved = await db
    .update(protocolVersions)
    .set({
      status: input.to,
      updatedAt: input.now,
      ...(input.to === 'signed' ? { signedAt: input.now } : {}),
    })
    .where(and(eq(protocolVersions.id, input.id), eq(protocolVersions.status, input.from)))
    .returning({ id: protocolVersions.id });
  return moved.length === 1;
}

/** Marks every other signed version of the project superseded: one is in force. */
export async function supersedeOthers(db: Tx, projectId: string, keepId: string, now: Date): Promise<void> {
  await db
    .update(protocolVersions)
    .set({ status: 'superseded', updatedAt: now })
    .where(
      and(
        eq(protocolVersions.projectId, projectId),
        eq(protocolVersions.status, 'signed'),
        ne(protocolVersions.id, keepId),
      ),
    );
}

export type SignatureRow = typeof signatures.$inferSelect;

/** Signatures over a protocol version, oldest first. */
export async function listSignatures(q: Queryable, protocolVersionId: string): Promise<SignatureRow[]> {
  return q
    .select()
    .from(signatures)
    .where(and(eq(signatures.subjectKind, 'protocol_version'), eq(signatures.subjectId, protocolVersionId)))
    .orderBy(asc(signatures.signedAt), asc(signatures.id));
}

/** Adds a signature (append-only). */
export async function insertSignature(db: Tx, row: typeof signatures.$inferInsert): Promise<void> {
  await db.insert(signatures).values(row);
}
