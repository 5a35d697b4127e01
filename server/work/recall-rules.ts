import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import {
  type CredentialRule,
  type CredentialSnapshot,
  credentialRule,
  credentialSnapshot,
} from '#server/credentials/schemas.ts';
import { expertRulesOf, reviewersMustMeet } from './eligibility-rules.ts';
import { TIERS, type Tier } from './rules.ts';

/** What a batch asks of its readers: its project's rule of all, and by its review rules of experts (ADR 026). Raw JSON. */
type Asked = { credentialRule: unknown; reviewRules: unknown };
type Made = { tier: Tier; snapshot: unknown };

const isMet = (rule: CredentialRule, held: CredentialSnapshot, at: Date) =>
  evaluateCredentialRule(rule, held, at).allowed;

const rulesAt = (batch: Asked, tier: Tier): CredentialRule[] => [
  credentialRule.parse(batch.credentialRule),
  ...reviewersMustMeet(batch, tier),
];

/**
 * Tiers of a batch at which a person may hold no lease any more by what they hold now (R27): a rule of the tier is not met, or, where
 * technical staff is paired with experts, they took cases as an expert, whose reads are not reviewed, and are none now.
 */
export function tiersShut(
  batch: Asked,
  p: { held: CredentialSnapshot; now: Date; terms: readonly Made[] },
): Tier[] {
  const wasExpert = (rule: CredentialRule) =>
    p.terms.some(({ tier, snapshot }) => {
      const then = credentialSnapshot.parse(snapshot);
      return tier === 'label' && isMet(rule, then, new Date(then.takenAt));
    });
  return TIERS.filter(
    (tier) =>
      rulesAt(batch, tier).some((rule) => !isMet(rule, p.held, p.now)) ||
      (tier === 'label' &&
        expertRulesOf(batch).some((rule) => !isMet(rule, p.held, p.now) && wasExpert(rule))),
  );
}

/**
 * Whether what was made at a tier rests on one credential: without it a rule of the tier would not have been met, or a read that was
 * an expert's would have been technical staff's, which goes to review.
 */
export function restsOn(batch: Asked, credentialId: string, made: Made): boolean {
  const held = credentialSnapshot.parse(made.snapshot);
  const without = {
    ...held,
    credentials: held.credentials.filter((one) => one.credentialId !== credentialId),
  };
  if (without.credentials.length === held.credentials.length) return false;
  const at = new Date(held.takenAt);
  if (rulesAt(batch, made.tier).some((rule) => !isMet(rule, without, at))) return true;
  return (
    made.tier === 'label' &&
    expertRulesOf(batch).some((rule) => isMet(rule, held, at) && !isMet(rule, without, at))
  );
}
