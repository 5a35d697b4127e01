import { authorityStatement, CONSENT, hasAuthority } from '#server/agreements/rules.ts';
import { contractsOf } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { namesOfPeople, organisationsById } from '#server/identity/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import { findSignedProtocol } from '#server/protocols/reads.ts';
import { findContract } from './find-contract.ts';
import { termsInWords } from './print-terms.ts';
import {
  type ContractRow,
  calledOff,
  listCallOffs,
  listSignatures,
  listUnsettled,
  listVersions,
  protocolsOf,
  type SignatureRow,
  type VersionRow,
} from './queries.ts';
import { changesBetween, repricingProblem } from './rules.ts';
import { type ContractSide, type ContractTerms, contractTerms, slaTarget } from './schemas.ts';
import { listResults, type ResultRow } from './service-level-queries.ts';
import { awardOf, pickTerms } from './terms-in-force.ts';
import type { ContractView } from './view-schemas.ts';

/** A contract as either side sees it: the terms in force, every version, what was called off and how it was kept. */
export async function viewContract(ctx: OrgContext, input: { contractId: string }): Promise<ContractView> {
  const { db } = ctx;
  const now = ctx.clock.now();
  const { contract, project, side, orgs } = await findContract(db, ctx, input.contractId);
  const [versions, names, protocols, signedProtocol, callOffs, results, unsettled] = await Promise.all([
    listVersions(db, [contract.id]),
    organisationsById(db, [orgs.sponsor, orgs.vendor]),
    protocolsOf(db, { projectId: project.id, at: contract.createdAt }),
    findSignedProtocol(db, project.id),
    listCallOffs(db, contract.id),
    listResults(db, contract.id),
    listUnsettled(db, { contractId: contract.id, projectId: project.id }),
  ]);
  const inForce = await pickTerms(db, contract, versions, now);
  const ahead = versions.find((one) => one.inForceFrom !== null && one.inForceFrom > now);
  const gap = repricingProblem({
    pricedFor: inForce.terms.protocolVersion,
    batchVersion: protocols.newestSigned,
    breaking: protocols.breaking,
  });
  const month = now.toISOString().slice(0, 7);
  const { volume } = inForce.terms;
  const legalName = (of: ContractSide) => names.get(orgs[of])?.legalName ?? 'Former organisation';
  return {
    contractId: contract.id,
    side,
    status: contract.status,
    project: { id: project.id, title: project.title },
    sponsor: legalName('sponsor'),
    vendor: legalName('vendor'),
    shareBasisPoints: contract.shareBasisPoints,
    currency: contract.currency,
    feeBasisPoints: contract.feeBasisPoints,
    awardedAt: contract.createdAt,
    ended: contract.endedAt && {
      at: contract.endedAt,
      side: contract.endedSide,
      reason: contract.endReason,
    },
    unsettled,
    inForce: { ...worded(inForce.terms, contract), version: inForce.version, from: inForce.inForceFrom },
    next: ahead?.inForceFrom ? { version: ahead.version, from: ahead.inForceFrom } : null,
    repricing: gap?.message ?? null,
    month:
      volume === null
        ? null
        : {
            month,
            readsPerMonth: volume.readsPerMonth,
            calledOff: await calledOff(db, { contractId: contract.id, month }),
          },
    versions: await versionViews(
      ctx,
      contract,
      versions,
      await awardOf(ctx.db, contract, protocols.signedAt),
    ),
    callOffs: callOffs.map((row) => ({
      ...row,
      calledAt: new Date(row.calledAt),
      dueAt: row.dueAt === null ? null : new Date(row.dueAt),
    })),
    results: results.map(resultLine),
    fields: signedProtocol?.labelSchema.fields.map((field) => field.key) ?? [],
    signing: await signingOf(ctx, present(names.get(orgs[side]), 'The acting organisation')),
  };
}

const worded = (terms: ContractTerms, contract: ContractRow) => ({
  terms,
  words: termsInWords(terms, contract.currency),
});

async function versionViews(
  ctx: OrgContext,
  contract: ContractRow,
  versions: readonly VersionRow[],
  awarded: ContractTerms,
): Promise<ContractView['versions']> {
  const signatures = Map.groupBy(
    await listSignatures(
      ctx.db,
      versions.map((one) => one.id),
    ),
    (one) => one.versionId,
  );
  const names = await namesOfPeople(
    ctx.db,
    versions.map((one) => one.proposedBy),
  );
  return versions.map((row) => {
    const terms = contractTerms.parse(row.terms);
    // What it changes is told against the agreed version before it, whatever was declined in between.
    const before = versions.find((one) => one.version < row.version && one.status === 'agreed');
    return {
      ...worded(terms, contract),
      versionId: row.id,
      version: row.version,
      status: row.status,
      reason: row.reason,
      changes: changesBetween(before ? contractTerms.parse(before.terms) : awarded, terms, contract.currency),
      proposedSide: row.proposedSide,
      proposedBy: names.get(row.proposedBy)?.name ?? 'Former member',
      proposedAt: row.proposedAt,
      effectiveOn: row.effectiveOn,
      documentSha256: row.documentSha256,
      inForceFrom: row.inForceFrom,
      isSealed: row.sealedFileId !== null,
      decisionReason: row.decisionReason,
      signatures: (signatures.get(row.id) ?? []).map(signatureLine),
    };
  });
}

const signatureLine = ({ side, typedName, title, signedAt }: SignatureRow) => ({
  side,
  name: typedName,
  title,
  signedAt,
});

/** A result as both sides read it. */
export function resultLine(row: ResultRow & { batch: string }) {
  return {
    resultId: row.id,
    batchId: row.batchId,
    batch: row.batch,
    version: row.version,
    measuredAt: row.measuredAt,
    targets: slaTarget.array().parse(row.targets),
    workMinor: row.workMinor,
    creditMinor: row.creditMinor,
    postedMinor: row.postedMinor,
    status: row.status,
    disputeUntil: row.disputeUntil,
    disputeReason: row.disputeReason,
    decisionReason: row.decisionReason,
  };
}

async function signingOf(
  ctx: OrgContext,
  own: { kind: Parameters<typeof hasAuthority>[1]['kind']; signatories: string[]; legalName: string },
): Promise<ContractView['signing']> {
  const authority = hasAuthority(ctx.actor, own);
  const names = await namesOfPeople(ctx.db, [ctx.actor.personId]);
  return {
    problem: authority.allowed ? null : (authority.reasons[0]?.message ?? 'You may not sign.'),
    name: names.get(ctx.actor.personId)?.name ?? '',
    authorityStatement: authorityStatement(own.legalName),
    consent: { version: CONSENT.version, text: CONSENT.text },
  };
}

/** Awards of a sponsor's project, newest first. */
export async function contractsOfProject(ctx: OrgContext, input: { projectId: string }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  return lines(ctx, await contractsOf(ctx.db, { projectId: project.id }), 'sponsor');
}

/** The acting vendor's awards, newest first. */
export async function contractsOfVendor(ctx: OrgContext) {
  return lines(ctx, await contractsOf(ctx.db, { vendorOrgId: ctx.actor.orgId }), 'vendor');
}

async function lines(ctx: OrgContext, rows: readonly ContractRow[], side: ContractSide) {
  const awards = rows.filter((row) => row.kind === 'award');
  const versions = Map.groupBy(
    await listVersions(
      ctx.db,
      awards.map((row) => row.id),
    ),
    (one) => one.contractId,
  );
  const open = [...versions.values()].flat().filter((one) => one.status === 'proposed');
  const signatures = await listSignatures(
    ctx.db,
    open.map((one) => one.id),
  );
  const projects = await namedProjects(ctx, awards);
  const names = await organisationsById(
    ctx.db,
    awards
      .map((row) => (side === 'sponsor' ? row.vendorOrgId : (projects.get(row.projectId)?.orgId ?? '')))
      .filter(Boolean),
  );
  return Promise.all(
    awards.map(async (row) => {
      const own = versions.get(row.id) ?? [];
      const { terms, version } = await pickTerms(ctx.db, row, own, ctx.clock.now());
      const prices = terms.rateCard.map((tier) => tier.pricePerReadMinor).sort((a, b) => (a < b ? -1 : 1));
      const proposal = own.find((one) => one.status === 'proposed');
      const isSigned = signatures.some((one) => one.versionId === proposal?.id && one.side === side);
      const project = projects.get(row.projectId);
      const otherId = side === 'sponsor' ? row.vendorOrgId : (project?.orgId ?? '');
      return {
        contractId: row.id,
        projectId: row.projectId,
        project: project?.title ?? '',
        other: names.get(otherId)?.legalName ?? 'Former organisation',
        status: row.status,
        version,
        shareBasisPoints: row.shareBasisPoints,
        currency: row.currency,
        fromMinor: prices[0] ?? 0n,
        toMinor: prices.at(-1) ?? 0n,
        waits: proposal
          ? isSigned
            ? `Version ${proposal.version} waits for the other side`
            : `Version ${proposal.version} waits for your signature`
          : null,
        isToSign: proposal !== undefined && !isSigned,
      };
    }),
  );
}

async function namedProjects(ctx: OrgContext, awards: readonly ContractRow[]) {
  const ids = [...new Set(awards.map((row) => row.projectId))];
  const projects = await Promise.all(ids.map((id) => getProject(ctx.db, id)));
  return new Map(projects.map((project) => [project.id, project]));
}
