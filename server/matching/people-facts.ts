import type { ChainReach } from '#server/agreements/chain-reach.ts';
import type { LocationLimit } from '#server/agreements/location-limits.ts';
import type { CredentialRule } from '#server/credentials/schemas.ts';
import { type Bitmap, clearBit, setBit } from './bitmap.ts';
import type { CredentialFact } from './credential-columns.ts';
import { NOT_KNOWN, type PeopleColumns } from './people-columns.ts';

/** What is known of one person; null where nothing is. */
export type PersonFacts = {
  personId: string;
  /** Organisations the person reads for, and whether one of them is verified (R0). */
  orgIds: readonly string[];
  isVerified: boolean;
  /** Works on their own account (R17). */
  isIndependent: boolean;
  /** Reads for a vendor as well, or alone. */
  isStaff: boolean;
  /** On an exclusion list, confirmed by a person. */
  isBarred: boolean;
  country: string | null;
  utcOffsetMinutes: number;
  /** Hours a week that nobody has booked. */
  hoursFree: number | null;
  /** Lower bound of the accuracy on known answers over all work, and on how many. */
  accuracyLower: number | null;
  accuracyN: number;
  reliability: number | null;
  readsPerHour: number | null;
  /** What they cost per read by currency, in minor units. */
  prices: Readonly<Record<string, number>>;
  /** YYYY-MM-DD. */
  lastReadOn: string | null;
  /** The same bound by kind of work, e.g. `CT/chest`. */
  skills: readonly { taskType: string; accuracyLower: number; n: number }[];
  /** Those that count (R19): claimed, being verified, verified. */
  credentials: readonly CredentialFact[];
  /** Where their own agreements let data be shown, on their own account (R20). */
  ownLimits: readonly LocationLimit[];
};

/** Who is asked for; an empty list of countries takes everywhere. */
export type PeopleQuery = {
  rule: CredentialRule;
  countries: readonly string[];
  /** What a chain of agreements could reach (`chainReach`). */
  chain: ChainReach;
  /** Organisations whose people have an interest in the result: the sponsor's own (R7, R25). */
  conflicting: readonly string[];
  /** People who have used up what one person may read of the project now (`listSpentPeople`). */
  spent: readonly string[];
  /** Everybody, those on their own account, or the people of one organisation. */
  among: 'everybody' | 'independents' | { orgId: string };
  /** Prices are compared in this one. */
  currency: string;
  /** YYYY-MM-DD. */
  today: string;
};

export const PEOPLE_GATES = [
  'verified',
  'credential_rule',
  'location',
  'agreements',
  'exclusion',
  'conflict',
  'capacity',
  'cap',
] as const;
export type PeopleGate = (typeof PEOPLE_GATES)[number];
/** Reads an hour and free hours a week for full marks, and days after which freshness has fallen to 1/e. */
export const FULL_SPEED = 120;
export const FULL_HOURS = 20;
const FRESH_DAYS = 90;

/** 1 on the day of the newest read, 1/e after 90 days; NOT_KNOWN without any. */
export const freshness = (lastReadDay: number, day: number): number =>
  lastReadDay < 0 ? NOT_KNOWN : Math.exp(Math.min(0, lastReadDay - day) / FRESH_DAYS);

/** Days since 1970. */
export const daysOf = (day: string): number =>
  Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10)) / 86_400_000;

/** With fewer known answers a person counts as not measured yet. */
export const MEASURED_FROM = 20;

/** Puts what is known of the person at a place into the columns. */
export function putFacts(columns: PeopleColumns, place: number, facts: PersonFacts): void {
  columns.offset[place] = Math.round(facts.utcOffsetMinutes / 15);
  columns.accuracy[place] = facts.accuracyLower ?? NOT_KNOWN;
  columns.accuracyN[place] = facts.accuracyN;
  columns.reliability[place] = facts.reliability === null ? NOT_KNOWN : Math.max(0, facts.reliability);
  columns.speed[place] =
    facts.readsPerHour === null ? NOT_KNOWN : Math.min(1, facts.readsPerHour / FULL_SPEED);
  columns.time[place] = facts.hoursFree === null ? NOT_KNOWN : Math.min(1, facts.hoursFree / FULL_HOURS);
  columns.lastReadDay[place] = facts.lastReadOn === null ? NOT_KNOWN : daysOf(facts.lastReadOn);
  const put = (bitmap: Bitmap, is: boolean) => (is ? setBit(bitmap, place) : clearBit(bitmap, place));
  put(columns.mayRead, facts.isVerified && facts.orgIds.length > 0);
  put(columns.isIndependent, facts.isIndependent);
  put(columns.isStaff, facts.isStaff);
  put(columns.isNewcomer, facts.accuracyN < MEASURED_FROM);
  put(columns.isUnbarred, !facts.isBarred);
  put(columns.hasTime, facts.hoursFree === null || facts.hoursFree > 0);
}
