import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { bidSeats, bids, bidVersions, calls, contracts } from '#db/schema/bids.ts';
import { flatPricing, storedPricing } from '#server/bids/pricing-schemas.ts';
import { type PilotTerms, type PilotTermsInput, pilotTerms } from '#server/bids/schemas.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import type { Project } from '#server/projects/schemas.ts';
import { makeMember, makeOrganisation } from './identity.ts';

/** Pilot terms that ask for α ≥ 0.80 on `grade`, three reads a case. */
export function pilotTermsOf(over: Partial<PilotTermsInput> = {}): PilotTerms {
  return pilotTerms.parse({
    cases: 10,
    overlap: 3,
    goldMode: 'none',
    goldShareBasisPoints: 0,
    timeLimitDays: 14,
    criteria: {
      reliability: { field: 'grade', scale: 'ordinal', threshold: 0.8 },
      accuracy: null,
      perClass: [],
      throughput: null,
    },
    ...over,
  });
}

/** An open call of a project, closing in a week. */
export async function makeCall(
  db: Database,
  input: {
    projectId: string;
    terms?: PilotTerms;
    closesAt?: Date;
    visibility?: 'public' | 'invited' | 'private';
    isSealed?: boolean;
    cases?: number;
    ceilingMinor?: bigint | null;
    clock?: Clock;
  },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const id = newId();
  await db.insert(calls).values({
    id,
    projectId: input.projectId,
    status: 'open',
    opensAt: now,
    closesAt: input.closesAt ?? plus(now, 7 * DAY),
    visibility: input.visibility ?? 'public',
    isSealed: input.isSealed ?? false,
    cases: input.cases ?? 100,
    ceilingMinor: input.ceilingMinor ?? null,
    pilotTerms: input.terms ?? pilotTermsOf(),
    createdAt: now,
  });
  return id;
}

/** A verified vendor with an owner and `people` annotators. */
export async function makeVendor(
  db: Database,
  input: { people?: number; country?: string; legalName?: string; clock?: Clock } = {},
): Promise<{ orgId: string; owner: OrgContext; annotators: OrgContext[] }> {
  const clock = input.clock ?? systemClock;
  const org = await makeOrganisation(db, {
    kind: 'vendor',
    clock,
    ...(input.country === undefined ? {} : { country: input.country }),
    ...(input.legalName === undefined ? {} : { legalName: input.legalName }),
  });
  const owner = await makeMember(db, { org, roles: ['vendor_owner'], clock });
  const annotators: OrgContext[] = [];
  for (let i = 0; i < (input.people ?? 3); i += 1)
    annotators.push(await makeMember(db, { org, roles: ['vendor_annotator'], clock }));
  return { orgId: org.id, owner, annotators };
}

/** A submitted or shortlisted bid of a vendor, its annotators named, and its first version as it was handed in. */
export async function makeBid(
  db: Database,
  input: {
    callId: string;
    project: Pick<Project, 'id' | 'currency'>;
    vendor: { orgId: string; owner: OrgContext; annotators: readonly OrgContext[] };
    status?: 'submitted' | 'shortlisted' | 'piloting' | 'declined';
    priceMinor?: bigint;
    /** What else the offer says. */
    offer?: Partial<Pick<typeof bids.$inferInsert, 'readsPerDay' | 'locationMix' | 'note'>>;
    clock?: Clock;
  },
): Promise<string> {
  const now = (input.clock ?? systemClock).now();
  const id = newId();
  const pricePerReadMinor = input.priceMinor ?? 120n;
  const { currency } = input.project;
  const { personId } = input.vendor.owner.actor;
  const offer = {
    readsPerDay: 200,
    startOn: now.toISOString().slice(0, 10),
    locationMix: { US: 10_000 },
    note: '',
    ...input.offer,
  };
  await db.insert(bids).values({
    id,
    callId: input.callId,
    projectId: input.project.id,
    vendorOrgId: input.vendor.orgId,
    status: input.status ?? 'submitted',
    pricePerReadMinor,
    currency,
    ...offer,
    submittedAt: now,
    createdBy: personId,
    createdAt: now,
    updatedAt: now,
  });
  const seats = input.vendor.annotators.map((person) => ({
    personId: person.actor.personId,
    role: 'annotator' as const,
    hoursPerWeek: 20,
  }));
  if (seats.length > 0)
    await db.insert(bidSeats).values(seats.map((seat) => ({ id: newId(), bidId: id, ...seat })));
  await db.insert(bidVersions).values({
    bidId: id,
    version: 1,
    offer: { pricing: storedPricing(flatPricing(pricePerReadMinor)), currency, ...offer, seats },
    pricePerReadMinor,
    submittedBy: personId,
    submittedAt: now,
  });
  return id;
}

/** An order under a bid at its price, inserted directly; an award of everything unless told otherwise. */
export async function makeContract(
  db: Database,
  input: {
    bidId: string;
    kind?: 'pilot_order' | 'award';
    status?: 'active' | 'completed' | 'terminated';
    shareBasisPoints?: number;
    clock?: Clock;
  },
): Promise<string> {
  const [row] = await db.select().from(bids).where(eq(bids.id, input.bidId));
  const bid = present(row, 'The bid');
  const kind = input.kind ?? 'award';
  const id = newId();
  await db.insert(contracts).values({
    id,
    projectId: bid.projectId,
    callId: bid.callId,
    bidId: bid.id,
    vendorOrgId: bid.vendorOrgId,
    kind,
    status: input.status ?? 'active',
    shareBasisPoints: input.shareBasisPoints ?? (kind === 'award' ? 10_000 : 0),
    pricePerReadMinor: bid.pricePerReadMinor,
    currency: bid.currency,
    feeBasisPoints: 1500,
    terms: {},
    signedBy: bid.createdBy,
    createdAt: (input.clock ?? systemClock).now(),
  });
  return id;
}
