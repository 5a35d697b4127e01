import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { findWithholding } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { hoursLeft } from '#server/staffing/reads.ts';
import { evidenceOfVendors, referencesOfVendors } from '#server/vendors/reads.ts';
import { listCardsOfCall, listDailyReads, listMeasuredBatches } from './comparison-queries.ts';
import {
  accuracyOf,
  expectedCost,
  expertShares,
  highestOf,
  lowestOf,
  type MeasuredShare,
} from './comparison-rules.ts';
import { type DeliveryFacts, deliveryRisk } from './delivery-risk.ts';
import { locationShares } from './locations.ts';
import { normalisePricing, volumeOf, type Work } from './pricing.ts';
import { pricingOf } from './pricing-schemas.ts';
import {
  awardedShare,
  findCallOfProject,
  findDirectShare,
  listBidsOfCall,
  listContracts,
  listTrackRecords,
} from './queries.ts';
import { termNamesOf } from './reads.ts';
import { callFacts, seatsByBid } from './views.ts';
import { workOfCall } from './work-of-call.ts';

type BidOfCall = Awaited<ReturnType<typeof listBidsOfCall>>[number];

/**
 * The sponsor's comparison: every bid on its newest call side by side, brought to expected cost per correct label with its
 * uncertainty, when it would be done and how likely in time, from where, by how many experts, with which evidence and track
 * record (R16: "n pilots, m passed"); and which bid is best on what, and over which others that is decided. Empty while
 * bids are sealed.
 */
export async function compareBids(ctx: OrgContext, input: { projectId: string }) {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const call = await findCallOfProject(ctx.db, project.id);
  if (!call)
    return { call: null, work: null, bids: [], best: null, awardedBasisPoints: 0, awards: [], direct: null };
  const now = ctx.clock.now();
  const rows = await listBidsOfCall(ctx.db, { callId: call.id, now });
  const work = await workOfCall(ctx.db, call, project);
  const facts = await gatherFacts(ctx, { project, callId: call.id, rows, now });
  const bids = rows.map((row) => compared(row, { project, work, facts, now })).sort(byPlace);
  const byId = <T>(value: (bid: (typeof bids)[number]) => T) =>
    bids.map((bid) => ({ bidId: bid.bidId, value: value(bid) }));
  return {
    call: callFacts(call, await termNamesOf(ctx.db, call.projectId), now),
    work: { ...volumeOf(work), cases: work.cases, overlap: work.overlap },
    bids: bids.map(({ costPerCorrect: { value, ci, n, reason }, ...bid }) => ({
      ...bid,
      costPerCorrect: {
        value,
        interval: ci === null ? null : ([ci[0], ci[1]] as [number, number]),
        n,
        reason,
      },
    })),
    best: {
      cost: lowestOf(bids.map(({ bidId, costPerCorrect: figure }) => ({ bidId, figure }))),
      // Nobody can tell 99.6 % from 99.9 %.
      delivery: highestOf(byId((bid) => Math.round(bid.delivery.onTime * 100) / 100)),
      experts: highestOf(byId((bid) => bid.experts?.experts ?? null)),
      onshore: highestOf(byId((bid) => bid.locations.onshore)),
    },
    awardedBasisPoints: await awardedShare(ctx.db, call.id),
    awards: (await listContracts(ctx.db, { projectId: project.id }))
      .filter((one) => one.callId === call.id && one.kind === 'award')
      .map(({ id, vendorOrgId, shareBasisPoints, status }) => ({
        contractId: id,
        vendorOrgId,
        shareBasisPoints,
        status,
      })),
    direct: await findDirectShare(ctx.db, call.id),
  };
}

const ENDED: readonly string[] = ['declined', 'expired'];

/** What can still be decided on comes first, then the lowest expected cost; what is not known last, by price. */
function byPlace(a: Placed, b: Placed): number {
  const cost = ({ costPerCorrect }: Placed) => costPerCorrect.value ?? Number.POSITIVE_INFINITY;
  const [first, second] = [cost(a), cost(b)];
  return (
    Number(ENDED.includes(a.status)) - Number(ENDED.includes(b.status)) ||
    (first === second ? 0 : first - second) ||
    Number(a.pricePerReadMinor - b.pricePerReadMinor)
  );
}
type Placed = ReturnType<typeof compared>;

type Facts = Awaited<ReturnType<typeof gatherFacts>>;

/** Everything the comparison rests on, read once for all bids. */
async function gatherFacts(
  ctx: OrgContext,
  of: { project: Project; callId: string; rows: readonly BidOfCall[]; now: Date },
) {
  const { project, rows, now } = of;
  const vendorOrgIds = [...new Set(rows.map((row) => row.vendor.id))];
  const seats = await seatsByBid(
    ctx.db,
    rows.map((row) => row.bid.id),
  );
  const like = {
    projectId: project.id,
    sponsorOrgId: project.orgId,
    modality: project.modality,
    anatomy: project.anatomy,
  };
  const sponsor = await findOrganisation(ctx.db, project.orgId);
  const everybody = rows.length === 0 ? null : { ...like, metric: 'accuracy' as const, vendorOrgIds: null };
  return {
    seats,
    home: project.locationPolicy.onshoreCountry ?? sponsor?.country ?? '',
    hours: await hoursByBid(ctx, of, seats),
    snapshots: await snapshotCredentials(
      ctx.db,
      [...new Set([...seats.values()].flat().map((seat) => seat.personId))],
      now,
    ),
    records: new Map((await listTrackRecords(ctx.db, vendorOrgIds)).map((row) => [row.vendorOrgId, row])),
    evidence: await evidenceOfVendors(ctx.db, { vendorOrgIds, now }),
    references: await referencesOfVendors(ctx.db, vendorOrgIds),
    cards: await cardsInSight(ctx.db, of),
    accuracies: everybody === null ? [] : await listMeasuredBatches(ctx.db, everybody),
    paces: await listMeasuredBatches(ctx.db, { ...like, metric: 'throughput', vendorOrgIds }),
    daily: Map.groupBy(await listDailyReads(ctx.db, { ...like, vendorOrgIds }), (row) => row.vendorOrgId),
  };
}

/** Hours a week of each bid's named annotators until the deadline, days away and the public holidays they keep taken off. */
async function hoursByBid(
  ctx: OrgContext,
  of: { project: Project; rows: readonly BidOfCall[] },
  seats: Awaited<ReturnType<typeof seatsByBid>>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { bid, vendor } of of.rows) {
    const readers = (seats.get(bid.id) ?? []).filter((seat) => seat.role === 'annotator');
    const span = { orgId: vendor.id, seats: readers, from: bid.startOn, to: of.project.deadline };
    found.set(bid.id, await hoursLeft(ctx.db, span));
  }
  return found;
}

const card = z.object({
  criteria: z
    .array(
      z.object({
        key: z.string(),
        measurement: z.object({
          value: z.number().nullable(),
          ci: z.tuple([z.number(), z.number()]).nullable(),
          n: z.number(),
        }),
      }),
    )
    .default([]),
  measures: z.object({
    throughput: z.object({
      value: z.number().nullable(),
      ci: z.tuple([z.number(), z.number()]).nullable(),
    }),
    costs: z.object({ correctShare: z.number().nullable(), checked: z.number().default(0) }),
  }),
});

/** What this call's pilots have measured of each bid, as far as the sponsor may see it (R15). */
async function cardsInSight(q: Queryable, of: { callId: string; now: Date }) {
  const found = new Map<string, { verdict: string } & z.infer<typeof card>>();
  for (const row of await listCardsOfCall(q, of.callId)) {
    const withheld = await findWithholding(q, { batchId: row.batchId, now: of.now });
    if (withheld === null) found.set(row.bidId, { verdict: row.verdict, ...card.parse(row.results) });
  }
  return found;
}

function compared({ bid, vendor }: BidOfCall, of: { project: Project; work: Work; facts: Facts; now: Date }) {
  const { project, work, facts, now } = of;
  const pricing = pricingOf(bid);
  const price = normalisePricing(pricing, work);
  const seats = (facts.seats.get(bid.id) ?? []).map((seat) => ({
    ...seat,
    credentials: (facts.snapshots.get(seat.personId)?.credentials ?? []).map(
      ({ kind, title, specialty, level, status, expiresOn }) => ({
        kind,
        title,
        specialty,
        level,
        status,
        expiresOn,
      }),
    ),
  }));
  const measures = facts.cards.get(bid.id)?.measures ?? null;
  const accuracy = accuracyOf({
    pilot: measures === null ? null : checkedOf(measures.costs),
    pilotReads: readsOfPilot(facts.cards.get(bid.id)?.criteria ?? []),
    likeWork: facts.accuracies.filter((row) => row.vendorOrgId === vendor.id && row.isLike),
    othersLike: facts.accuracies.filter((row) => row.isLike),
    othersAny: facts.accuracies,
  });
  const record = facts.records.get(vendor.id);
  const locationMix = z.record(z.string(), z.number()).parse(bid.locationMix);
  const overBudget = price.totalMinor - project.budgetMinor;
  return {
    bidId: bid.id,
    vendor,
    status: bid.status,
    version: bid.version,
    priceModel: pricing.model,
    pricing,
    pricePerReadMinor: bid.pricePerReadMinor,
    currency: bid.currency,
    readsPerDay: bid.readsPerDay,
    startOn: bid.startOn,
    locationMix,
    note: bid.note,
    statusReason: bid.statusReason,
    submittedAt: bid.submittedAt,
    seats,
    trackRecord: { pilots: record?.pilots ?? 0, passed: record?.passed ?? 0 },
    pilotVerdict: facts.cards.get(bid.id)?.verdict ?? null,
    wholeMinor: price.wholeMinor,
    feeMinor: price.feeMinor,
    totalMinor: price.totalMinor,
    /** One case, all fields settled (R12): reads, reviews and fee; the panel, gold, exams and the pilot come on top. */
    perFinalLabelMinor: price.perLabelMinor,
    aboveBudgetMinor: overBudget > 0n ? overBudget : null,
    accuracy: {
      share: accuracy.checked > 0 ? accuracy.right / accuracy.checked : null,
      checked: Math.round(accuracy.checked),
      basis: accuracy.basis,
    },
    costPerCorrect: expectedCost({ totalMinor: price.totalMinor, cases: work.cases, accuracy }),
    delivery: deliveryRisk({
      reads: price.reads + price.reviews,
      startOn: bid.startOn,
      deadline: project.deadline,
      readsPerDay: bid.readsPerDay,
      hoursPerWeek: facts.hours.get(bid.id) ?? 0,
      pace: paceOf(
        measures,
        facts.paces.filter((row) => row.vendorOrgId === vendor.id && row.isLike),
      ),
      dailyReads: (facts.daily.get(vendor.id) ?? []).map((row) => row.reads),
    }),
    locations: locationShares(locationMix, facts.home),
    experts: expertShares(seats, now.toISOString().slice(0, 10)),
    evidence: facts.evidence.get(vendor.id) ?? [],
    references: facts.references.get(vendor.id) ?? [],
  };
}

/** The accuracy that the terms of the pilot ask for, as its card has measured it on single reads. */
function readsOfPilot(criteria: z.infer<typeof card>['criteria']): MeasuredShare[] {
  return criteria.flatMap(({ key, measurement: { value, ci, n } }) =>
    key.startsWith('accuracy.') && value !== null && n > 0
      ? [{ value, lower: ci?.[0] ?? null, upper: ci?.[1] ?? null, n }]
      : [],
  );
}

type Measures = z.infer<typeof card>['measures'];

function checkedOf(costs: Measures['costs']): { right: number; checked: number } | null {
  const { correctShare, checked } = costs;
  return correctShare === null || checked === 0 ? null : { right: correctShare * checked, checked };
}

/** Reads per active hour of the pilot, else of the newest like batch; null where nothing was measured. */
function paceOf(measures: Measures | null, likeWork: readonly MeasuredPace[]): DeliveryFacts['pace'] {
  const ofPilot = measures?.throughput;
  if (ofPilot?.value) return { value: ofPilot.value, interval: ofPilot.ci, basis: 'pilot' };
  const [newest] = likeWork;
  if (!newest) return null;
  const { value, lower, upper } = newest;
  return { value, interval: lower === null || upper === null ? null : [lower, upper], basis: 'like_work' };
}

type MeasuredPace = { value: number; lower: number | null; upper: number | null };
