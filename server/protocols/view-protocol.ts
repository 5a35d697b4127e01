import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { diffVersions, type ProtocolChange } from './diff-versions.ts';
import { listSignatures } from './queries.ts';
import { listProtocolVersions, type ProtocolStatus, type ProtocolVersion } from './reads.ts';
import type { ChangeClass } from './schemas.ts';
import { PROTOCOL_MEANING, type SigningRole, signingRolesOf } from './signing-rules.ts';

export type ProtocolView = {
  /** The newest version; null when nothing was written yet. */
  current: ProtocolVersion | null;
  signatures: { role: string; name: string; meaning: string; contentSha256: string; signedAt: Date }[];
  versions: {
    id: string;
    version: number;
    status: ProtocolStatus;
    changeClass: ChangeClass | null;
    signedAt: Date | null;
  }[];
  /** What the newest version changes against the one before. */
  changes: ProtocolChange[];
  /** What the signed-in person may sign, with what it means, and their name to type. */
  mine: { name: string; roles: { role: SigningRole; meaning: string }[] };
};

/** The project's protocol with its signatures, versions and changes. */
export async function viewProtocol(ctx: OrgContext, input: { projectId: string }): Promise<ProtocolView> {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const versions = await listProtocolVersions(ctx.db, input.projectId);
  const [current = null, before] = versions;
  const signed = current === null ? [] : await listSignatures(ctx.db, current.id);
  // Signatures over an earlier wording of this version stay on record but are not shown as given.
  const inForce = signed.filter((one) => one.contentSha256 === current?.contentSha256);
  const shown =
    current?.status === 'draft' ? [] : inForce.slice(current?.status === 'partially_signed' ? -1 : -2);
  const names = await namesOfPeople(ctx.db, [ctx.actor.personId, ...shown.map((one) => one.personId)]);
  return {
    current,
    signatures: shown.map((one) => ({
      role: one.role,
      name: names.get(one.personId)?.name ?? one.typedName,
      meaning: one.meaning,
      contentSha256: one.contentSha256,
      signedAt: one.signedAt,
    })),
    versions: versions.map(({ id, version, status, changeClass, signedAt }) => ({
      id,
      version,
      status,
      changeClass,
      signedAt,
    })),
    changes: current && before ? diffVersions(before, current) : [],
    mine: {
      name: names.get(ctx.actor.personId)?.name ?? '',
      roles: signingRolesOf(ctx.actor.capabilities).map((role) => ({
        role,
        meaning: PROTOCOL_MEANING[role],
      })),
    },
  };
}
