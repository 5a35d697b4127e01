import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { unknownPolicyNames } from '#server/projects/rules.ts';
import type { QualityPolicy } from '#server/projects/schemas.ts';
import { diffVersions, leastChangeClass, understates } from './diff-versions.ts';
import { insertSignature, listSignatures, lockVersion, moveVersion, supersedeOthers } from './queries.ts';
import { listProtocolVersions, type ProtocolStatus, type ProtocolVersion } from './reads.ts';
import {
  isSameName,
  mayReopen,
  PROTOCOL_MEANING,
  type SigningRole,
  signingRolesOf,
} from './signing-rules.ts';

export type SignProtocolInput = {
  protocolVersionId: string;
  /** The hash the signer saw; signing something else is refused. */
  contentSha256: string;
  role: SigningRole;
  typedName: string;
};

/**
 * Signs a protocol version as clinical lead or ML lead (R6; 21 CFR 11.50, 11.200): password entered in the last 5
 * minutes, own name typed, exact content. The first signature freezes the content; the second, by another person in
 * the other role, puts the version in force and supersedes the one before.
 */
export async function signProtocolVersion(
  ctx: OrgContext,
  input: SignProtocolInput,
): Promise<{ status: ProtocolStatus }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    assertReauthenticated(ctx.actor, tx.now);
    const version = await lockVersion(tx.db, input.protocolVersionId);
    if (version === null) throw notFound();
    const project = await getProjectForOrg(tx.db, ctx.actor.orgId, version.projectId);
    await assertMaySign(ctx, tx, version, input);
    await assertComplete(tx, version, project.qualityPolicy);
    await insertSignature(tx.db, {
      id: newId(),
      subjectKind: 'protocol_version',
      subjectId: version.id,
      personId: ctx.actor.personId,
      orgId: ctx.actor.orgId,
      role: input.role,
      typedName: input.typedName.trim(),
      meaning: PROTOCOL_MEANING[input.role],
      contentSha256: version.contentSha256,
      authMethod: authMethodOf(ctx.actor),
      sessionId: ctx.actor.sessionId,
      signedAt: tx.now,
    });
    const status = await advance(tx, version);
    await tx.audit({
      action: 'protocols.signed',
      subject: { kind: 'protocol_version', id: version.id },
      detail: { role: input.role, contentSha256: version.contentSha256, status },
    });
    return { status };
  });
}

/** What is signed must be whole: guidelines, fields that the policy names, an honest change class. */
async function assertComplete(tx: CommandTx, version: ProtocolVersion, policy: QualityPolicy): Promise<void> {
  if (version.guidelinesMarkdown.trim() === '') {
    throw refusal('protocol_incomplete', 'The guidelines are empty. Write them before signing.');
  }
  const unknown = unknownPolicyNames(policy, version.labelSchema);
  if (unknown.length > 0) {
    throw refusal(
      'protocol_incomplete',
      `The project's quality policy names ${unknown.join(', ')}, which this protocol does not have. Change one of them first.`,
    );
  }
  if (version.changeClass === null) return;
  const before = (await listProtocolVersions(tx.db, version.projectId)).find(
    (one) => one.version === version.version - 1,
  );
  const changes = before ? diffVersions(before, version) : [];
  if (understates(version.changeClass, changes)) {
    throw refusal(
      'change_class_understated',
      `Version ${version.version} is declared ${version.changeClass}, but it is ${leastChangeClass(changes)}: ${changes.map((one) => `${one.key} ${one.kind}`).join(', ')}. Declare it as what it is.`,
    );
  }
}

async function advance(tx: CommandTx, version: ProtocolVersion): Promise<ProtocolStatus> {
  const to = version.status === 'draft' ? 'partially_signed' : 'signed';
  if (!(await moveVersion(tx.db, { id: version.id, from: version.status, to, now: tx.now }))) throw changed();
  if (to === 'signed') {
    await supersedeOthers(tx.db, version.projectId, version.id, tx.now);
    // Prices were agreed for another reading: both sides of each award are asked for new ones (R13).
    if (version.changeClass === 'breaking')
      await tx.enqueue({
        name: 'contracts.ask-repricing',
        payload: { protocolVersionId: version.id },
        key: `contracts.ask-repricing:${version.id}`,
      });
    // Whoever reads by an older version is told what this one says more clearly (R24).
    else if (version.changeClass !== null)
      await tx.enqueue({
        name: 'work.tell-clarified',
        payload: { protocolVersionId: version.id },
        key: `work.tell-clarified:${version.id}`,
      });
  }
  return to;
}

async function assertMaySign(
  ctx: OrgContext,
  tx: CommandTx,
  version: ProtocolVersion,
  input: SignProtocolInput,
): Promise<void> {
  if (!signingRolesOf(ctx.actor.capabilities).includes(input.role)) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'signing_role',
      message: `Only a ${input.role === 'clinical_lead' ? 'clinical lead' : 'ML lead'} can give this signature.`,
    });
  }
  if (version.status === 'signed' || version.status === 'superseded') {
    throw refusal('already_signed', `Version ${version.version} already has both signatures.`);
  }
  if (version.contentSha256 !== input.contentSha256) throw changed();
  const names = await namesOfPeople(tx.db, [ctx.actor.personId]);
  const name = names.get(ctx.actor.personId)?.name ?? '';
  if (!isSameName(name, input.typedName)) {
    throw new AppError({
      kind: 'invalid',
      reason: 'typed_name_differs',
      message: 'Type your full name exactly as on your account.',
    });
  }
  for (const signature of await signaturesInForce(tx, version)) {
    if (signature.personId === ctx.actor.personId) {
      throw refusal(
        'second_signer_same',
        'You have signed this version. The other lead must sign it, not you.',
      );
    }
    if (signature.role === input.role) {
      throw refusal('role_signed', 'This role has signed already. The other lead must sign.');
    }
  }
}

/** Signatures over the content as it is; those over an earlier draft were voided when it was reopened. */
async function signaturesInForce(tx: CommandTx, version: ProtocolVersion) {
  if (version.status !== 'partially_signed') return [];
  const rows = await listSignatures(tx.db, version.id);
  return rows.slice(-1);
}

/**
 * Opens a half-signed version for changes again. The signature given stays on record but counts no more: both leads
 * sign the changed content.
 */
export async function reopenDraft(
  ctx: OrgContext,
  input: { protocolVersionId: string },
): Promise<{ status: ProtocolStatus }> {
  return transact(ctx, async (tx) => {
    const version = await lockVersion(tx.db, input.protocolVersionId);
    if (version === null) throw notFound();
    await getProjectForOrg(tx.db, ctx.actor.orgId, version.projectId);
    if (!mayReopen(version.status)) {
      throw refusal(
        'protocol_state',
        `Version ${version.version} is ${version.status}; start a new version instead.`,
      );
    }
    if (!(await moveVersion(tx.db, { id: version.id, from: version.status, to: 'draft', now: tx.now }))) {
      throw changed();
    }
    await tx.audit({ action: 'protocols.reopened', subject: { kind: 'protocol_version', id: version.id } });
    return { status: 'draft' };
  });
}

const refusal = (reason: string, message: string) => new AppError({ kind: 'precondition', reason, message });
const notFound = () =>
  new AppError({
    kind: 'not_found',
    reason: 'protocol_not_found',
    message: 'There is no such protocol version.',
  });
const changed = () =>
  new AppError({
    kind: 'conflict',
    reason: 'protocol_changed',
    message: 'The protocol changed after you opened it. Read it again before you sign.',
  });
