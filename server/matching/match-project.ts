import { createHash } from 'node:crypto';
import type { Queryable } from '#db/client.ts';
import { chainReach } from '#server/agreements/chain-reach.ts';
import { findProjectCall } from '#server/bids/reads.ts';
import { pilotTerms } from '#server/bids/schemas.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { zoneOffsetMinutes } from '#server/core/timezone.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { dayOf, evaluateCredentialRule } from '#server/credentials/rules.ts';
import { findInHouse } from '#server/identity/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import type { SpentCap } from '#server/work/cap-rules.ts';
import { listSpentPeople } from '#server/work/spent-caps.ts';
import type { Bitmap } from './bitmap.ts';
import type { RankedCandidate } from './candidate-words.ts';
import { gatesInWords, partsInWords } from './describe-person.ts';
import type { MatchIndex } from './live-index.ts';
import { daysOf, freshness, PEOPLE_GATES, type PeopleGate, type PeopleQuery } from './people-facts.ts';
import type { PeopleIndex } from './people-index.ts';
import {
  gatesOfPerson,
  type PeopleRequest,
  type RankedPerson,
  rankPeople,
  scorePerson,
  sharedQuarters,
  WORKING_QUARTERS,
} from './rank-people.ts';
import { describeVendor, meetsRule, rankVendors, type VendorFacts } from './rank-vendors.ts';
import { weights } from './schemas.ts';
import { teamLimits } from './team-limits.ts';
import { measuresOf } from './vendor-measures.ts';
import { findTimezone, findWeights, listMembersOf, listOrgNames, type VendorRow } from './vendor-queries.ts';
import { USUAL_WEIGHTS, type Weights } from './weights.ts';

/** Vendors whose gap is told by an example: who is shown, not everybody. */
const EXAMPLES = 20;

/** What a project asks of people. */
export type ProjectRequest = PeopleRequest & {
  /** Who has used up what one person may read of it now, and what that is. */
  spentCaps: ReadonlyMap<string, SpentCap>;
};

/** What a project asks of people, as the index is asked. */
export async function requestOf(
  q: Queryable,
  project: Project,
  input: { now: Date; limit: number },
): Promise<ProjectRequest> {
  const today = dayOf(input.now);
  const [zone, unit, set, chain, spent] = await Promise.all([
    findTimezone(q, project.createdBy),
    // Own staff is the sponsor's people too, whatever else they do.
    findInHouse(q, project.orgId),
    findWeights(q, project.id).then((kept) => weights.safeParse(kept)),
    chainReach(q, { projectId: project.id, sponsorOrgId: project.orgId, today }),
    listSpentPeople(q, { projectId: project.id, now: input.now }),
  ]);
  return {
    rule: project.credentialRule,
    countries: project.locationPolicy.allowedCountries,
    chain,
    conflicting: [project.orgId, ...(unit ? [unit.id] : [])],
    spent: [...spent.keys()],
    spentCaps: spent,
    among: 'everybody',
    currency: project.currency,
    today,
    taskType: `${project.modality}/${project.anatomy}`,
    utcOffsetMinutes: zone === null ? null : zoneOffsetMinutes(zone, input.now),
    weights: set.success ? set.data : USUAL_WEIGHTS,
    seed: Number.parseInt(project.id.slice(-7), 16),
    limit: input.limit,
  };
}

/** Ranks vendors for a project, each with its gates and score parts; those who fit first. */
export async function matchVendors(
  q: Queryable,
  project: Project,
  of: { index: MatchIndex; request: ProjectRequest; now: Date; limit: number; orgId?: string },
): Promise<RankedCandidate[]> {
  const { index, request } = of;
  const among = of.orgId === undefined ? request.among : { orgId: of.orgId };
  const { able, reached } = ableOf(index.people, { ...request, among });
  const countries = index.people.knownCountries();
  const limits = teamLimits(index.vendors, { ...request, countries });
  const { utcOffsetMinutes } = request;
  const quartersOf = sharedQuarters(utcOffsetMinutes ?? 0);
  // Of one organisation, the pass is short, and would put out what others ask of everybody.
  const key = of.orgId === undefined ? keyOfQuery(request, utcOffsetMinutes) : null;
  const teamOf = index.people.teamsOf(reached, { quartersOf, limits, key: key && `reached ${key}` });
  const { inEea, elsewhere } = request.chain;
  const isLimited = inEea.countries !== null || elsewhere.countries !== null || limits.size > 0;
  const allOf = isLimited
    ? index.people.teamsOf(able, { quartersOf, limits: new Map(), key: key && `able ${key}` })
    : teamOf;
  const call = await findProjectCall(q, project.id);
  const overlap = call ? pilotTerms.parse(call.pilotTerms).overlap : project.qualityPolicy.overlap;
  const day = daysOf(request.today);
  const factsOf = (row: VendorRow): VendorFacts => {
    const team = teamOf(row.orgId);
    return {
      ...row,
      ...measuresOf(row.scores, request.taskType),
      medianPriceMinor: row.medianPrices[project.currency] ?? null,
      isVerified: row.status === 'verified',
      people: index.people.sizeOfOrg(row.orgId),
      qualifiedPeople: allOf(row.orgId)?.people ?? 0,
      reachedPeople: team?.people ?? 0,
      credentialGap: null,
      isLocationAllowed: request.countries.length === 0 || request.countries.includes(row.country),
      allowedCountries: request.countries,
      overlap,
      timezone:
        team === undefined || utcOffsetMinutes === null
          ? null
          : team.quarters / WORKING_QUARTERS / team.people,
      freshness: team === undefined || team.lastReadDay < 0 ? null : freshness(team.lastReadDay, day),
    };
  };
  const rows = index.vendors.filter((row) => of.orgId === undefined || row.orgId === of.orgId);
  const how = { weights: request.weights, cheapest: lowestPrice(index.vendors, project.currency) };
  const shown = rankVendors(rows.map(factsOf), how).slice(0, of.limit);
  const gaps = await exampleGaps(q, project, { shown, now: of.now });
  return shown.map((facts) =>
    describeVendor({ ...facts, credentialGap: gaps.get(facts.orgId) ?? null }, how),
  );
}

/** Ranks people on their own account (R17), or those of one vendor for itself. */
export async function matchPeople(
  q: Queryable,
  of: { index: MatchIndex; request: PeopleRequest },
): Promise<RankedCandidate[]> {
  const { people } = rankPeople(of.index.people, of.request);
  const names = await listOrgNames(
    q,
    people.flatMap((person) => person.orgIds),
  );
  return people.map((person) => {
    const orgId = person.orgIds[0] ?? '';
    return toCandidate(
      person,
      { orgId, ...(names.get(orgId) ?? { name: '', country: '' }) },
      of.request.weights,
    );
  });
}

/** One independent's gates and parts for a project, exactly as the sponsor would see them. */
export async function matchIndependent(
  q: Queryable,
  project: Project,
  of: { index: MatchIndex; request: ProjectRequest; orgId: string; now: Date },
): Promise<RankedCandidate | null> {
  const { request, orgId } = of;
  const [personId] = (await listMembersOf(q, [orgId])).get(orgId) ?? [];
  const names = await listOrgNames(q, [orgId]);
  const org = names.get(orgId);
  if (personId === undefined || org === undefined) return null;
  const alone: PeopleRequest = { ...request, among: 'independents' };
  const person = scorePerson(of.index.people, alone, personId);
  const open = gatesOfPerson(of.index.people, alone, personId);
  if (person === null || open === null) return null;
  const candidate = toCandidate(person, { orgId, ...org }, request.weights);
  if (Object.values(open).every(Boolean)) return candidate;
  const credentialGap = open.credential_rule ? null : await gapOf(q, project, { personId, now: of.now });
  return {
    ...candidate,
    score: null,
    gates: gatesInWords(open, {
      credentialGap,
      countries: request.countries,
      country: org.country,
      spent: request.spentCaps.get(personId) ?? null,
    }),
  };
}

const ALL_OPEN: Record<PeopleGate, boolean> = {
  verified: true,
  credential_rule: true,
  location: true,
  agreements: true,
  exclusion: true,
  conflict: true,
  capacity: true,
  cap: true,
};

function toCandidate(
  person: RankedPerson,
  org: { orgId: string; name: string; country: string },
  weighed: Weights,
): RankedCandidate {
  return {
    ...org,
    kind: 'independent',
    gates: gatesInWords(ALL_OPEN, {
      credentialGap: null,
      countries: [],
      country: org.country,
      spent: null,
    }),
    parts: partsInWords(person, weighed),
    score: person.score,
    isNewcomer: person.isNewcomer,
  };
}

/**
 * Who could read for their organisation, whether or not it has been verified yet: that gate is the organisation's own; and who of them a
 * chain of agreements could reach.
 */
function ableOf(
  people: PeopleIndex,
  query: PeopleQuery,
): { able: Readonly<Bitmap>; reached: Readonly<Bitmap> } {
  const { asked, byGate } = people.gates(query);
  const gates = PEOPLE_GATES.filter((gate) => gate !== 'verified' && gate !== 'agreements');
  const able = people.passing(asked, byGate, gates);
  return { able, reached: people.passing(able, byGate, ['agreements']) };
}

/** All that the sets of `ableOf` and their shared hours follow from, people apart. */
function keyOfQuery(query: PeopleQuery, utcOffsetMinutes: number | null): string {
  const { rule, countries, chain, conflicting, spent, among, today } = query;
  const asked = [rule, countries, chain, conflicting, spent, among, today, utcOffsetMinutes];
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64');
}

function lowestPrice(vendors: readonly VendorRow[], currency: string): number | null {
  const prices = vendors.flatMap((row) => row.medianPrices[currency] ?? []);
  return prices.length > 0 ? Math.min(...prices) : null;
}

/** Of the first vendors who fail by credentials, what one of their people lacks. */
async function exampleGaps(
  q: Queryable,
  project: Project,
  of: { shown: readonly VendorFacts[]; now: Date },
): Promise<Map<string, string>> {
  const failing = of.shown.filter((facts) => !meetsRule(facts)).slice(0, EXAMPLES);
  const members = await listMembersOf(
    q,
    failing.map((one) => one.orgId),
  );
  const snapshots = await snapshotCredentials(q, [...members.values()].flat(), of.now);
  const gaps = new Map<string, string>();
  for (const [orgId, personIds] of members) {
    for (const personId of personIds) {
      const snapshot = snapshots.get(personId);
      const decision = snapshot && evaluateCredentialRule(project.credentialRule, snapshot, of.now);
      const message = decision && !decision.allowed ? decision.reasons[0]?.message : undefined;
      if (message !== undefined && !gaps.has(orgId)) gaps.set(orgId, message);
    }
  }
  return gaps;
}

async function gapOf(
  q: Queryable,
  project: Project,
  of: { personId: string; now: Date },
): Promise<ErrorDetail | null> {
  const snapshots = await snapshotCredentials(q, [of.personId], of.now);
  const snapshot = snapshots.get(of.personId);
  if (snapshot === undefined) return null;
  const decision = evaluateCredentialRule(project.credentialRule, snapshot, of.now);
  return decision.allowed ? null : (decision.reasons[0] ?? null);
}
