import type { Queryable } from '#db/client.ts';
import type { OrgContext } from '#server/command/context.ts';
import { describeCredentialRule } from '#server/credentials/rules.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import { getProject, getProjectForOrg } from '#server/projects/reads.ts';
import { callStatusAt } from './call-rules.ts';
import { taskTypes } from './call-schemas.ts';
import { getVisibleCall } from './get-call.ts';
import { pricingOf } from './pricing-schemas.ts';
import { type CallRow, listBidsOfVendor, listContracts, listOpenCalls, listSeats } from './queries.ts';
import { termNamesOf } from './reads.ts';
import { pilotTerms } from './schemas.ts';
import type { TermNames } from './term-names.ts';
import { workOfCall } from './work-of-call.ts';

/** Open calls that a vendor or an independent may know of, soonest to close first, by keyset. */
export async function openCalls(
  ctx: OrgContext,
  input: { after: { closesAt: Date; id: string } | null; limit: number },
) {
  const rows = await listOpenCalls(ctx.db, { orgId: ctx.actor.orgId, now: ctx.clock.now(), ...input });
  return rows.map(({ call, project, sponsor }) => ({
    callId: call.id,
    projectId: project.id,
    title: project.title,
    modality: project.modality,
    anatomy: project.anatomy,
    sponsor: sponsor.legalName,
    dataClass: project.dataClass,
    intendedUse: project.intendedUse,
    currency: project.currency,
    deadline: project.deadline,
    closesAt: call.closesAt,
    visibility: call.visibility,
    isSealed: call.isSealed,
  }));
}

/** What both sides may know of a call. */
export function callFacts(call: CallRow, names: TermNames, now: Date) {
  return {
    callId: call.id,
    status: callStatusAt(call, now),
    visibility: call.visibility,
    isSealed: call.isSealed,
    opensAt: call.opensAt,
    closesAt: call.closesAt,
    cases: call.cases,
    taskTypes: taskTypes.parse(call.taskTypes),
    ceilingMinor: call.ceilingMinor,
    pilotTerms: pilotTerms.parse(call.pilotTerms),
    termNames: names,
  };
}

/** A call as bidders see it: the project's public facts and the pilot's terms; no budget. */
export async function callForBidder(ctx: OrgContext, callId: string) {
  const call = await getVisibleCall(ctx.db, { callId, orgId: ctx.actor.orgId });
  const project = await getProject(ctx.db, call.projectId);
  const work = await workOfCall(ctx.db, call, project);
  const mine = (await listBidsOfVendor(ctx.db, { vendorOrgId: ctx.actor.orgId, limit: 200 })).find(
    (row) => row.call.id === call.id && row.bid.status !== 'withdrawn',
  );
  return {
    ...callFacts(call, await termNamesOf(ctx.db, project.id), ctx.clock.now()),
    cases: work.cases,
    project: {
      id: project.id,
      title: project.title,
      summary: project.summary,
      modality: project.modality,
      anatomy: project.anatomy,
      intendedUse: project.intendedUse,
      dataClass: project.dataClass,
      currency: project.currency,
      deadline: project.deadline,
      allowedCountries: [...project.locationPolicy.allowedCountries],
      credentialRule: describeCredentialRule(project.credentialRule),
      overlap: work.overlap,
      reviewShareBasisPoints: work.reviewShareBasisPoints,
      feeBasisPoints: work.feeBasisPoints,
    },
    myBid: mine ? { bidId: mine.bid.id, status: mine.bid.status, version: mine.bid.version } : null,
  };
}

/** The vendor's own bids with their seats, newest first. */
export async function myBids(ctx: OrgContext, input: { limit: number }) {
  const rows = await listBidsOfVendor(ctx.db, { vendorOrgId: ctx.actor.orgId, limit: input.limit });
  const seats = await seatsByBid(
    ctx.db,
    rows.map((row) => row.bid.id),
  );
  return rows.map(({ bid, call, project }) => ({
    bidId: bid.id,
    callId: call.id,
    project: project.title,
    status: bid.status,
    reason: bid.statusReason,
    version: bid.version,
    priceModel: pricingOf(bid).model,
    pricePerReadMinor: bid.pricePerReadMinor,
    currency: bid.currency,
    readsPerDay: bid.readsPerDay,
    startOn: bid.startOn,
    submittedAt: bid.submittedAt,
    validUntil: bid.validUntil,
    closesAt: call.closesAt,
    seats: seats.get(bid.id) ?? [],
  }));
}

/** Contracts of a sponsor's project, newest first. */
export async function projectContracts(ctx: OrgContext, input: { projectId: string }) {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  return (await listContracts(ctx.db, { projectId: input.projectId })).map(
    ({ id, kind, status, vendorOrgId, shareBasisPoints, pricePerReadMinor, currency, createdAt }) => ({
      contractId: id,
      kind,
      status,
      vendorOrgId,
      shareBasisPoints,
      pricePerReadMinor,
      currency,
      createdAt,
    }),
  );
}

/** Who is named in some bids, by bid. */
export async function seatsByBid(
  q: Queryable,
  bidIds: readonly string[],
): Promise<Map<string, { personId: string; name: string; role: string; hoursPerWeek: number }[]>> {
  const seats = await listSeats(q, bidIds);
  const names = await namesOfPeople(
    q,
    seats.map((seat) => seat.personId),
  );
  const byBid = new Map<string, { personId: string; name: string; role: string; hoursPerWeek: number }[]>();
  for (const seat of seats) {
    const list = byBid.get(seat.bidId) ?? [];
    list.push({
      personId: seat.personId,
      name: names.get(seat.personId)?.name ?? 'Former member',
      role: seat.role,
      hoursPerWeek: seat.hoursPerWeek,
    });
    byBid.set(seat.bidId, list);
  }
  return byBid;
}
