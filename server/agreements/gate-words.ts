import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { GateAgreement, GateHop } from './gate-facts.ts';
import { type AgreementKind, KIND_TITLES } from './schemas.ts';

/** One failing point of the gate: what fails, what would change it, and where. */
export function refusal(code: string, message: string, at: { change: string; href?: string }): ErrorDetail {
  return { code, message: `${message} ${at.change}`, ...(at.href === undefined ? {} : { href: at.href }) };
}

const ORG_WORDS: Record<GateHop['upper']['kind'], string> = {
  sponsor: 'Sponsor',
  platform: 'platform',
  vendor: 'vendor',
  independent: 'independent annotator',
};

/** "Sponsor ⇄ platform"; roles, not names, because a reader need not know who the sponsor is. */
export function describeHop(hop: GateHop): string {
  const text = `${ORG_WORDS[hop.upper.kind]} ⇄ ${ORG_WORDS[hop.lower.kind]}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Where a person confirms what is attested of them (R19): their account, which opens to everybody. Operators, a sponsor's managers and
 * a vendor's staff open no page of readers.
 */
export const CONFIRM_HREF = '/account';

/** The agreement centre of the side that starts: the lower one, or the sponsor. */
export function hopHref(hop: GateHop): string {
  if (hop.upper.kind === 'sponsor') return '/sponsor/agreements';
  return hop.lower.kind === 'independent' ? '/work/agreements' : '/vendor/agreements';
}

/** Why the hop lacks an agreement of the kind, by the most advanced one there is. */
export function explainMissingAgreement(
  hop: GateHop,
  kind: AgreementKind,
  candidates: readonly GateAgreement[],
  today: string,
): ErrorDetail {
  const title =
    kind === 'scc' ? 'agreement on standard contractual clauses' : KIND_TITLES[kind].toLowerCase();
  const { state, change } = stateOf(candidates, today);
  return refusal(`gate.agreement.${kind}`, `${describeHop(hop)}: the ${title} ${state}.`, {
    change,
    href: hopHref(hop),
  });
}

const ADVANCED: readonly GateAgreement['status'][] = [
  'active',
  'termination_noticed',
  'signed',
  'suspended',
  'partially_signed',
  'sent',
  'draft',
  'expired',
  'terminated',
  'wound_down',
];

/** How far the most advanced of these agreements has come, and what would bring it into force. */
export function stateOf(
  candidates: readonly Pick<
    GateAgreement,
    'status' | 'effectiveFrom' | 'effectiveUntil' | 'suspendedByOrgId'
  >[],
  today: string,
): { state: string; change: string } {
  const best = ADVANCED.flatMap((status) => candidates.filter((one) => one.status === status))[0];
  if (best === undefined) return { state: 'does not exist', change: 'Ask for it and sign it.' };
  switch (best.suspendedByOrgId ? 'suspended' : best.status) {
    case 'active':
    case 'signed':
    case 'termination_noticed':
      return best.effectiveFrom > today
        ? { state: `starts on ${sayDay(best.effectiveFrom)}`, change: 'Wait for that day.' }
        : { state: `ended on ${dayOf(best.effectiveUntil)}`, change: 'Sign a new one.' };
    case 'suspended':
      return { state: 'is suspended', change: 'The parties resume it.' };
    case 'partially_signed':
      return { state: 'is signed by one side only', change: 'The other side signs it.' };
    case 'sent':
    case 'draft':
      return { state: 'is not signed', change: 'Both sides sign it.' };
    case 'expired':
      return { state: `expired on ${dayOf(best.effectiveUntil)}`, change: 'Sign a new one.' };
    case 'terminated':
    case 'wound_down':
      return { state: 'was terminated', change: 'Sign a new one.' };
    default:
      return { state: 'does not exist', change: 'Ask for it and sign it.' };
  }
}

const dayOf = (day: string | null) => (day === null ? 'an unknown day' : sayDay(day));
