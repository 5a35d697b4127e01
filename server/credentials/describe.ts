import { languageName } from './languages.ts';
import type {
  CredentialKind,
  CredentialLevel,
  CredentialRequirement,
  CredentialRule,
  RuleNode,
} from './schemas.ts';

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
  general_exam: 'a passed exam',
};

/** The levels in words. */
export const LEVEL_WORDS: Record<CredentialLevel, string> = {
  self_claimed: 'claimed by the person',
  vendor_attested: 'attested by the vendor',
  primary_source: 'verified at its source',
};

/** One requirement as part of a sentence: "a board certification in Radiology (US), at least 5 years, verified at its source". */
export function describeRequirement(requirement: CredentialRequirement): string {
  const { minYears, minLevel } = requirement;
  return [
    whatOf(requirement),
    ...(minYears === undefined || minYears === 0
      ? []
      : [`at least ${minYears} ${minYears === 1 ? 'year' : 'years'}`]),
    // What was measured here needs nobody's word.
    ...(requirement.kind === 'general_exam' ? [] : [levelWords(minLevel)]),
  ].join(', ');
}

function levelWords(minLevel: CredentialLevel): string {
  if (minLevel === 'self_claimed') return 'own word suffices';
  return minLevel === 'vendor_attested' ? 'attested by the vendor or better' : LEVEL_WORDS.primary_source;
}

function whatOf(requirement: CredentialRequirement): string {
  const { kind, specialty, taxonomyCode, jurisdiction, region, minProficiency } = requirement;
  const least =
    minProficiency === undefined
      ? ''
      : minProficiency === 'native'
        ? ', native'
        : ` at ${minProficiency} or better`;
  if (kind === 'language')
    return specialty === undefined ? `a language${least}` : `${languageName(specialty)}${least}`;
  const place = [region, jurisdiction].filter((part) => part !== undefined).join(', ');
  return [
    KIND_WORDS[kind],
    specialty === undefined ? '' : ` in ${specialty}`,
    taxonomyCode === undefined ? '' : ` with NUCC code ${taxonomyCode}`,
    place === '' ? '' : ` (${place})`,
    least,
  ].join('');
}

/** A rule in one sentence, alternatives joined by "or"; groups inside are set in brackets. */
export function describeCredentialRule(rule: CredentialRule): string {
  if (rule.anyOf.length === 0) return 'No credential needed.';
  const text = rule.anyOf.map((alternative) => describeNode(alternative, 1)).join('; or ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function describeNode(node: RuleNode, depth: number): string {
  if (!('allOf' in node || 'anyOf' in node)) return describeRequirement(node);
  const parts = 'allOf' in node ? node.allOf : node.anyOf;
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return describeNode(only, depth);
  const text = parts.map((part) => describeNode(part, depth + 1)).join('allOf' in node ? ', and ' : ', or ');
  return depth === 1 ? text : `(${text})`;
}
