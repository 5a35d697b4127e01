import type { CredentialKind, CredentialLevel, CredentialRequirement, CredentialRule } from './schemas.ts';

/** The kinds in words, with their article, for sentences. */
export const KIND_WORDS: Record<CredentialKind, string> = {
  medical_licence: 'a medical licence',
  nursing_licence: 'a nursing licence',
  board_certification: 'a board certification',
  technologist_certification: 'a technologist certification',
  coder_certification: 'a coding certification',
  degree: 'a degree',
  residency: 'a completed residency',
  training: 'a training certificate',
  npi: 'a National Provider Identifier',
  language: 'a language',
};

/** The levels in words. */
export const LEVEL_WORDS: Record<CredentialLevel, string> = {
  self_claimed: 'claimed by the person',
  vendor_attested: 'attested by the vendor',
  primary_source: 'verified at its source',
};

/** One requirement as part of a sentence: "a board certification in Radiology (US), at least 5 years, verified at its source". */
export function describeRequirement(requirement: CredentialRequirement): string {
  const { kind, specialty, jurisdiction, minYears, minLevel } = requirement;
  return [
    KIND_WORDS[kind] +
      (specialty === undefined ? '' : ` in ${specialty}`) +
      (jurisdiction === undefined ? '' : ` (${jurisdiction})`),
    ...(minYears === undefined || minYears === 0
      ? []
      : [`at least ${minYears} ${minYears === 1 ? 'year' : 'years'}`]),
    minLevel === 'self_claimed'
      ? 'own word suffices'
      : minLevel === 'vendor_attested'
        ? 'attested by the vendor or better'
        : LEVEL_WORDS.primary_source,
  ].join(', ');
}

/** A rule in one sentence, alternatives joined by "or". */
export function describeCredentialRule(rule: CredentialRule): string {
  if (rule.anyOf.length === 0) return 'No credential needed.';
  const text = rule.anyOf
    .map((alternative) => alternative.allOf.map(describeRequirement).join(', and '))
    .join('; or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
