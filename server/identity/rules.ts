import type { OrgKind, UserActor } from '#server/command/actor.ts';
import { type Capability, ROLES, type Role } from '#server/command/capabilities.ts';
import { HOUR, MINUTE } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';

export { countryName } from './countries.ts';

/** A session nobody uses ends after this long (45 CFR 164.312(a)(2)(iii)); any call counts as use, a viewer's too (R28). */
export const SESSION_IDLE_MS = 15 * MINUTE;
/** However busy, a session ends after this long. */
export const SESSION_ABSOLUTE_MS = 12 * HOUR;
/** "Last seen" is written at most this often, so that reading does not become writing. */
export const SESSION_TOUCH_MS = MINUTE;
/** A signature needs the password entered within this time. */
export const REAUTHENTICATION_MS = 5 * MINUTE;
/** How long an invitation can be accepted. */
export const INVITATION_MS = 14 * 24 * HOUR;
/** How long a new account's address can be confirmed by one link; a new one can be had at any time. */
export const CONFIRMATION_MS = 7 * 24 * HOUR;
/** How long the link to a new password works. */
export const RESET_MS = HOUR;
/** Links of one purpose that an account gets in an hour; more would be a way to pester its owner. */
export const MAIL_LINKS_PER_HOUR = 3;
/** Wrong passwords per address and hour before sign-in waits for the next hour. */
export const SIGN_IN_FAILURES_PER_HOUR = 10;

/** Codes of the second factor that may be tried per account and hour. */
export const CODE_TRIES_PER_HOUR = 10;
/** How many recovery codes an account is given at once. */
export const RECOVERY_CODES = 10;

/** What the clock says about a session row; revocation and suspension are checked where the row is read. */
export function sessionState(
  session: { lastSeenAt: Date; absoluteUntil: Date },
  now: Date,
): 'open' | 'idle' | 'expired' {
  if (now >= session.absoluteUntil) return 'expired';
  return now.getTime() - session.lastSeenAt.getTime() >= SESSION_IDLE_MS ? 'idle' : 'open';
}

/** True when the session's last-seen time should be written again. */
export function needsTouch(lastSeenAt: Date, now: Date): boolean {
  return now.getTime() - lastSeenAt.getTime() >= SESSION_TOUCH_MS;
}

/** Throws precondition `reauthentication_required` unless the password was entered in the last 5 minutes (21 CFR 11.200). */
export function assertReauthenticated(actor: Pick<UserActor, 'reauthenticatedAt'>, now: Date): void {
  const at = actor.reauthenticatedAt;
  if (at !== null && now.getTime() - at.getTime() < REAUTHENTICATION_MS) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'reauthentication_required',
    message: 'Enter your password again to confirm that it is you.',
  });
}

/** True while a code given in this session is recent enough to stand for another one. */
export function isSecondFactorFresh(actor: Pick<UserActor, 'secondFactorAt'>, now: Date): boolean {
  const at = actor.secondFactorAt;
  return at !== null && now.getTime() - at.getTime() < REAUTHENTICATION_MS;
}

/** How a signer has proven who they are, as kept with the signature. */
export function authMethodOf(actor: Pick<UserActor, 'secondFactorAt'>): string {
  return actor.secondFactorAt === null ? 'password' : 'password and second factor';
}

const ROLES_BY_KIND: Record<OrgKind, readonly Role[]> = {
  sponsor: [
    'sponsor_owner',
    'project_manager',
    'clinical_lead',
    'ml_lead',
    'sponsor_finance',
    'panel_reader',
  ],
  vendor: ['vendor_owner', 'staffing_lead', 'qa_lead', 'vendor_finance', 'vendor_annotator'],
  independent: ['independent_annotator'],
  // Beside operating: whoever makes the platform's own exams, with the tools of a sponsor.
  platform: ['operator', 'project_manager', 'clinical_lead', 'ml_lead', 'panel_reader', 'sponsor_finance'],
};

/** The roles that exist in an organisation of this kind. */
export function rolesOf(kind: OrgKind): readonly Role[] {
  return ROLES_BY_KIND[kind];
}

/** The role of whoever signs an organisation up; the last person holding it cannot leave. */
export const OWNER_ROLE: Record<OrgKind, Role> = {
  sponsor: 'sponsor_owner',
  vendor: 'vendor_owner',
  independent: 'independent_annotator',
  platform: 'operator',
};

/** Roles a staffing lead (`team.manage`) may give; everything else needs `org.manage`, so nobody raises themselves. */
const STAFF_ROLES: readonly Role[] = ['vendor_annotator', 'qa_lead'];

/** May someone with `capabilities` give `role` in an organisation of `kind`? An independent's has one person for ever. */
export function mayGrant(capabilities: ReadonlySet<Capability>, kind: OrgKind, role: Role): boolean {
  if (kind === 'independent' || !rolesOf(kind).includes(role)) return false;
  if (capabilities.has('org.manage')) return true;
  return capabilities.has('team.manage') && STAFF_ROLES.includes(role);
}

/** Narrows text to a role. */
export function isRole(value: string): value is Role {
  return (ROLES as readonly string[]).includes(value);
}

export type OrgStatus = 'unverified' | 'verified' | 'refused' | 'suspended';
export type OrgDecision = 'verify' | 'refuse' | 'suspend';

/** Where a decision of the operator leads, or null when it cannot be made in this state (design, section 6). */
export function nextOrgStatus(from: OrgStatus, decision: OrgDecision): OrgStatus | null {
  switch (decision) {
    case 'verify':
      return from === 'verified' ? null : 'verified';
    case 'refuse':
      return from === 'unverified' ? 'refused' : null;
    case 'suspend':
      return from === 'verified' ? 'suspended' : null;
  }
}

/** True when a mail address belongs to the organisation's domain or a subdomain of it; a hint for the operator. */
export function isAddressOfDomain(email: string, domain: string | null): boolean {
  if (domain === null) return false;
  const host = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const own = domain.toLowerCase();
  return host === own || host.endsWith(`.${own}`);
}
