import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { systemClock } from '#server/core/clock.ts';
import type { PersonFacts } from '#server/matching/people-facts.ts';

const SPECIALTIES = ['Radiology', 'Pathology', 'Cardiology', 'Dermatology', 'Neurology', 'Ophthalmology'];
const COUNTRIES = ['US', 'IN', 'DE', 'PH', 'GB', 'ZA', 'KE', 'BR'];
const TASK_TYPES = ['CT/chest', 'MR/brain', 'WSI/prostate'];
export const VENDORS = 2000;

/** Numbers that look random and are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const VENDOR_IDS = Array.from({ length: VENDORS }, (_, n) => [idOf(0xbeef, n)]);

function idOf(kind: number, n: number): string {
  return `0199${kind.toString(16)}-${(n >>> 16).toString(16).padStart(4, '0')}-7${(n & 0xfff).toString(16).padStart(3, '0')}-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Of those on their own account, every how many-th stands under agreements of their own that say where data may be shown. */
const LIMITED_EVERY = 25;

const ownLimit = (n: number) => ({
  kind: 'subcontractor_baa' as const,
  status: 'active' as const,
  effectiveFrom: '2020-01-01',
  effectiveUntil: null,
  suspendedByOrgId: null,
  locations: [COUNTRIES[n % COUNTRIES.length] as string, 'US'],
});

/** Somebody of a crowd: two credentials, a vendor, most of them measured; some read for themselves alone, under limits of their own. */
export function someone(n: number, random: () => number): PersonFacts {
  const pick = <One>(list: readonly One[]): One => list[Math.floor(random() * list.length)] as One;
  const specialty = pick(SPECIALTIES);
  const country = pick(COUNTRIES);
  const accuracyN = Math.floor(random() * 200);
  const isMeasured = accuracyN >= 20;
  const accuracyLower = isMeasured ? 0.6 + 0.4 * random() : null;
  const credential = (kind: string) => ({
    kind,
    specialty,
    jurisdiction: country,
    region: null,
    taxonomyCode: null,
    proficiency: null,
    level: random() < 0.5 ? ('vendor_attested' as const) : ('primary_source' as const),
    issuedOn: `20${10 + Math.floor(random() * 15)}-05-05`,
    expiresOn: kind === 'medical_licence' ? '2099-01-01' : null,
  });
  const isVerified = random() < 0.95;
  const isIndependent = random() < 0.2;
  const isLimited = isIndependent && n % LIMITED_EVERY === 0;
  return {
    personId: idOf(0xaaaa, n),
    orgIds: pick(VENDOR_IDS),
    isVerified,
    isIndependent,
    isStaff: !isLimited,
    isBarred: random() < 0.001,
    country,
    utcOffsetMinutes: Math.floor(random() * 48 - 24) * 30,
    hoursFree: random() < 0.2 ? null : Math.floor(random() * 40),
    accuracyLower,
    accuracyN,
    reliability: isMeasured ? random() : null,
    readsPerHour: isMeasured ? 30 + 100 * random() : null,
    prices: random() < 0.3 ? {} : { USD: 50 + Math.floor(random() * 200) },
    lastReadOn: isMeasured ? `2026-0${1 + Math.floor(random() * 9)}-15` : null,
    skills: accuracyLower === null ? [] : [{ taskType: pick(TASK_TYPES), accuracyLower, n: accuracyN }],
    credentials: [credential('medical_licence'), credential('board_certification')],
    ownLimits: isLimited ? [ownLimit(n)] : [],
  };
}

/** A well-formed UUID that follows from a text. */
const uuidOf = (text: SQL): SQL =>
  sql`overlay(overlay(md5(${text}) placing '8' from 13) placing '8' from 17)::uuid`;

/** Vendors and their people with two credentials each, straight into the tables. */
export async function loadCrowd(db: Database, people: number): Promise<void> {
  const now = systemClock.now().toISOString();
  await db.execute(sql`set statement_timeout = 0`);
  await db.execute(sql`
    insert into organisations (id, kind, legal_name, country, status, created_at)
    select ${uuidOf(sql`'org' || n`)}, 'vendor', 'Vendor ' || n, 'US', 'verified', ${now}::timestamptz
    from generate_series(0, ${VENDORS - 1}::int) n`);
  const chunk = 50_000;
  for (let from = 0; from < people; from += chunk) {
    const range = sql`generate_series(${from}::int, ${Math.min(people, from + chunk) - 1}::int) n`;
    const person = uuidOf(sql`'person' || n`);
    await db.execute(sql`insert into people (id, country, created_at)
      select ${person}, (array['US','IN','DE','PH','GB','ZA','KE','BR'])[1 + n % 8], ${now}::timestamptz from ${range}`);
    await db.execute(sql`insert into users (id, person_id, email, name, password_hash, timezone, created_at)
      select ${person}, ${person}, 'p' || n || '@crowd.example', 'Person ' || n, '-',
        (array['America/New_York','Asia/Kolkata','Europe/Berlin','Asia/Manila'])[1 + n % 4], ${now}::timestamptz from ${range}`);
    await db.execute(sql`insert into memberships (id, org_id, person_id, role, created_at)
      select ${person}, ${uuidOf(sql`'org' || (n % ${VENDORS}::int)`)}, ${person}, 'vendor_annotator', ${now}::timestamptz from ${range}`);
    await db.execute(sql`insert into credentials (id, person_id, kind, title, issuer, jurisdiction, identifier, specialty, issued_on,
        expires_on, status, level, created_at, updated_at)
      select ${uuidOf(sql`k || n`)}, ${person}, k, k, 'Board', (array['US','IN','DE','PH','GB','ZA','KE','BR'])[1 + n % 8], k || n,
        (array['Radiology','Pathology','Cardiology','Dermatology','Neurology','Ophthalmology'])[1 + n % 6], '2015-05-05', '2099-01-01',
        'verified', 'primary_source', ${now}::timestamptz, ${now}::timestamptz
      from ${range} cross join unnest(array['medical_licence', 'board_certification']) k`);
  }
  await db.execute(sql`set statement_timeout = '30s'`);
}
