import { createHash } from 'node:crypto';
import type { Queryable } from '#db/client.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import type { CredentialSnapshot } from '#server/credentials/schemas.ts';
import { peopleOfTeam, teamUnknown } from '#server/identity/reads.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import {
  type Absence,
  type Availability,
  blockHours,
  daysAfter,
  hoursInWeek,
  sharedOfficeHours,
} from './availability-rules.ts';
import { listDaysAway } from './days-away.ts';
import { listCurrentRates } from './margin-queries.ts';
import type { Candidate, Estimate, RosterModel } from './roster-model.ts';
import { withoutNames } from './roster-names.ts';
import {
  type AvailabilityRow,
  type Booking,
  listAvailability,
  listBookings,
  listMeasured,
  listReadingStaff,
  type MeasuredRow,
  type StaffRow,
} from './roster-queries.ts';
import { type RosterFacts, type RosterParameters, window } from './roster-schemas.ts';
import type { StaffRate } from './schemas.ts';

/** Weeks beyond the plan's end for which hours are known, so that "two weeks more" can be tried. */
const SPARE_WEEKS = 4;
/** Reviews go about twice as fast as reads until they are measured. */
const REVIEWS_TO_READS = 2;
/** Items below which a measured speed is not believed. */
const LEAST_ITEMS = 10;
const LEAST_GOLD = 10;

type Scope = { vendorOrgId: string; projectId: string; contractId: string; currency: string };
type Known = {
  project: Project;
  parameters: RosterParameters;
  now: Date;
  currency: string;
  mondays: string[];
  availability: Map<string, AvailabilityRow>;
  absences: Map<string, Absence[]>;
  bookings: Map<string, Booking[]>;
  snapshots: Map<string, CredentialSnapshot>;
  measured: Map<string, MeasuredRow[]>;
  rates: Map<string, StaffRate[]>;
};

/**
 * Everything a roster depends on, read at one moment: who may have which seat, when they can work, how fast and how right
 * they have been here, what they cost. People who cannot be candidates are listed with every reason; what is assumed of
 * somebody is named. `keeps` are those who have accepted and stay.
 */
export async function gatherRoster(
  q: Queryable,
  scope: Scope,
  parameters: RosterParameters,
  input: { now: Date; keeps: readonly { personId: string; seat: string }[] },
): Promise<RosterFacts> {
  const staff = await staffOf(q, scope.vendorOrgId, parameters.teamId);
  const ids = staff.map((one) => one.personId);
  const weeks = parameters.readsByWeek.length;
  const mondays = Array.from({ length: weeks + SPARE_WEEKS }, (_, at) =>
    daysAfter(parameters.startOn, at * 7),
  );
  const [project, availability, days, bookings, snapshots, measured, rates] = await Promise.all([
    getProject(q, scope.projectId),
    listAvailability(q, ids),
    listDaysAway(q, {
      orgId: scope.vendorOrgId,
      personIds: ids,
      from: parameters.startOn,
      to: daysAfter(parameters.startOn, mondays.length * 7 - 1),
    }),
    listBookings(q, ids),
    snapshotCredentials(q, ids, input.now),
    listMeasured(q, scope.vendorOrgId),
    listCurrentRates(q, scope.vendorOrgId),
  ]);
  const known: Known = {
    project,
    parameters,
    now: input.now,
    currency: scope.currency,
    mondays,
    availability,
    absences: new Map([...days].map(([personId, { away }]) => [personId, away])),
    // The roster that this one would replace does not stand in its way.
    bookings: Map.groupBy(
      bookings.filter((one) => one.contractId !== scope.contractId),
      (one) => one.personId,
    ),
    snapshots,
    measured: Map.groupBy(measured, (one) => one.personId),
    rates: Map.groupBy(rates, (one) => one.personId),
  };
  const judged = staff.map((person) => judge(person, known));
  const candidates = judged.flatMap((one) => (one.candidate ? [one.candidate] : []));
  const mayHave = new Set(candidates.flatMap((one) => one.seats.map((seat) => `${one.personId}|${seat}`)));
  const fixed = [...input.keeps, ...parameters.including].filter((one) =>
    mayHave.has(`${one.personId}|${one.seat}`),
  );
  return {
    model: { ...demandOf(parameters), candidates, fixed: uniquePeople(fixed) },
    leftOut: judged.flatMap(({ leftOut }) => (leftOut ? [leftOut] : [])),
    assumed: judged.flatMap(({ assumed, candidate }) =>
      candidate && assumed.length > 0 ? [{ personId: candidate.personId, what: assumed }] : [],
    ),
  };
}

/** A vendor's reading people, or those of one of its teams; who has accepted stays by `keeps` only if they are in it. */
async function staffOf(q: Queryable, orgId: string, teamId: string | null): Promise<StaffRow[]> {
  const staff = await listReadingStaff(q, orgId);
  if (teamId === null) return staff;
  const team = await peopleOfTeam(q, { orgId, teamId });
  if (team === null) throw teamUnknown();
  return staff.filter((one) => team.has(one.personId));
}

/** The hash by which a stored plan's facts can be told from today's. */
export function hashFacts(facts: RosterFacts): string {
  return createHash('sha256')
    .update(JSON.stringify(withoutNames(facts)))
    .digest('hex');
}

function uniquePeople<T extends { personId: string }>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [one.personId, one])).values()];
}

function demandOf(parameters: RosterParameters): Omit<RosterModel, 'candidates' | 'fixed'> {
  const { readsByWeek, reviewShareBasisPoints } = parameters;
  return {
    weeks: readsByWeek.length,
    objective: parameters.objective,
    overlap: parameters.overlap,
    seats: parameters.seats.map(({ rule: _, ...seat }) => seat),
    demand: {
      annotator: readsByWeek,
      reviewer: readsByWeek.map((reads) => Math.ceil((reads * reviewShareBasisPoints) / 10_000)),
      adjudicator: readsByWeek.map(() => 0),
    },
    onshore:
      parameters.onshoreCountry === null || parameters.onshoreShareBasisPoints === 0
        ? null
        : { country: parameters.onshoreCountry, share: parameters.onshoreShareBasisPoints / 10_000 },
    annotatorsPerReviewer: parameters.annotatorsPerReviewer,
    mostHours: parameters.mostHours,
    leastHours: parameters.leastHours,
    budgetMinor: parameters.budgetMinor === null ? null : Number(parameters.budgetMinor),
    coverage: parameters.coverage,
  };
}

type Judged = {
  candidate: Candidate | null;
  leftOut: RosterFacts['leftOut'][number] | null;
  assumed: RosterFacts['assumed'][number]['what'];
};

function judge(person: StaffRow, known: Known): Judged {
  const reasons: string[] = [];
  const { parameters, project } = known;
  const row = known.availability.get(person.personId);
  if (parameters.without.includes(person.personId)) reasons.push('Left out of this plan.');
  if (!row) reasons.push('Has not said when they can work.');
  const { allowedCountries } = project.locationPolicy;
  if (allowedCountries.length > 0 && (person.country === null || !allowedCountries.includes(person.country)))
    reasons.push(
      person.country === null
        ? 'Has not given a country.'
        : `Reads from ${person.country}; the project takes reads from ${allowedCountries.join(', ')}.`,
    );
  const { open, gaps } = seatsOf(person, known);
  if (open.length === 0) reasons.push(...gaps);
  const availability = row ? toAvailability(row) : null;
  const hours = availability ? hoursOf(person.personId, availability, known) : [];
  if (availability && hours.slice(0, parameters.readsByWeek.length).every((time) => time <= 0))
    reasons.push('Has no hours left in these weeks.');
  if (reasons.length > 0 || !availability)
    return {
      candidate: null,
      leftOut: { personId: person.personId, name: person.name, reasons },
      assumed: [],
    };
  const isInZone =
    parameters.sharedOfficeHours === 0 ||
    sharedOfficeHours(availability, parameters.sponsorTimezone, parameters.startOn) >=
      parameters.sharedOfficeHours;
  const { assumed, ...measures } = measuresOf(person.personId, known);
  const absent = known.absences.get(person.personId) ?? [];
  const candidate: Candidate = {
    personId: person.personId,
    name: person.name,
    country: person.country,
    seats: isInZone ? open : [],
    seatsBarZone: isInZone ? [] : open,
    hours,
    ...measures,
    blocks:
      parameters.coverage === null
        ? []
        : known.mondays
            .slice(0, parameters.readsByWeek.length)
            .flatMap((monday) => blockHours(availability, absent, monday)),
  };
  const zone = isInZone
    ? null
    : {
        personId: person.personId,
        name: person.name,
        reasons: [`Shares fewer than ${parameters.sharedOfficeHours} h a week with the sponsor’s office.`],
      };
  return { candidate, leftOut: zone, assumed };
}

/** Seats whose rules, the project's and their own, somebody meets; else what is missing for the nearest. */
function seatsOf(person: StaffRow, known: Known): { open: string[]; gaps: string[] } {
  const snapshot = known.snapshots.get(person.personId);
  if (!snapshot) return { open: [], gaps: ['Their credentials could not be read.'] };
  const gaps: string[][] = [];
  const open = known.parameters.seats.flatMap((seat) => {
    const missing = [known.project.credentialRule, seat.rule].flatMap((rule) => {
      const decision = evaluateCredentialRule(rule, snapshot, known.now);
      return decision.allowed ? [] : decision.reasons.map((reason) => reason.message);
    });
    if (missing.length === 0) return [seat.key];
    gaps.push(missing);
    return [];
  });
  return { open, gaps: gaps.sort((a, b) => a.length - b.length)[0] ?? [] };
}

export function toAvailability(row: AvailabilityRow): Availability {
  return {
    timezone: row.timezone,
    hoursPerWeek: row.hoursPerWeek,
    windows: window.array().parse(row.windows),
  };
}

/** Hours by week: what somebody offers, less absences and what they are booked for elsewhere. */
function hoursOf(personId: string, availability: Availability, known: Known): number[] {
  const away = known.absences.get(personId) ?? [];
  const booked = known.bookings.get(personId) ?? [];
  return known.mondays.map((monday) =>
    Math.max(0, hoursInWeek(availability, away, monday) - bookedHours(booked, monday)),
  );
}

/** Hours that bookings take in the week of a Monday. */
export function bookedHours(bookings: readonly Pick<Booking, 'startOn' | 'hours'>[], monday: string): number {
  return bookings.reduce((sum, { startOn, hours }) => {
    const at = Math.round((Date.parse(monday) - Date.parse(startOn)) / (7 * DAY));
    const time = Array.isArray(hours) ? hours[at] : undefined;
    return sum + (typeof time === 'number' ? time : 0);
  }, 0);
}

function measuresOf(
  personId: string,
  known: Known,
): Pick<Candidate, 'speed' | 'accuracy' | 'costPerHour'> & Pick<Judged, 'assumed'> {
  const { parameters } = known;
  const rows = known.measured.get(personId) ?? [];
  const labels = rows.find((row) => row.tier === 'label');
  const reviews = rows.find((row) => row.tier === 'review');
  const isCautious = parameters.speedBasis === 'cautious';
  const read = speedOf(labels, parameters.assumedReadsPerHour, isCautious);
  const review = speedOf(reviews, read.value * REVIEWS_TO_READS, isCautious);
  const accuracy = accuracyOf(labels, parameters.assumedAccuracy);
  const rate = (known.rates.get(personId) ?? []).find((one) => one.currency === known.currency);
  const perHour = (speed: Estimate) => {
    if (rate?.basis === 'per_active_hour') return Number(rate.amountMinor);
    // Without a rate the contract's price is the most a read can cost before it is a loss.
    return Number(rate?.amountMinor ?? parameters.pricePerReadMinor) * speed.value;
  };
  const assumed: Judged['assumed'] = [];
  if (read.n === 0) assumed.push('speed');
  if (accuracy.n === 0) assumed.push('accuracy');
  if (!rate) assumed.push('cost');
  return {
    speed: { annotator: read, reviewer: review, adjudicator: review },
    accuracy,
    costPerHour: { annotator: perHour(read), reviewer: perHour(review), adjudicator: perHour(review) },
    assumed,
  };
}

/** Items per active hour; the interval is that of a count of items in that time, 95 %. */
function speedOf(row: MeasuredRow | undefined, assumed: number, isCautious: boolean): Estimate {
  if (!row || row.items < LEAST_ITEMS || row.activeMs <= 0)
    return { value: assumed, lower: assumed, upper: assumed, n: 0 };
  const perHour = (row.items * 3_600_000) / row.activeMs;
  const spread = 1.96 / Math.sqrt(row.items);
  const lower = perHour * Math.max(0.05, 1 - spread);
  return { value: isCautious ? lower : perHour, lower, upper: perHour * (1 + spread), n: row.items };
}

/** Right answers among known cases; one right and one wrong more than there were, so that nobody is planned as never wrong. */
function accuracyOf(row: MeasuredRow | undefined, assumed: number): Estimate {
  const interval = row && row.goldN >= LEAST_GOLD ? wilsonInterval(row.goldOk, row.goldN) : null;
  if (!row || !interval) return { value: assumed, lower: assumed, upper: assumed, n: 0 };
  return {
    value: (row.goldOk + 1) / (row.goldN + 2),
    lower: interval[0],
    upper: interval[1],
    n: row.goldN,
  };
}

/** The first Monday that a plan made at `now` may start on: this week's. */
export function earliestStart(now: Date): string {
  return plus(now, -((now.getUTCDay() + 6) % 7) * DAY)
    .toISOString()
    .slice(0, 10);
}
