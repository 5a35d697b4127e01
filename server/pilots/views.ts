import { type BidRow, getBid, getContract } from '#server/bids/reads.ts';
import { expiryProblem } from '#server/bids/rules.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import {
  computeScorecard,
  findScorecard,
  getPilot,
  type PilotRow,
  type ScorecardRow,
} from './compute-scorecard.ts';
import { countPilotsOfVendor, listPilotsOfProject, listPilotsOfVendor } from './list-pilots.ts';
import { retryFrom, retryProblem, retryUntil } from './order-retry.ts';
import { planExtension } from './plan-extension.ts';
import {
  findReturnDuty,
  findWithholding,
  listPilotBatches,
  newestAttempt,
  readsOfBatches,
  withholdingMessage,
} from './reads.ts';
import { type OwnPilotsInput, scorecardResults } from './view-schemas.ts';
import { listAnnexes } from './write-annex.ts';

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

/** R15: until when what a batch of a pilot shows is held back, in words; null when it may be seen. */
async function withholdingOf(
  ctx: OrgContext,
  batchId: string,
): Promise<{ until: Date | null; message: string } | null> {
  const found = await findWithholding(ctx.db, { batchId, now: ctx.clock.now() });
  return found && { until: found.until, message: withholdingMessage(found) };
}

/** A pilot's batches, what is held back of its newest one, and its newest card that may be seen. */
async function sightOf(ctx: OrgContext, pilot: PilotRow, newest: ScorecardRow | null) {
  const batches = await listPilotBatches(ctx.db, pilot.id);
  const { batchId } = present(batches.at(-1), 'The batch of a pilot');
  const withheld = await withholdingOf(ctx, batchId);
  // While an extension is read, the card that it was ordered on stays in sight.
  const isShown = newest !== null && (!withheld || (await withholdingOf(ctx, newest.batchId)) === null);
  return { batches, batchId, withheld, scorecard: isShown ? newest : null };
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
  const rows = await listPilotsOfProject(ctx.db, projectId);
  const contracts = await Promise.all(rows.map(({ pilot }) => getContract(ctx.db, pilot.contractId)));
  const vendors = await organisationsById(
    ctx.db,
    contracts.map((contract) => contract.vendorOrgId),
  );
  const sights = await Promise.all(rows.map(({ pilot, scorecard }) => sightOf(ctx, pilot, scorecard)));
  return rows.map(({ pilot }, index) => ({
    pilotId: pilot.id,
    batchIds: (sights[index]?.batches ?? []).map((one) => one.batchId),
    bidId: pilot.bidId,
    status: pilot.status,
    abandoned: abandonedOf(pilot),
    decision: pilot.decision,
    vendor: vendors.get(contracts[index]?.vendorOrgId ?? '')?.legalName ?? 'Vendor',
    verdict: sights[index]?.scorecard?.verdict ?? null,
    computedAt: sights[index]?.scorecard?.computedAt ?? null,
    withheld: sights[index]?.withheld ?? null,
  }));
}

/** One pilot with its scorecard, for its sponsor. */
export async function pilotDetail(ctx: OrgContext, pilotId: string) {
  const pilot = await pilotForSponsor(ctx, pilotId);
  const contract = await getContract(ctx.db, pilot.contractId);
  const vendors = await organisationsById(ctx.db, [contract.vendorOrgId]);
  const bid = await getBid(ctx.db, pilot.bidId);
  const sight = await sightOf(ctx, pilot, await findScorecard(ctx.db, pilot.id));
  const { batches, batchId, withheld, scorecard } = sight;
  return {
    pilotId: pilot.id,
    projectId: pilot.projectId,
    batchId,
    batches,
    attempt: batches.at(-1)?.attempt ?? 1,
    abandoned: abandonedOf(pilot),
    status: pilot.status,
    decision: pilot.decision,
    decisionReason: pilot.decisionReason,
    vendor: vendors.get(contract.vendorOrgId)?.legalName ?? 'Vendor',
    pricePerReadMinor: bid.pricePerReadMinor,
    currency: bid.currency,
    bidUntil: bid.validUntil,
    bidEnded: expiryProblem(bid, ctx.clock.now())?.message ?? null,
    withheld,
    scorecard: card(scorecard),
    extension: await extensionOf(ctx, pilot, scorecard),
    retry: retryOf(pilot, bid, ctx.clock.now()),
    annexes: await listAnnexes(ctx.db, pilot.id),
    returnDuty: await findReturnDuty(ctx.db, pilot.id),
  };
}

const abandonedOf = ({ abandonedAt, abandonReason }: PilotRow) =>
  abandonedAt && { at: abandonedAt, reason: abandonReason ?? '' };

/** When the retry that was granted can be ordered; null when none was, or it was ordered. */
function waitingRetry({ status, decision, decidedAt }: PilotRow): { from: Date; until: Date } | null {
  if (status !== 'decided' || decision !== 'retry' || decidedAt === null) return null;
  return { from: retryFrom(decidedAt), until: retryUntil(decidedAt) };
}

/** The retry that was granted, with why it can't be ordered now (R16). */
function retryOf(pilot: PilotRow, bid: BidRow, now: Date) {
  const waiting = waitingRetry(pilot);
  return waiting && { ...waiting, problem: retryProblem(pilot, bid, now)?.message ?? null };
}

/** What extending would order and reserve, or why it can't; null when the card asks for no extension (R10). */
async function extensionOf(ctx: OrgContext, pilot: PilotRow, scorecard: ScorecardRow | null) {
  if (pilot.status !== 'scored' || scorecard?.verdict !== 'inconclusive') return null;
  const { extension, problem } = await planExtension(ctx.db, {
    pilot,
    card: scorecard,
    now: ctx.clock.now(),
  });
  if (problem) return { problem: problem.message, cases: 0, reads: 0, reservedMinor: 0n };
  const { cases, reservedMinor, first } = extension;
  return { problem: null, cases, reads: cases * first.overlap * first.rounds, reservedMinor };
}

/** Computes a pilot's scorecard again from the raw reads. */
export async function recomputeScorecard(ctx: OrgContext, pilotId: string) {
  const pilot = await pilotForSponsor(ctx, pilotId);
  const { scorecardId, verdict } = await computeScorecard(ctx, { pilotId: pilot.id });
  return { scorecardId, verdict };
}

/**
 * A page of a vendor's pilots, those not decided first. R16: a vendor sees the outcome, the card and the signed records of its own decided pilots, nobody else's; of those under
 * way how far its own reading is.
 */
export async function scorecardsOfVendor(ctx: OrgContext, page: OwnPilotsInput) {
  const vendorOrgId = ctx.actor.orgId;
  const found = await listPilotsOfVendor(ctx.db, { ...page, vendorOrgId, limit: page.limit + 1 });
  const rows = found.slice(0, page.limit);
  const items = await Promise.all(
    rows.map(async ({ pilot, scorecard }) => {
      const batches = newestAttempt(await listPilotBatches(ctx.db, pilot.id));
      const newest = batches.at(-1);
      const isRead = pilot.status === 'ordered' || pilot.status === 'reading';
      const { timeLimitDays } = pilotTerms.parse(pilot.terms);
      return {
        pilotId: pilot.id,
        project: (await getProject(ctx.db, pilot.projectId)).title,
        status: pilot.status,
        decision: pilot.decision,
        decisionReason: pilot.decisionReason,
        decidedAt: pilot.decidedAt,
        retry: waitingRetry(pilot),
        scorecard: pilot.status === 'decided' ? card(scorecard) : null,
        readUntil: isRead && newest?.openedAt ? plus(newest.openedAt, timeLimitDays * DAY) : null,
        reads: await readsOfBatches(
          ctx.db,
          batches.map((one) => one.batchId),
        ),
        abandoned: abandonedOf(pilot),
        annexes: await listAnnexes(ctx.db, pilot.id),
        returnDuty: await findReturnDuty(ctx.db, pilot.id),
      };
    }),
  );
  return {
    items,
    total: await countPilotsOfVendor(ctx.db, vendorOrgId),
    next: found.length > rows.length ? (items.at(-1)?.pilotId ?? null) : null,
  };
}
