import { createHash } from 'node:crypto';
import { violates } from '#db/errors.ts';
import { assertAuthority } from '#server/agreements/assert-authority.ts';
import { authorityStatement, CONSENT, isSameName } from '#server/agreements/rules.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError, isAppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { readStoredFile } from '#server/files/read-file.ts';
import { findUserAgent, namesOfPeople, organisationsById } from '#server/identity/reads.ts';
import { assertReauthenticated, authMethodOf } from '#server/identity/rules.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { findContract } from './find-contract.ts';
import {
  findVersion,
  insertSignature,
  listSignatures,
  lockContract,
  updateVersion,
  type VersionRow,
} from './queries.ts';
import { nextVersionStatus, SIGNING_DAYS } from './rules.ts';
import type { ContractSide, SignVersionInput } from './schemas.ts';
import { sealVersion } from './seal-version.ts';
import { tellSide } from './tell-side.ts';

/**
 * Signs a proposed version for one side over the exact printed bytes (facts A4), as agreements are signed: a named
 * signatory, a password entered within 5 minutes, the own name typed, consent, the hash of what was shown. The second
 * side's signature puts it in force from its day, or at once when that day has come, and seals it. Errors:
 * `reauthentication_required`, `version_not_found`, `signer_without_authority`, `consent_outdated`, `name_mismatch`,
 * `already_signed`, `version_closed`, `signing_lapsed`, `document_mismatch`, `document_changed`.
 */
export async function signVersion(
  ctx: OrgContext,
  input: SignVersionInput,
): Promise<{ status: 'proposed' | 'agreed'; inForceFrom: Date | null }> {
  const { actor } = requireVerifiedOrg(ctx);
  assertReauthenticated(actor, ctx.clock.now());
  return transact(ctx, async (tx) => {
    const { version, at } = await lockVersion(tx, ctx, input.versionId);
    await assertAuthority(ctx, tx);
    await assertOwnName(tx, ctx, input);
    if (version.status !== 'proposed')
      throw refusal('version_closed', `This version is ${version.status}; it takes no more signatures.`);
    if (tx.now >= plus(version.proposedAt, SIGNING_DAYS * DAY))
      throw refusal(
        'signing_lapsed',
        `This was to be signed within ${SIGNING_DAYS} days of being proposed. Propose it again; the terms can be the same.`,
      );
    const before = await listSignatures(tx.db, [version.id]);
    if (before.some((one) => one.side === at.side)) throw alreadySigned();
    await assertIntact(tx, version);
    if (input.documentSha256 !== version.documentSha256)
      throw refusal(
        'document_mismatch',
        'The document you were shown is not the one to be signed. Load the page again and read it.',
      );
    const names = await organisationsById(tx.db, [actor.orgId]);
    await insertSignature(tx.db, {
      id: newId(),
      versionId: version.id,
      side: at.side,
      orgId: actor.orgId,
      personId: actor.personId,
      typedName: input.typedName,
      title: input.title,
      authorityStatement: authorityStatement(
        present(names.get(actor.orgId), 'The signing organisation').legalName,
      ),
      consentVersion: input.consentVersion,
      documentSha256: version.documentSha256,
      authMethod: `account ${authMethodOf(actor)}, entered again at ${actor.reauthenticatedAt?.toISOString() ?? 'unknown'}`,
      sessionId: actor.sessionId,
      ipAddress: ctx.address ?? null,
      userAgent: await findUserAgent(tx.db, actor.sessionId),
      signedAt: tx.now,
    });
    await tx.audit({
      action: 'contracts.version_signed',
      subject: { kind: 'contract', id: version.contractId },
      detail: { version: version.version, side: at.side, documentSha256: version.documentSha256 },
    });
    const other: ContractSide = at.side === 'sponsor' ? 'vendor' : 'sponsor';
    if (before.length === 0) {
      await tell(tx, at, other, version, 'is signed by the other side and waits for your signature');
      return { status: 'proposed' as const, inForceFrom: null };
    }
    const inForceFrom = await putInForce(tx, version);
    for (const side of ['sponsor', 'vendor'] as const)
      await tell(tx, at, side, version, `is signed by both sides and holds from ${sayDay(inForceFrom)}`);
    return { status: 'agreed' as const, inForceFrom };
  }).catch((error: unknown) => {
    if (violates(error, 'contract_signatures_side_key')) throw alreadySigned(error);
    throw error;
  });
}

type At = Awaited<ReturnType<typeof findContract>>;

/** The version with its contract locked, so that two signers take turns, and the side of who acts. */
export async function lockVersion(
  tx: CommandTx,
  ctx: OrgContext,
  versionId: string,
): Promise<{ version: VersionRow; at: At }> {
  const found = await findVersion(tx.db, versionId);
  const none = () =>
    new AppError({
      kind: 'not_found',
      reason: 'version_not_found',
      message: 'Your organisation has no such version of a contract.',
    });
  if (!found) throw none();
  const at = await findContract(tx.db, ctx, found.contractId).catch((error: unknown) => {
    throw isAppError(error, 'contract_not_found') ? none() : error;
  });
  await lockContract(tx.db, found.contractId);
  return { version: present(await findVersion(tx.db, versionId), 'The locked version'), at };
}

async function putInForce(tx: CommandTx, version: VersionRow): Promise<Date> {
  const day = new Date(`${version.effectiveOn}T00:00:00Z`);
  const inForceFrom = day > tx.now ? day : tx.now;
  const moved = await updateVersion(
    tx.db,
    { id: version.id, expected: 'proposed' },
    {
      status: present(nextVersionStatus(version.status, 'sign_last'), 'The way to agreed'),
      inForceFrom,
      decidedAt: tx.now,
      sealedFileId: await sealVersion(tx, version),
    },
  );
  if (!moved) throw refusal('version_closed', 'Somebody has just closed this version. Load the page again.');
  await tx.audit({
    action: 'contracts.version_agreed',
    subject: { kind: 'contract', id: version.contractId },
    detail: { version: version.version, inForceFrom: inForceFrom.toISOString() },
  });
  return inForceFrom;
}

function tell(tx: CommandTx, at: At, side: ContractSide, version: VersionRow, what: string): Promise<void> {
  return tellSide(
    tx,
    { orgId: at.orgs[side], side, projectId: at.project.id, contractId: version.contractId },
    {
      kind: 'contract.signed',
      title: `Version ${version.version} of the contract on “${at.project.title}” ${what}`,
    },
  );
}

async function assertOwnName(tx: CommandTx, ctx: OrgContext, input: SignVersionInput): Promise<void> {
  if (input.consentVersion !== CONSENT.version)
    throw refusal(
      'consent_outdated',
      'The consent to sign electronically has changed. Read the new one and sign again.',
    );
  const name = (await namesOfPeople(tx.db, [ctx.actor.personId])).get(ctx.actor.personId)?.name ?? '';
  if (isSameName(input.typedName, name)) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'name_mismatch',
    message: 'The typed name is not the name on your account. Type it as it stands there.',
    details: [{ code: 'signature.name', path: 'typedName', message: 'Not the name on your account.' }],
  });
}

async function assertIntact(tx: CommandTx, version: VersionRow): Promise<void> {
  const { bytes } = await readStoredFile(tx.db, version.fileId).catch((error: unknown) => {
    throw isAppError(error, 'file_changed') ? changed() : error;
  });
  if (createHash('sha256').update(bytes).digest('hex') !== version.documentSha256) throw changed();
}

const refusal = (reason: string, message: string) => new AppError({ kind: 'conflict', reason, message });
const changed = () =>
  refusal(
    'document_changed',
    'The stored document is not the one that was proposed. Nothing is signed; withdraw it and propose it again.',
  );
const alreadySigned = (cause?: unknown) =>
  new AppError({
    kind: 'conflict',
    reason: 'already_signed',
    message: 'Your side has already signed this version. It waits for the other side.',
    ...(cause === undefined ? {} : { cause }),
  });
