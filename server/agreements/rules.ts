import type { OrgKind, UserActor } from '#server/command/actor.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import type { AgreementKind, AgreementStatus, Side } from './schemas.ts';

export { isInEea } from './adequate-countries.ts';
export { CONSENT } from './consent.ts';
export { type GateFacts, isEffective } from './gate-facts.ts';
export { decideGate } from './gate-rules.ts';

/** Everything that can happen to an agreement. */
export const AGREEMENT_EVENTS = [
  'send',
  'reopen',
  'sign_first',
  'sign_last',
  'sign_ahead',
  'begin',
  'begin_suspended',
  'decline',
  'void',
  'lapse',
  'suspend',
  'resume',
  'give_notice',
  'terminate',
  'wind_down',
  'expire',
  'supersede',
] as const;
export type AgreementEvent = (typeof AGREEMENT_EVENTS)[number];

/** Where each state can go (design §6, facts A5); what is not listed cannot happen. */
const MOVES: Record<AgreementStatus, Partial<Record<AgreementEvent, AgreementStatus>>> = {
  draft: { send: 'sent', decline: 'declined', void: 'voided' },
  sent: {
    reopen: 'draft',
    sign_first: 'partially_signed',
    decline: 'declined',
    void: 'voided',
    lapse: 'lapsed',
  },
  partially_signed: {
    sign_last: 'active',
    sign_ahead: 'signed',
    decline: 'declined',
    void: 'voided',
    lapse: 'lapsed',
  },
  // Signed by both for a day to come: it takes over from the one in force on that day, without gap or overlap, and suspended as that is.
  signed: { begin: 'active', begin_suspended: 'suspended', void: 'voided' },
  active: {
    suspend: 'suspended',
    give_notice: 'termination_noticed',
    expire: 'expired',
    supersede: 'superseded',
  },
  suspended: {
    resume: 'active',
    give_notice: 'termination_noticed',
    expire: 'expired',
    supersede: 'superseded',
  },
  termination_noticed: { terminate: 'terminated', supersede: 'superseded' },
  terminated: { wind_down: 'wound_down' },
  wound_down: {},
  expired: { wind_down: 'wound_down' },
  superseded: {},
  declined: {},
  voided: {},
  lapsed: {},
};

/** The state after `event`, or null when it cannot happen in `from`. */
export function transition(from: AgreementStatus, event: AgreementEvent): AgreementStatus | null {
  return MOVES[from][event] ?? null;
}

/** How long an agreement can be signed after it was sent, in days; then it lapses and a new one is asked for. */
export const SIGNING_DAYS = 30;
/** When both sides are reminded of the end of an agreement, in days before it. */
export const REMINDER_DAYS = [90, 30, 0] as const;
/** How long an organisation has to return or destroy what it held, in days after the end. */
export const WIND_DOWN_DAYS = 30;
/** A business associate verifies its safeguards at least this often, in months. */
export const VERIFICATION_MONTHS = 12;

/** Kinds under which data is held, so that their end asks for its return or destruction. */
const HOLDS_DATA: ReadonlySet<AgreementKind> = new Set([
  'baa',
  'subcontractor_baa',
  'dua',
  'dpa',
  'no_reidentification',
]);

/** True when the end of an agreement of this kind asks for a certificate of return or destruction. */
export function holdsData(kind: AgreementKind): boolean {
  return HOLDS_DATA.has(kind);
}

/** True when the lower party verifies its safeguards each year under an agreement of this kind. */
export function asksVerification(kind: AgreementKind): boolean {
  return kind === 'baa' || kind === 'subcontractor_baa';
}

/** The day `days` after another. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * The reminder that is due for an agreement that ends on `until`: the nearest threshold that has come and was not sent
 * yet, or null. A thing first seen 20 days before its end is reminded of once, not three times.
 */
export function dueReminder(
  until: string,
  reminded: number | null,
  today: string,
): (typeof REMINDER_DAYS)[number] | null {
  const due = REMINDER_DAYS.filter((days) => addDays(until, -days) <= today).at(-1);
  return due === undefined || (reminded !== null && reminded <= due) ? null : due;
}

/** Before both have signed. */
export function isPending(status: AgreementStatus): boolean {
  return status === 'draft' || status === 'sent' || status === 'partially_signed';
}

/** Which kinds the platform makes with an organisation of a kind (R1, R20); the platform is party B only to a sponsor. */
const KINDS_FOR: Record<OrgKind, readonly AgreementKind[]> = {
  sponsor: ['services', 'baa', 'dua', 'dpa', 'scc', 'confidentiality', 'nda', 'no_reidentification'],
  vendor: [
    'services',
    'subcontractor_baa',
    'dua',
    'dpa',
    'scc',
    'confidentiality',
    'nda',
    'no_reidentification',
    'delegation',
  ],
  independent: [
    'services',
    'subcontractor_baa',
    'dua',
    'dpa',
    'scc',
    'confidentiality',
    'nda',
    'no_reidentification',
  ],
  platform: [],
};

/** The kinds of agreement an organisation of this kind can have with the platform. */
export function kindsFor(orgKind: OrgKind): readonly AgreementKind[] {
  return KINDS_FOR[orgKind];
}

/** Party A is the one higher in the chain of data: the sponsor over the platform, the platform over everyone else. */
export function partiesOf(input: { orgId: string; orgKind: OrgKind; platformOrgId: string }): {
  partyAOrgId: string;
  partyBOrgId: string;
} {
  return input.orgKind === 'sponsor'
    ? { partyAOrgId: input.orgId, partyBOrgId: input.platformOrgId }
    : { partyAOrgId: input.platformOrgId, partyBOrgId: input.orgId };
}

/** The side of an organisation in an agreement, or null when it is no party. */
export function sideOf(
  agreement: { partyAOrgId: string; partyBOrgId: string },
  orgId: string | null,
): Side | null {
  if (orgId === agreement.partyAOrgId) return 'a';
  return orgId === agreement.partyBOrgId ? 'b' : null;
}

/**
 * May this person bind the organisation? Needs the right to sign and to be one of the signatories an operator has
 * checked (R0). The platform, which nobody checks, may have none named: then the right alone decides.
 */
export function hasAuthority(
  actor: Pick<UserActor, 'personId' | 'capabilities'>,
  org: { kind: OrgKind; signatories: readonly string[] },
): Decision {
  if (!actor.capabilities.has('agreement.sign')) {
    return refuse({
      code: 'agreement.no_right',
      message: 'Your role does not include signing agreements. Ask the owner of your organisation.',
    });
  }
  const unnamed = org.kind === 'platform' && org.signatories.length === 0;
  if (unnamed || org.signatories.includes(actor.personId)) return allow('named signatory');
  return refuse({
    code: 'agreement.no_authority',
    message:
      'You are not one of the people who may sign for your organisation. An operator adds signatories after checking their authority.',
  });
}

/** The statement a signer agrees to; kept with the signature. */
export function authorityStatement(legalName: string): string {
  return `I am authorised to bind ${legalName}, I have read this document, and I sign it.`;
}

/** True when two names are the same but for case and spacing. */
export function isSameName(a: string, b: string): boolean {
  const plain = (name: string) => name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
  return plain(a) === plain(b);
}

/** How long workforce attestations and privacy training hold (R19), in months. */
export const ATTESTATION_MONTHS = 12;

/** The last day of an attestation: 12 months after the training it rests on. */
export function attestationValidUntil(privacyTrainingOn: string): string {
  return addMonths(privacyTrainingOn, ATTESTATION_MONTHS);
}

/** How long agreements are kept after their last day (45 CFR 164.316(b)(2)(i), 164.530(j)(2)), in months. */
export const RETENTION_MONTHS = 72;

/** Six years from creation or from the last day in effect, whichever is later. */
export function retainUntil(createdOn: string, lastDayInEffect: string | null): string {
  const from = lastDayInEffect !== null && lastDayInEffect > createdOn ? lastDayInEffect : createdOn;
  return addMonths(from, RETENTION_MONTHS);
}

/** The same day `months` later; the last of the month when it has no such day. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, lastOfMonth))).toISOString().slice(0, 10);
}
