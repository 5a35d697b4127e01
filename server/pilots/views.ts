import { contractsOf, getBid, getContract } from '#server/bids/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import {
  computeScorecard,
  findScorecard,
  getPilot,
  listPilots,
  type PilotRow,
  type ScorecardRow,
} from './compute-scorecard.ts';
import { findWithholding, withholdingMessage } from './reads.ts';
import { scorecardResults } from './view-schemas.ts';

/** A pilot of the acting sponsor's project; `not_found` otherwise. */
async function pilotForSponsor(ctx: OrgContext, pilotId: string): Promise<PilotRow> {
  const pilot = await getPilot(ctx.db, pilotId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, pilot.projectId).catch((cause: unknown) => {
    throw new AppError({
      kind: 'not_found',
      reason: 'pilot_not_found',
      message: 'There is no such pilot.',
      cause,
    });
  });
  return pilot;
}

/** R15: until when a pilot's card is held back, in words; null when it may be seen. */
async function withholdingOf(
  ctx: OrgContext,
  pilot: PilotRow,
): Promise<{ until: Date | null; message: string } | null> {
  if (pilot.batchId === null) return null;
  const found = await findWithholding(ctx.db, { batchId: pilot.batchId, now: ctx.clock.now() });
  return found && { until: found.until, message: withholdingMessage(found) };
}

function card(row: ScorecardRow | null) {
  if (!row) return null;
  return {
    scorecardId: row.id,
    computedAt: row.computedAt,
    verdict: row.verdict,
    contentSha256: row.contentSha256,
    results: scorecardResults.parse(row.results),
  };
}

/** The pilots of a sponsor's project with their newest scorecards, as far as they may be seen (R15). */
export async function pilotsOfProject(ctx: OrgContext, projectId: string) {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, projectId);
  const rows = await listPilots(ctx.db, { projectId });
  const contracts = await Promise.all(rows.map(({ pilot }) => getContract(ctx.db, pilot.contractId)));
  const vendors = await organisationsById(
    ctx.db,
    contracts.map((contract) => contract.vendorOrgId),
  );
  const withheld = await Promise.all(rows.map(({ pilot }) => withholdingOf(ctx, pilot)));
  return rows.map(({ pilot, scorecard }, index) => ({
    pilotId: pilot.id,
    batchId: pilot.batchId,
    bidId: pilot.bidId,
    status: pilot.status,
    decision: pilot.decision,
    vendor: vendors.get(contracts[index]?.vendorOrgId ?? '')?.legalName ?? 'Vendor',
    verdict: withheld[index] ? null : (scorecard?.verdict ?? null),
    computedAt: withheld[index] ? null : (scorecard?.computedAt ?? null),
    withheld: withheld[index] ?? null,
  }));
}

/** One pilot with its scorecard, for its sponsor. */
export async function pilotDetail(ctx: OrgContext, pilotId: string) {
  const pilot = await pilotForSponsor(ctx, pilotId);
  const contract = await getContract(ctx.db, pilot.contractId);
  const vendors = await organisationsById(ctx.db, [contract.vendorOrgId]);
  const bid = await getBid(ctx.db, pilot.bidId);
  const withheld = await withholdingOf(ctx, pilot);
  return {
    pilotId: pilot.id,
    projectId: pilot.projectId,
    batchId: pilot.batchId,
    status: pilot.status,
    decision: pilot.decision,
    decisionReason: pilot.decisionReason,
    vendor: vendors.get(contract.vendorOrgId)?.legalName ?? 'Vendor',
    pricePerReadMinor: bid.pricePerReadMinor,
    currency: bid.currency,
    withheld,
    scorecard: withheld ? null : card(await findScorecard(ctx.db, pilot.id)),
  };
}

/** Computes a pilot's scorecard again from the raw reads. */
export async function recomputeScorecard(ctx: OrgContext, pilotId: string) {
  const pilot = await pilotForSponsor(ctx, pilotId);
  const { scorecardId, verdict } = await computeScorecard(ctx, { pilotId: pilot.id });
  return { scorecardId, verdict };
}

/** R16: a vendor sees the outcome and the card of its own decided pilots, nobody else's. */
export async function scorecardsOfVendor(ctx: OrgContext) {
  const own = (await contractsOf(ctx.db, { vendorOrgId: ctx.actor.orgId })).filter(
    (contract) => contract.kind === 'pilot_order',
  );
  const rows = await listPilots(ctx.db, { contractIds: own.map((contract) => contract.id) });
  return Promise.all(
    rows.map(async ({ pilot, scorecard }) => ({
      pilotId: pilot.id,
      project: (await getProject(ctx.db, pilot.projectId)).title,
      status: pilot.status,
      decision: pilot.decision,
      decisionReason: pilot.decisionReason,
      scorecard: pilot.status === 'decided' ? card(scorecard) : null,
    })),
  );
}
