import { eq, inArray } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { bids, calls } from '#db/schema/bids.ts';
import { datasets } from '#db/schema/datasets.ts';
import { makeBid, makeCall } from '#db/seed/factories/bids.ts';
import { signInMember } from '#db/seed/factories/identity.ts';
import { makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { Role } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { DAY, type manualClock, plus } from '#server/core/clock.ts';
import type { CrowdPerson, CrowdVendor } from './crowd.ts';
import { between, chance } from './random.ts';
import { runPilots } from './run-pilots.ts';
import { FIELD, fieldOf, type Tender } from './tenders.ts';

const CASES = 60;
const GOLD = 40;
const SITES = ['Harbour Clinic', 'St Anne’s', 'Lakeside', 'University'];

export type MarketSponsor = {
  org: { id: string; kind: 'sponsor'; verified: true };
  owner: OrgContext;
};
export type Bidder = { orgId: string; owner: OrgContext; annotators: OrgContext[] };
/** What a tender has left behind: its project, and the bidders whose pilots were ordered. */
export type HeldTender = { scene: WorkScene; bidders: readonly Bidder[] };
type Clock = ReturnType<typeof manualClock>;

/**
 * One piece of work as its state says: the project with cases, gold and a signed protocol, its call, the bids in their
 * states, and pilots that are really read by the people who were named.
 */
export async function holdTender(
  db: Database,
  input: {
    clock: Clock;
    today: Date;
    tender: Tender;
    place: number;
    sponsor: MarketSponsor;
    vendors: readonly CrowdVendor[];
  },
): Promise<HeldTender> {
  const { clock, today, tender, place } = input;
  // What has pilots began long enough ago for them to have come where they are.
  clock.set(plus(today, tender.pilots.length > 0 ? -9 * DAY : -DAY));
  const bidders = choose(input.vendors, tender, place);
  const scene = await makeScene(db, input, present(bidders[0], 'A vendor of the tender'));
  if (tender.call === 'none') return { scene, bidders: [] };
  const callId = await makeCall(db, {
    projectId: scene.project.id,
    terms: termsOf(tender),
    closesAt: plus(today, tender.closesIn * DAY),
    visibility: tender.visibility ?? 'public',
    isSealed: tender.isSealed ?? false,
    cases: CASES * 100,
    ceilingMinor: ceilingOf(tender, scene.project.qualityPolicy.overlap),
    clock,
  });
  const rest = [...bidders];
  const take = () => present(rest.shift(), 'A vendor that has not bid yet');
  const pilots = await Promise.all(
    tender.pilots.map(async (outcome, index) => {
      const vendor = await bidderOf(db, { vendor: take(), tender, clock });
      const bidId = await offer(scene, {
        callId,
        vendor,
        tender,
        place: place * 50 + index,
        status: 'shortlisted',
      });
      return { outcome, vendor, bidId };
    }),
  );
  let at = pilots.length;
  for (const [status, count] of Object.entries(tender.bids))
    for (let n = 0; n < count; n += 1) {
      at += 1;
      const vendor = await bidderOf(db, { vendor: take(), tender, clock });
      const isLive = status === 'submitted' || status === 'shortlisted';
      const bidId = await offer(scene, {
        callId,
        vendor,
        tender,
        place: place * 50 + at,
        status: isLive ? status : 'submitted',
      });
      if (!isLive) await settleBid(db, { bidId, status: status as Ended });
    }
  if (pilots.length > 0) await runPilots({ scene, callId, pilots, place, today });
  if (tender.call !== 'open')
    await endCall(db, { callId, to: tender.call, today, closesIn: tender.closesIn });
  clock.set(today);
  return { scene, bidders: pilots.map((one) => one.vendor) };
}

/** What the work costs at the asking price, times what the sponsor says it may come to at most. */
function ceilingOf({ ceiling, priceMinor }: Tender, overlap: number): bigint | null {
  return ceiling === undefined ? null : BigInt(Math.round(CASES * 100 * overlap * priceMinor * ceiling));
}

/** A sponsor's project with its cases, four fifths of two classes and the rest spread, and gold for two thirds. */
async function makeScene(
  db: Database,
  input: { clock: Clock; tender: Tender; place: number; sponsor: MarketSponsor },
  vendor: CrowdVendor,
): Promise<WorkScene> {
  const { tender, place, sponsor } = input;
  const sites = SITES.slice(0, 2 + (place % 3));
  return makeWorkScene(db, {
    cases: CASES,
    clock: input.clock,
    fields: [fieldOf(tender)],
    datasetName: `${tender.modality} of the ${tender.anatomy.toLowerCase()}, first intake`,
    gold: Object.fromEntries(
      Array.from({ length: GOLD }, (_, at) => [at, { [FIELD]: [truthOf(tender, place, at)] }]),
    ),
    caseAt: (at) => ({
      site: sites[at % sites.length] ?? 'Lakeside',
      subgroups: {
        sex: at % 2 === 0 ? 'female' : 'male',
        age: chance(40 + place, at) < 0.4 ? '65 and over' : 'under 65',
      },
      text: `${tender.modality} ${at + 1} of ${tender.anatomy.toLowerCase()}. Findings as dictated.`,
    }),
    project: {
      title: tender.title,
      summary: `${tender.modality} of the ${tender.anatomy.toLowerCase()}, to train and test a model. One answer a case.`,
      modality: tender.modality,
      anatomy: tender.anatomy,
      status: tender.call === 'none' || tender.call === 'draft' ? 'draft' : 'open',
      budgetMinor: BigInt(tender.priceMinor) * 20_000n,
      credentialRule: {
        anyOf: [
          {
            allOf: [
              { kind: 'board_certification', specialty: tender.specialty, minLevel: 'vendor_attested' },
            ],
          },
          ...(tender.technicians
            ? [{ allOf: [{ ...tender.technicians, minLevel: 'vendor_attested' as const }] }]
            : []),
        ],
      },
    },
    parties: {
      sponsorOrg: sponsor.org,
      vendorOrg: { id: vendor.orgId, kind: 'vendor', verified: true },
      sponsor: sponsor.owner,
    },
  });
}

/** The known answer of a case: the first class is common, as in life. */
export function truthOf(tender: Tender, place: number, at: number): string {
  const isCommon = chance(60 + place, at) < 0.5;
  return String(isCommon ? 0 : between(0, tender.options.length - 1, 80 + place, at));
}

function termsOf(tender: Tender) {
  return pilotTerms.parse({
    cases: 20,
    overlap: 2,
    goldMode: 'embedded',
    goldShareBasisPoints: 0,
    timeLimitDays: 14,
    criteria: {
      reliability: { field: FIELD, scale: tender.type === 'ordinal' ? 'ordinal' : 'nominal', threshold: 0.6 },
      accuracy: { field: FIELD, threshold: 0.8 },
      perClass: [{ field: FIELD, className: '0', sensitivity: 0.6, specificity: null }],
      throughput: { readsPerActiveHour: 20 },
      cost: { per: 'final_label', atMostMinor: tender.priceMinor * 5 },
    },
  });
}

/** Vendors that have people of the specialty, in an order of the tender's own; any others after them. */
function choose(vendors: readonly CrowdVendor[], tender: Tender, place: number): CrowdVendor[] {
  const misfit = (vendor: CrowdVendor) => {
    if (tender.isForLargest && vendor === vendors[0]) return -1;
    return vendor.people.filter((person) => person.specialty === tender.specialty && person.isReady).length >=
      2
      ? 0
      : 1;
  };
  return vendors
    .slice(0, -2)
    .map((vendor, index) => ({ vendor, key: misfit(vendor) + chance(100 + place, index) }))
    .sort((a, b) => a.key - b.key)
    .map(({ vendor }) => vendor);
}

/** A vendor as a bidder: who bids for it, and those of its people who are named. */
async function bidderOf(
  db: Database,
  input: { vendor: CrowdVendor; tender: Tender; clock: Clock },
): Promise<Bidder> {
  const { vendor, tender, clock } = input;
  const org = { id: vendor.orgId, kind: 'vendor' as const, verified: true };
  const enter = (person: CrowdPerson, roles: readonly Role[]) =>
    signInMember(db, { org, roles, person, clock });
  const fitting = vendor.people.filter((person) => person.specialty === tender.specialty && person.isReady);
  const named = (fitting.length >= 2 ? fitting : vendor.people).slice(0, 4);
  return {
    orgId: vendor.orgId,
    owner: await enter(vendor.owner, ['vendor_owner']),
    annotators: await Promise.all(named.map((person) => enter(person, ['vendor_annotator']))),
  };
}

async function offer(
  scene: WorkScene,
  at: {
    callId: string;
    vendor: Bidder;
    tender: Tender;
    place: number;
    status: 'submitted' | 'shortlisted';
  },
): Promise<string> {
  const { vendor, tender, place } = at;
  const home = vendor.owner.actor.country ?? 'US';
  const away = home === 'US' ? 'IN' : 'US';
  const atHome = between(6, 10, 120, place) * 1000;
  return makeBid(scene.db, {
    callId: at.callId,
    project: scene.project,
    vendor,
    status: at.status,
    priceMinor: BigInt(Math.round(tender.priceMinor * (0.75 + 0.5 * chance(121, place)))),
    offer: {
      readsPerDay: between(4, 40, 122, place) * 25,
      locationMix: atHome === 10_000 ? { [home]: 10_000 } : { [home]: atHome, [away]: 10_000 - atHome },
      note: `${vendor.annotators.length} named readers, one lead who reviews; we start within a week.`,
    },
    clock: scene.clock,
  });
}

type Ended = 'draft' | 'declined' | 'withdrawn' | 'expired';

const REASONS: Record<Ended, string | null> = {
  draft: null,
  declined: 'Others offered a lower cost per label with the same people.',
  withdrawn: null,
  expired: 'The offer ended: its price is held until 30 days after the verdict.',
};

async function settleBid(db: Database, at: { bidId: string; status: Ended }): Promise<void> {
  await db
    .update(bids)
    .set({
      status: at.status,
      statusReason: REASONS[at.status],
      ...(at.status === 'draft' ? { submittedAt: null } : {}),
    })
    .where(eq(bids.id, at.bidId));
}

async function endCall(
  db: Database,
  at: { callId: string; to: 'draft' | 'closed' | 'decided'; today: Date; closesIn: number },
): Promise<void> {
  const ended = plus(at.today, at.closesIn * DAY);
  await db
    .update(calls)
    .set({
      status: at.to,
      ...(at.to === 'draft'
        ? {}
        : { endedAt: ended, opensAt: plus(ended, -14 * DAY), createdAt: plus(ended, -14 * DAY) }),
      ...(at.to === 'decided' ? { decidedAt: at.today } : {}),
    })
    .where(eq(calls.id, at.callId));
}

/** The data of a project becomes such that a vendor has to return it (R16). */
export async function deidentify(
  db: Database,
  datasetIds: readonly string[],
  issuedOn: string,
): Promise<void> {
  await db
    .update(datasets)
    .set({
      dataClass: 'deidentified_expert',
      legalBasis: 'Expert determination',
      evidence: {
        kind: 'expert_determination',
        issuer: 'Dr Imogen Whitmore, statistician',
        reference: 'ED-2026-041',
        issuedOn,
        expiresOn: null,
        sha256: null,
      },
    })
    .where(inArray(datasets.id, [...datasetIds]));
}
