import type { Database } from '#db/client.ts';
import { workforceAttestations } from '#db/schema/agreements.ts';
import { credentials, qualifications, verifications } from '#db/schema/credentials.ts';
import { memberships, organisations, people, users } from '#db/schema/identity.ts';
import { staffRates } from '#db/schema/staffing.ts';
import { absences, availability } from '#db/schema/staffing-rosters.ts';
import { present } from '#server/core/assert.ts';
import { type Clock, DAY, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { bulk } from './bulk.ts';
import { checksOf, signServices } from './crowd-papers.ts';
import { COUNTRIES, NAMES, SPECIALTIES, VENDORS } from './names.ts';
import { between, chance, pick, weighted } from './random.ts';

const INDEPENDENTS = 180;
/** What reading an hour earns by home, in cents; a vendor pays it on. */
const HOURLY: Record<string, number> = {
  US: 9_000,
  GB: 7_200,
  DE: 7_600,
  IN: 2_600,
  PH: 1_900,
  KE: 1_800,
  PL: 4_200,
  MX: 2_800,
};

export type CrowdPerson = {
  personId: string;
  userId: string;
  name: string;
  email: string;
  country: string;
  specialty: string;
  orgId: string;
  /** Holds a board certification that was checked and is in date. */
  isReady: boolean;
};
export type CrowdVendor = {
  orgId: string;
  name: string;
  country: string;
  owner: CrowdPerson;
  people: CrowdPerson[];
};

type Rows = {
  organisations: (typeof organisations.$inferInsert)[];
  people: (typeof people.$inferInsert)[];
  users: (typeof users.$inferInsert)[];
  memberships: (typeof memberships.$inferInsert)[];
  credentials: (typeof credentials.$inferInsert)[];
  verifications: (typeof verifications.$inferInsert)[];
  availability: (typeof availability.$inferInsert)[];
  absences: (typeof absences.$inferInsert)[];
  staffRates: (typeof staffRates.$inferInsert)[];
  qualifications: (typeof qualifications.$inferInsert)[];
  attestations: (typeof workforceAttestations.$inferInsert)[];
};

/** The 25 vendors with their people, and the independents: 2,000 who read, put in by a few large statements. */
export async function makeCrowd(
  db: Database,
  input: {
    clock: Clock;
    mailDomain: string;
    passwordHash: string;
    platformOrgId: string;
    /** Who asked the sources of what is verified. */
    operatorId: string;
  },
): Promise<{ vendors: CrowdVendor[]; independents: CrowdPerson[] }> {
  const rows: Rows = {
    organisations: [],
    people: [],
    users: [],
    memberships: [],
    credentials: [],
    verifications: [],
    availability: [],
    absences: [],
    staffRates: [],
    qualifications: [],
    attestations: [],
  };
  const now = input.clock.now();
  let place = 0;
  const made = VENDORS.map((vendor): CrowdVendor => {
    const orgId = newId();
    const at = { rows, input, now, orgId, role: 'vendor_annotator' as const };
    place += 1;
    const owner = addPerson({ ...at, role: 'vendor_owner', place, country: vendor.country });
    rows.organisations.push(
      organisation(vendor.name, 'vendor', { orgId, owner, country: vendor.country, now }),
    );
    const staff = Array.from({ length: vendor.size }, () => {
      place += 1;
      const atHome = chance(1, place) < 0.8;
      const country = atHome ? vendor.country : weighted(COUNTRIES, 2, place);
      const person = addPerson({ ...at, place, country });
      addFacts(rows, { person, place, now, vendorOrgId: orgId, setBy: owner.personId });
      return person;
    });
    return { orgId, name: vendor.name, country: vendor.country, owner, people: staff };
  });
  shareSome(rows, made, now);
  const independents = Array.from({ length: INDEPENDENTS }, () => {
    place += 1;
    const orgId = newId();
    const country = weighted(COUNTRIES, 2, place);
    const at = { rows, input, now, orgId, place, country };
    const person = addPerson({ ...at, role: 'independent_annotator' as const });
    rows.organisations.push(organisation(person.name, 'independent', { orgId, owner: person, country, now }));
    addFacts(rows, { person, place, now, vendorOrgId: null, setBy: person.personId });
    return person;
  });
  rows.verifications = checksOf(rows.credentials, input);
  await insertAll(db, rows);
  await signServices(db, { now, platformOrgId: input.platformOrgId, vendors: made, independents });
  return { vendors: made, independents };
}

function organisation(
  legalName: string,
  kind: 'vendor' | 'independent',
  at: { orgId: string; owner: CrowdPerson; country: string; now: Date },
): Rows['organisations'][number] {
  return {
    id: at.orgId,
    kind,
    legalName,
    country: at.country,
    registerNumber: kind === 'vendor' ? `${at.country}-${at.orgId.slice(-6).toUpperCase()}` : null,
    domain: kind === 'vendor' ? `${slug(legalName)}.example` : null,
    status: 'verified',
    signatories: [at.owner.personId],
    createdAt: plus(at.now, -200 * DAY),
    verifiedAt: plus(at.now, -190 * DAY),
  };
}

function addPerson(at: {
  rows: Rows;
  input: { mailDomain: string; passwordHash: string };
  now: Date;
  orgId: string;
  role: 'vendor_owner' | 'vendor_annotator' | 'independent_annotator';
  place: number;
  country: string;
}): CrowdPerson {
  const { rows, now, place, country } = at;
  const names = present(NAMES[country], 'Names of a country');
  const name = `${pick(names.given, 3, place)} ${pick(names.family, 4, place)}`;
  const person: CrowdPerson = {
    personId: newId(),
    userId: newId(),
    name,
    email: `${slug(name)}-${place}@${at.input.mailDomain}`,
    country,
    specialty: weighted(SPECIALTIES, 5, place).specialty,
    orgId: at.orgId,
    isReady: false,
  };
  const createdAt = plus(now, -between(30, 190, 6, place) * DAY);
  rows.people.push({ id: person.personId, country, createdAt });
  rows.users.push({
    id: person.userId,
    personId: person.personId,
    email: person.email,
    name,
    passwordHash: at.input.passwordHash,
    timezone: names.timezone,
    createdAt,
    emailVerifiedAt: createdAt,
  });
  const roles = at.role === 'vendor_owner' ? (['vendor_owner'] as const) : [at.role];
  for (const role of roles)
    rows.memberships.push({ id: newId(), orgId: at.orgId, personId: person.personId, role, createdAt });
  return person;
}

/** Credentials, hours, absences, what a vendor pays and its word for them: mixed as in a real crowd. */
function addFacts(
  rows: Rows,
  at: { person: CrowdPerson; place: number; now: Date; vendorOrgId: string | null; setBy: string },
): void {
  const { person, place, now } = at;
  const { personId, country } = person;
  const day = (days: number) =>
    plus(now, days * DAY)
      .toISOString()
      .slice(0, 10);
  const kind = present(
    SPECIALTIES.find(([one]) => one.specialty === person.specialty),
    'A specialty',
  )[0].kind;
  const level = weighted(
    [
      ['primary_source', 55],
      ['vendor_attested', at.vendorOrgId === null ? 0 : 30],
      ['self_claimed', 15],
    ] as const,
    7,
    place,
  );
  const isOver = chance(8, place) < 0.04;
  person.isReady = kind === 'board_certification' && level !== 'self_claimed' && !isOver;
  const createdAt = plus(now, -between(5, 180, 9, place) * DAY);
  const shared = { personId, createdAt, updatedAt: createdAt, jurisdiction: country };
  rows.credentials.push({
    ...shared,
    id: newId(),
    kind,
    title: person.specialty,
    issuer: `Board of ${person.specialty}`,
    specialty: person.specialty,
    identifier: `M${String(place).padStart(6, '0')}`,
    issuedOn: day(-between(1, 28, 10, place) * 365),
    expiresOn: isOver ? day(-between(1, 60, 11, place)) : day(between(20, 1200, 11, place)),
    status: isOver ? 'expired' : level === 'self_claimed' ? 'claimed' : 'verified',
    level,
  });
  const isPhysician = kind === 'board_certification';
  if (isPhysician && chance(12, place) < 0.8)
    rows.credentials.push({
      ...shared,
      id: newId(),
      kind: 'medical_licence',
      title: 'Medical licence',
      issuer: 'Medical register',
      specialty: person.specialty,
      identifier: `L${String(place).padStart(6, '0')}`,
      issuedOn: day(-between(2, 30, 13, place) * 365),
      expiresOn: day(between(40, 900, 14, place)),
      status: 'verified',
      level: 'primary_source',
    });
  if (chance(15, place) < 0.45)
    rows.credentials.push({
      ...shared,
      id: newId(),
      kind: 'language',
      title: 'English',
      issuer: 'Own statement',
      specialty: 'en',
      scheme: 'language',
      proficiency:
        country === 'US' || country === 'GB' ? 'native' : pick(['B2', 'C1', 'C2'] as const, 16, place),
      status: 'claimed',
      level: 'self_claimed',
    });
  addTime(rows, { ...at, day });
}

function addTime(
  rows: Rows,
  at: {
    person: CrowdPerson;
    place: number;
    now: Date;
    vendorOrgId: string | null;
    setBy: string;
    day: (days: number) => string;
  },
): void {
  const { person, place, now, day, vendorOrgId } = at;
  const { personId } = person;
  if (chance(17, place) < 0.82) {
    const isNight = chance(18, place) < 0.15;
    const days = chance(19, place) < 0.2 ? [6, 7] : [1, 2, 3, 4, 5];
    const [fromMinute, toMinute] = isNight ? [1080, 1440] : [480, 1080];
    rows.availability.push({
      personId,
      timezone: present(NAMES[person.country], 'Names of a country').timezone,
      hoursPerWeek: Math.min(between(4, 30, 20, place), (days.length * (toMinute - fromMinute)) / 60),
      windows: days.map((one) => ({ day: one, fromMinute, toMinute })),
      updatedAt: now,
    });
  }
  if (chance(21, place) < 0.12) {
    const from = between(1, 40, 22, place);
    rows.absences.push({
      id: newId(),
      personId,
      fromOn: day(from),
      toOn: day(from + between(1, 14, 23, place)),
      createdAt: now,
    });
  }
  if (vendorOrgId === null) return;
  const hourly = HOURLY[person.country] ?? 3_000;
  if (chance(24, place) < 0.9)
    rows.staffRates.push({
      id: newId(),
      orgId: vendorOrgId,
      personId,
      basis: chance(25, place) < 0.5 ? 'per_active_hour' : 'per_read',
      amountMinor:
        chance(25, place) < 0.5
          ? BigInt(Math.round(hourly * (0.8 + 0.4 * chance(26, place))))
          : BigInt(Math.max(20, Math.round((hourly / 40) * (0.8 + 0.4 * chance(26, place))))),
      currency: 'USD',
      effectiveAt: plus(now, -30 * DAY),
      setBy: at.setBy,
    });
  const trained = -between(10, 340, 27, place);
  // Nine in ten have done the training that the attestation speaks of, and one in twenty of these too long ago.
  if (chance(31, place) < 0.9) {
    const passedAt = plus(now, (chance(32, place) < 0.05 ? -400 : trained) * DAY);
    rows.qualifications.push({
      id: newId(),
      personId,
      kind: 'privacy_training',
      passedAt,
      validUntil: plus(passedAt, 365 * DAY),
    });
  }
  rows.attestations.push({
    id: newId(),
    orgId: vendorOrgId,
    personId,
    relation: chance(28, place) < 0.7 ? 'employed' : 'direct_control',
    privacyTrainingOn: day(trained),
    attestedBy: at.setBy,
    attestedAt: plus(now, trained * DAY),
    confirmedAt: chance(29, place) < 0.92 ? plus(now, trained * DAY) : null,
    validUntil: day(trained + 365),
  });
}

/** One in thirty also works for another vendor: a person may, and never reads a task twice. */
function shareSome(rows: Rows, vendors: readonly CrowdVendor[], now: Date): void {
  const all = vendors.flatMap((vendor) => vendor.people);
  for (const [index, person] of all.entries()) {
    if (index % 30 !== 7) continue;
    const other = pick(
      vendors.filter((one) => one.orgId !== person.orgId),
      30,
      index,
    );
    rows.memberships.push({
      id: newId(),
      orgId: other.orgId,
      personId: person.personId,
      role: 'vendor_annotator',
      createdAt: now,
    });
  }
}

async function insertAll(db: Database, rows: Rows): Promise<void> {
  await bulk(db, organisations, rows.organisations);
  await bulk(db, people, rows.people);
  await bulk(db, users, rows.users);
  await bulk(db, memberships, rows.memberships);
  await bulk(db, credentials, rows.credentials);
  await bulk(db, verifications, rows.verifications);
  await bulk(db, availability, rows.availability);
  await bulk(db, absences, rows.absences);
  await bulk(db, staffRates, rows.staffRates);
  await bulk(db, qualifications, rows.qualifications);
  await bulk(db, workforceAttestations, rows.attestations);
}

function slug(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replaceAll('ı', 'i')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '-');
}
