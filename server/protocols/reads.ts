import { and, desc, eq, gt, isNotNull, lte } from 'drizzle-orm';
import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { protocolVersions } from '#db/schema/protocols.ts';
import { AppError } from '#server/core/errors.ts';
import { type ChangeClass, edgeCase, type ProtocolContent, protocolContent } from './schemas.ts';

export type ProtocolStatus = 'draft' | 'partially_signed' | 'signed' | 'superseded';

export type ProtocolVersion = ProtocolContent & {
  id: string;
  projectId: string;
  version: number;
  status: ProtocolStatus;
  changeClass: ChangeClass | null;
  contentSha256: string;
  createdAt: Date;
  updatedAt: Date;
  signedAt: Date | null;
};

type Row = typeof protocolVersions.$inferSelect;

/** A stored row with its JSON checked; a row that does not parse is a bug, not an input error. */
export function toProtocolVersion(row: Row): ProtocolVersion {
  const content = protocolContent.parse({
    guidelinesMarkdown: row.guidelinesMarkdown,
    labelSchema: row.labelSchema,
    edgeCases: z.array(edgeCase).parse(row.edgeCases),
  });
  return {
    ...content,
    id: row.id,
    projectId: row.projectId,
    version: row.version,
    status: row.status,
    changeClass: row.changeClass,
    contentSha256: row.contentSha256,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    signedAt: row.signedAt,
  };
}

/** A protocol version by id; `not_found` when there is none. */
export async function getProtocolVersion(q: Queryable, id: string): Promise<ProtocolVersion> {
  const [row] = await q.select().from(protocolVersions).where(eq(protocolVersions.id, id)).limit(1);
  if (!row) {
    throw new AppError({
      kind: 'not_found',
      reason: 'protocol_not_found',
      message: 'There is no such protocol version.',
    });
  }
  return toProtocolVersion(row);
}

/** Whether a protocol version is one of a project's. Index: the primary key. */
export async function isVersionOf(
  q: Queryable,
  { projectId, protocolVersionId }: { projectId: string; protocolVersionId: string },
): Promise<boolean> {
  const rows = await q
    .select({ id: protocolVersions.id })
    .from(protocolVersions)
    .where(and(eq(protocolVersions.id, protocolVersionId), eq(protocolVersions.projectId, projectId)));
  return rows.length > 0;
}

/** The project's signed protocol in force (the newest signed one), or null. */
export async function findSignedProtocol(q: Queryable, projectId: string): Promise<ProtocolVersion | null> {
  const [row] = await q
    .select()
    .from(protocolVersions)
    .where(and(eq(protocolVersions.projectId, projectId), eq(protocolVersions.status, 'signed')))
    .orderBy(desc(protocolVersions.version))
    .limit(1);
  return row ? toProtocolVersion(row) : null;
}

/**
 * Whether any version signed after one, up to another, changes what a label means: the class of the other alone tells only of the step to
 * it (R13). Index: protocol_versions_project_version_key.
 */
export async function isBreakingSince(
  q: Queryable,
  of: { projectId: string; after: number; upTo: number },
): Promise<boolean> {
  const [row] = await q
    .select({ version: protocolVersions.version })
    .from(protocolVersions)
    .where(
      and(
        eq(protocolVersions.projectId, of.projectId),
        gt(protocolVersions.version, of.after),
        lte(protocolVersions.version, of.upTo),
        eq(protocolVersions.changeClass, 'breaking'),
        isNotNull(protocolVersions.signedAt),
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** The project's newest protocol version whatever its state, or null. */
export async function findLatestProtocol(q: Queryable, projectId: string): Promise<ProtocolVersion | null> {
  const [row] = await q
    .select()
    .from(protocolVersions)
    .where(eq(protocolVersions.projectId, projectId))
    .orderBy(desc(protocolVersions.version))
    .limit(1);
  return row ? toProtocolVersion(row) : null;
}

/** All versions of a project, newest first; a project has few. */
export async function listProtocolVersions(q: Queryable, projectId: string): Promise<ProtocolVersion[]> {
  const rows = await q
    .select()
    .from(protocolVersions)
    .where(eq(protocolVersions.projectId, projectId))
    .orderBy(desc(protocolVersions.version))
    .limit(200);
  return rows.map(toProtocolVersion);
}
