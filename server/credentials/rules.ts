import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { DAY, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { describeRequirement } from './describe.ts';
import {
  CREDENTIAL_LEVELS,
  type CredentialLevel,
  type CredentialRequirement,
  type CredentialRule,
  type CredentialSnapshot,
  type CredentialStatus,
  PROFICIENCIES,
  type Proficiency,
  type RuleNode,
  type SnapshotEntry,
} from './schemas.ts';

export { describeCredentialRule } from './describe.ts';

/** Where someone can mend what is missing. */
const WALLET = '/work/credentials';
const EXAMS = '/work/qualifications';
/** A credential in one of these states counts at its level; in any other it counts for nothing. */
const COUNTING: readonly CredentialStatus[] = ['claimed', 'verifying', 'verified'];

/** The UTC calendar day of an instant, as in the database's `date` columns. */
export function dayOf(now: Date): string {
  return now.toISOString().slice(0, 10);
}

/** True when `level` is at least `least` (R19: self_claimed < vendor_attested < primary_source). */
export function levelReaches(level: CredentialLevel, least: CredentialLevel): boolean {
  return CREDENTIAL_LEVELS.indexOf(level) >= CREDENTIAL_LEVELS.indexOf(least);
}

/** Whole years from `issuedOn` to `now`; null when not known, never negative. */
export function yearsSince(issuedOn: string | null, now: Date): number | null {
  if (issuedOn === null) return null;
  const today = dayOf(now);
  const years = Number(today.slice(0, 4)) - Number(issuedOn.slice(0, 4));
  return Math.max(0, today.slice(5) < issuedOn.slice(5) ? years - 1 : years);
}

/** True for the states in which a credential counts at its level while it is in date. */
export function counts(status: CredentialStatus): boolean {
  return COUNTING.includes(status);
}

/** True when a credential is in a counting state and its last day has not passed. Its last day still counts. */
export function isInForce(entry: Pick<SnapshotEntry, 'status' | 'expiresOn'>, now: Date): boolean {
  return COUNTING.includes(entry.status) && (entry.expiresOn === null || entry.expiresOn >= dayOf(now));
}

/**
 * Does what a person holds meet a project's rule? Allowed carries the credentials it stands on; refused carries
 * what is missing of the alternatives that come nearest (fewest gaps, then the first). SQL (`rule-sql.ts`) and the index of
 * matching say the same of the same facts; property tests hold the three against each other.
 */
export function evaluateCredentialRule(
  rule: CredentialRule,
  snapshot: CredentialSnapshot,
  now: Date,
): Decision {
  if (rule.anyOf.length === 0) return allow('no credential needed');
  const { gaps, by } = meetNode(rule, snapshot.credentials, now);
  if (gaps.length > 0) return refuse(...gaps);
  return allow([...new Set(by.map(basisOf))].join('; '));
}

/**
 * The first instant from `now` at which what a person holds does not meet the rule any more, as last days pass; `now` where it does not
 * meet it already, null when no day of it ends that.
 */
export function ruleHoldsUntil(rule: CredentialRule, snapshot: CredentialSnapshot, now: Date): Date | null {
  const lastDays = new Set(
    snapshot.credentials.map((entry) => entry.expiresOn).filter((day) => day !== null),
  );
  const ends = [...lastDays].sort().map((day) => plus(new Date(`${day}T00:00:00Z`), DAY));
  const looks = [now, ...ends.filter((end) => end > now)];
  return looks.find((at) => !evaluateCredentialRule(rule, snapshot, at).allowed) ?? null;
}

/** What a node stands on when it is met, else what is missing. */
type Attempt = { gaps: ErrorDetail[]; by: SnapshotEntry[] };

function meetNode(node: RuleNode, entries: readonly SnapshotEntry[], now: Date): Attempt {
  if ('allOf' in node) {
    const parts = node.allOf.map((part) => meetNode(part, entries, now));
    return { gaps: parts.flatMap((one) => one.gaps), by: parts.flatMap((one) => one.by) };
  }
  if ('anyOf' in node) {
    const parts = node.anyOf.map((part) => meetNode(part, entries, now));
    return parts.reduce((best, next) => (next.gaps.length < best.gaps.length ? next : best));
  }
  const met = meet(node, entries, now);
  return met.ok ? { gaps: [], by: [met.by] } : { gaps: [met.gap], by: [] };
}

/** Latin letters without their case: what SQL and every machine fold alike. */
export function foldCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

type Met = { ok: true; by: SnapshotEntry } | { ok: false; gap: ErrorDetail };

/** The first reason why `entry` does not meet `requirement`, or null when it does. */
function fault(requirement: CredentialRequirement, entry: SnapshotEntry, now: Date): string | null {
  if (!isInForce(entry, now)) return COUNTING.includes(entry.status) ? 'expired' : 'not_in_force';
  if (!levelReaches(entry.level, requirement.minLevel)) return 'level';
  if (requirement.minYears !== undefined && (entry.years ?? 0) < requirement.minYears) return 'years';
  const { minProficiency } = requirement;
  if (minProficiency !== undefined && !proficiencyReaches(entry.proficiency, minProficiency))
    return 'proficiency';
  return null;
}

/** How near a fault is to being mended; the nearest is the one told. */
const NEARNESS = ['level', 'proficiency', 'years', 'expired', 'not_in_force'];

function meet(requirement: CredentialRequirement, entries: readonly SnapshotEntry[], now: Date): Met {
  const alike = entries.filter((entry) => isAlike(requirement, entry));
  const judged = alike
    .map((entry) => ({ entry, wrong: fault(requirement, entry, now) }))
    .sort((a, b) => NEARNESS.indexOf(a.wrong ?? '') - NEARNESS.indexOf(b.wrong ?? ''));
  const best = judged[0];
  if (best === undefined) {
    return { ok: false, gap: gap(requirement, 'missing', `Needs ${describeRequirement(requirement)}.`) };
  }
  if (best.wrong === null) return { ok: true, by: best.entry };
  return { ok: false, gap: gap(requirement, best.wrong, explain(requirement, best.entry, best.wrong)) };
}

function isAlike(requirement: CredentialRequirement, entry: SnapshotEntry): boolean {
  const { specialty, jurisdiction, region, taxonomyCode } = requirement;
  return (
    entry.kind === requirement.kind &&
    (specialty === undefined ||
      (entry.specialty !== null && foldCase(entry.specialty) === foldCase(specialty))) &&
    (taxonomyCode === undefined || entry.taxonomyCode === taxonomyCode) &&
    (jurisdiction === undefined || entry.jurisdiction === jurisdiction) &&
    (region === undefined || entry.region === region)
  );
}

/** True when a language is known at least as well; anything without a level is known less. */
export function proficiencyReaches(known: Proficiency | null, least: Proficiency): boolean {
  return known !== null && PROFICIENCIES.indexOf(known) >= PROFICIENCIES.indexOf(least);
}

function explain(requirement: CredentialRequirement, entry: SnapshotEntry, wrong: string): string {
  const needs = describeRequirement(requirement);
  switch (wrong) {
    case 'level':
      return requirement.minLevel === 'primary_source'
        ? `"${entry.title}" is not verified at its source yet; needs ${needs}.`
        : `Nobody vouches for "${entry.title}" yet; needs ${needs}.`;
    case 'years':
      return entry.years === null
        ? `"${entry.title}" has no issue date; needs ${needs}. Add the date.`
        : `"${entry.title}" is ${entry.years} years old; needs ${needs}.`;
    case 'proficiency':
      return `"${entry.title}" is known at ${entry.proficiency ?? 'no level'}; needs ${needs}.`;
    case 'expired':
      return `"${entry.title}" expired${entry.expiresOn === null ? '' : ` on ${sayDay(entry.expiresOn)}`}; renew it.`;
    default:
      return entry.status === 'discrepancy' || entry.status === 'unable'
        ? `"${entry.title}" does not count until an operator has cleared it up.`
        : `"${entry.title}" does not count: its check ended as ${entry.status}.`;
  }
}

function gap({ kind }: CredentialRequirement, code: string, message: string): ErrorDetail {
  return { code: `credential.${code}`, message, href: kind === 'general_exam' ? EXAMS : WALLET };
}

function basisOf(entry: SnapshotEntry): string {
  const place = entry.jurisdiction === null ? '' : ` (${entry.jurisdiction})`;
  return `${entry.title}${place}, ${entry.level.replaceAll('_', ' ')}`;
}
