import { violates } from '#db/errors.ts';
import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { storeFile } from '#server/files/store-file.ts';
import { getPlatformOrg, organisationsById } from '#server/identity/reads.ts';
import { listProtocolVersions } from '#server/protocols/reads.ts';
import { findContract } from './find-contract.ts';
import { printTerms } from './print-terms.ts';
import { insertVersion, listVersions, lockContract, protocolsOf } from './queries.ts';
import { changesBetween, termsProblems } from './rules.ts';
import type { ContractTerms, ProposeAmendmentInput } from './schemas.ts';
import { contractHref, tellSide } from './tell-side.ts';
import { pickTerms, storedTerms } from './terms-in-force.ts';

/**
 * Proposes other terms for an award, from either side: prints them, so that both sign the same bytes, and tells the other
 * side. They are priced for the protocol that is signed now, so the proposal is also the answer to a breaking change. One
 * proposal waits at a time. Errors: `terms_invalid` with everything that is wrong, `proposal_open`, `contract_ended`,
 * `nothing_changes`.
 */
export async function proposeAmendment(
  ctx: OrgContext,
  input: ProposeAmendmentInput,
): Promise<{ versionId: string; version: number; documentSha256: string }> {
  requireVerifiedOrg(ctx);
  return transact(ctx, async (tx) => {
    const { project, side, orgs } = await findContract(tx.db, ctx, input.contractId);
    const contract = await lockContract(tx.db, input.contractId);
    if (contract?.status !== 'active')
      throw new AppError({
        kind: 'precondition',
        reason: 'contract_ended',
        message: 'The contract is not in force any more; its terms stay as they were.',
      });
    const protocols = await protocolsOf(tx.db, { projectId: project.id, at: tx.now });
    const terms: ContractTerms = { ...input.terms, protocolVersion: protocols.newestSigned };
    const problems = termsProblems(terms, {
      fields: await fieldsOf(tx, project.id),
      today: tx.now.toISOString().slice(0, 10),
      effectiveOn: input.effectiveOn,
    });
    if (problems.length > 0)
      throw new AppError({
        kind: 'invalid',
        reason: 'terms_invalid',
        message: `These terms cannot be proposed: ${problems.map((one) => one.message).join(' ')}`,
        details: problems,
      });
    const versions = await listVersions(tx.db, [contract.id]);
    if (versions.some((one) => one.status === 'proposed'))
      throw proposalOpen(contractHref(side, { projectId: project.id, contractId: contract.id }));
    const before = await pickTerms(tx.db, contract, versions, tx.now);
    const changes = changesBetween(before.terms, terms, contract.currency);
    if (changes.length === 0)
      throw new AppError({
        kind: 'precondition',
        reason: 'nothing_changes',
        message: 'These are the terms in force. Change something, or leave them.',
      });
    const version = Math.max(1, ...versions.map((one) => one.version)) + 1;
    const names = await organisationsById(tx.db, [orgs.sponsor, orgs.vendor]);
    const bytes = await printTerms({
      contractId: contract.id,
      version,
      sponsor: names.get(orgs.sponsor)?.legalName ?? '',
      vendor: names.get(orgs.vendor)?.legalName ?? '',
      platform: (await getPlatformOrg(tx.db)).legalName,
      project: project.title,
      currency: contract.currency,
      terms,
      effectiveOn: input.effectiveOn,
      reason: input.reason,
      changes,
      createdAt: tx.now,
    });
    const file = await storeFile(tx, {
      bytes,
      mediaType: 'application/pdf',
      fileName: `contract-${contract.id}-v${version}.pdf`,
      orgId: ctx.actor.orgId,
      createdBy: ctx.actor.personId,
    });
    const versionId = newId();
    await insertVersion(tx.db, {
      id: versionId,
      contractId: contract.id,
      version,
      terms: storedTerms(terms),
      reason: input.reason,
      proposedSide: side,
      proposedBy: ctx.actor.personId,
      proposedAt: tx.now,
      effectiveOn: input.effectiveOn,
      fileId: file.id,
      documentSha256: file.sha256,
    });
    const other = side === 'sponsor' ? 'vendor' : 'sponsor';
    for (const to of [side, other] as const)
      await tellSide(
        tx,
        { orgId: orgs[to], side: to, projectId: project.id, contractId: contract.id },
        {
          kind: 'contract.proposed',
          title: `Version ${version} of the contract on “${project.title}” waits for your signature`,
        },
      );
    await tx.audit({
      action: 'contracts.amendment_proposed',
      subject: { kind: 'contract', id: contract.id },
      detail: { version, side, documentSha256: file.sha256 },
    });
    return { versionId, version, documentSha256: file.sha256 };
  }).catch((error: unknown) => {
    if (violates(error, 'contract_versions_one_proposed')) throw proposalOpen(undefined, error);
    throw error;
  });
}

async function fieldsOf(
  tx: { db: Parameters<typeof listProtocolVersions>[0] },
  projectId: string,
): Promise<string[]> {
  const signed = (await listProtocolVersions(tx.db, projectId)).find((one) => one.signedAt !== null);
  return signed?.labelSchema.fields.map((field) => field.key) ?? [];
}

function proposalOpen(href?: string, cause?: unknown): AppError {
  const message =
    'A proposal waits for signatures already. Sign it, or decline or withdraw it, before you propose other terms.';
  return new AppError({
    kind: 'conflict',
    reason: 'proposal_open',
    message,
    details: [{ code: 'proposal_open', message, ...(href === undefined ? {} : { href }) }],
    ...(cause === undefined ? {} : { cause }),
  });
}
