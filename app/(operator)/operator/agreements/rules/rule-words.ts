import { type AgreementKind, KIND_TITLES } from '#server/agreements/schemas.ts';

export const FOR_WHOM: Record<'hop' | 'person' | 'dataset', string> = {
  hop: 'between each two organisations in the chain',
  person: 'of the person who looks',
  dataset: 'of the data set',
};

const CLAUSES: Record<string, string> = {
  sub_processors: 'Sub-processors',
  confidentiality: 'Confidentiality',
};

const OTHERS: Record<string, string> = {
  workforce_or_own_agreement: 'Attested as workforce and trained, or an agreement of their own',
  second_factor: 'Signed in with a second factor',
  adequate_country: 'In a country with adequate protection, or the transfer assessed',
  evidence: 'Evidence of de-identification in date',
  'evidence:licence': 'A licence',
  'evidence:source': 'An agreement with the source, in date',
  'evidence:source_if_any': 'Where an agreement with the source is recorded, it is in date',
  purpose: 'A purpose',
};

/** A requirement in words. */
export function requirementWords({ requirement }: { requirement: string }): string {
  const known = OTHERS[requirement];
  if (known !== undefined) return known;
  const [rule = '', subject = ''] = requirement.split(':');
  const title = KIND_TITLES[subject as AgreementKind] ?? CLAUSES[subject] ?? subject.replaceAll('_', ' ');
  if (rule === 'agreement') return `${title} in force`;
  if (rule === 'undertaking') return `${title} of their organisation`;
  return `An agreement in force with the clause “${title}”`;
}
