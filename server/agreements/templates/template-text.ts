import type { AgreementKind, Clause, Side, TemplateKind } from '#server/agreements/schemas.ts';
import type { OrgKind } from '#server/command/actor.ts';
import { baaClauses, type PartyNames } from './baa.ts';
import { delegationClauses } from './delegation.ts';
import { dpaClauses } from './dpa.ts';
import { duaClauses } from './dua.ts';
import { confidentialityClauses, workforceAttestationClauses } from './people.ts';
import { sccClauses } from './scc.ts';
import { sponsorServicesClauses, supplierServicesClauses } from './services.ts';
import { ndaClauses, noReidentificationClauses } from './undertakings.ts';

/** A version of a document's text. A changed text is a new version; old ones stay, because people signed them. */
export type TemplateText = { kind: TemplateKind; version: number; title: string; clauses: Clause[] };

/** Names used where the same text serves both hops. */
const NEUTRAL: PartyNames = { upper: 'the Provider', lower: 'the Recipient' };

/** How each kind's text names party A and party B. */
const PARTY_NAMES: Record<AgreementKind, PartyNames> = {
  baa: { upper: 'the Data Holder', lower: 'the Business Associate' },
  subcontractor_baa: { upper: 'the Business Associate', lower: 'the Subcontractor' },
  services: { upper: 'the first party', lower: 'the second party' },
  dua: NEUTRAL,
  dpa: { upper: 'the Controller', lower: 'the Processor' },
  scc: { upper: 'the Data Exporter', lower: 'the Data Importer' },
  confidentiality: NEUTRAL,
  nda: { upper: 'the first party', lower: 'the second party' },
  no_reidentification: NEUTRAL,
  delegation: { upper: 'the Platform', lower: 'the Delegate' },
};

/** The name a party has in the text of its document, such as "the Subcontractor". */
export function partyName(kind: AgreementKind, side: Side, orgKind: OrgKind): string {
  if (kind === 'services') {
    if (orgKind === 'platform') return 'the Platform';
    return orgKind === 'sponsor' ? 'the Client' : 'the Supplier';
  }
  return side === 'a' ? PARTY_NAMES[kind].upper : PARTY_NAMES[kind].lower;
}

const TEXTS: readonly TemplateText[] = [
  {
    kind: 'baa',
    version: 1,
    title: 'Business Associate Agreement',
    clauses: baaClauses(PARTY_NAMES.baa),
  },
  {
    kind: 'subcontractor_baa',
    version: 1,
    title: 'Subcontractor Business Associate Agreement',
    clauses: baaClauses(PARTY_NAMES.subcontractor_baa),
  },
  { kind: 'dua', version: 1, title: 'Data Use Agreement', clauses: duaClauses(PARTY_NAMES.dua) },
  { kind: 'dpa', version: 1, title: 'Data Processing Agreement', clauses: dpaClauses(PARTY_NAMES.dpa) },
  {
    kind: 'scc',
    version: 1,
    title: 'Standard Contractual Clauses with Annexes',
    clauses: sccClauses(PARTY_NAMES.scc),
  },
  {
    kind: 'confidentiality',
    version: 1,
    title: 'Confidentiality Undertaking',
    clauses: confidentialityClauses(PARTY_NAMES.confidentiality),
  },
  {
    kind: 'workforce_attestation',
    version: 1,
    title: 'Workforce Attestation',
    clauses: workforceAttestationClauses(),
  },
  { kind: 'nda', version: 1, title: 'Mutual Non-Disclosure Agreement', clauses: ndaClauses() },
  {
    kind: 'no_reidentification',
    version: 1,
    title: 'Undertaking not to Re-identify',
    clauses: noReidentificationClauses(),
  },
  {
    kind: 'delegation',
    version: 1,
    title: 'Delegation of Credential Checks',
    clauses: delegationClauses(),
  },
  { kind: 'services', version: 1, title: 'Services Agreement', clauses: servicesClauses() },
];

/** The versions this release ships; `ensureTemplates` writes those that are not there. */
export const TEMPLATE_TEXTS: readonly TemplateText[] = TEXTS.map((text) => ({
  ...text,
  clauses: text.clauses.map((one) => ({ ...one, text: startSentences(one.text) })),
}));

/** Names begin with a small "the"; at the start of a sentence it is a capital. */
function startSentences(text: string): string {
  return text.replaceAll(/(^|[.:] )the (?=[A-Z])/g, '$1The ');
}

/** One text for both hops: the clauses for the sponsor's order and those for the supplier's, each saying for whom. */
function servicesClauses(): Clause[] {
  const supplier = supplierServicesClauses();
  return sponsorServicesClauses().map((forSponsor) => {
    const forSupplier = supplier.find((one) => one.key === forSponsor.key);
    if (forSupplier === undefined || forSupplier.text === forSponsor.text) return forSponsor;
    return {
      ...forSponsor,
      text: `Where a sponsor is a party: ${forSponsor.text} Where a vendor or an independent annotator is a party: ${forSupplier.text}`,
    };
  });
}
