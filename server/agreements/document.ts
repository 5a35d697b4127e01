import type { OrgKind } from '#server/command/actor.ts';
import { countryName } from '#server/identity/rules.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AgreementRow, AgreementWithParties, PartyRow } from './queries.ts';
import { type AgreementKind, type Clause, clauses, type Side } from './schemas.ts';
import { partyName } from './templates/template-text.ts';

export type DocumentParty = {
  legalName: string;
  kind: OrgKind;
  registerNumber: string | null;
  country: string;
  /** How the text calls it, such as "the Subcontractor". */
  name: string;
};

/** Everything printed in an agreement; the same facts make the same document. */
export type AgreementDocument = {
  agreementId: string;
  kind: AgreementKind;
  title: string;
  templateVersion: number;
  partyA: DocumentParty;
  partyB: DocumentParty;
  effectiveFrom: string;
  effectiveUntil: string | null;
  createdAt: Date;
  /** The only countries in which data it carries may be shown. */
  locations: readonly string[];
  /** Counts the texts it has had; 1 is the template's own. */
  textVersion: number;
  clauses: readonly Clause[];
};

type DocumentFacts = Omit<AgreementWithParties, 'agreement'> & {
  agreement: Pick<AgreementRow, 'id' | 'kind' | 'effectiveFrom' | 'effectiveUntil' | 'createdAt'> &
    Partial<Pick<AgreementRow, 'clauses' | 'locations' | 'textVersion'>>;
};

/** The printed facts of a stored agreement. */
export function documentOf({ agreement, template, partyA, partyB }: DocumentFacts): AgreementDocument {
  return {
    agreementId: agreement.id,
    kind: agreement.kind,
    title: template.title,
    templateVersion: template.version,
    partyA: party(agreement.kind, 'a', partyA),
    partyB: party(agreement.kind, 'b', partyB),
    effectiveFrom: agreement.effectiveFrom,
    effectiveUntil: agreement.effectiveUntil,
    createdAt: agreement.createdAt,
    locations: agreement.locations ?? [],
    textVersion: agreement.textVersion ?? 1,
    clauses: clauses.parse(agreement.clauses ?? template.clauses),
  };
}

function party(kind: AgreementKind, side: Side, row: PartyRow): DocumentParty {
  return {
    legalName: row.legalName,
    kind: row.kind,
    registerNumber: row.registerNumber,
    country: row.country,
    name: partyName(kind, side, row.kind),
  };
}

/** The sentence that names the parties and how the text calls them. */
export function preamble(document: AgreementDocument): string {
  const introduce = ({ legalName, registerNumber, country, name }: DocumentParty) =>
    `${legalName}${registerNumber === null ? '' : ` (register number ${registerNumber})`}, ${country}, “${name}”`;
  return `This agreement is made between ${introduce(document.partyA)}, and ${introduce(document.partyB)}.`;
}

/** The sentence on when it holds. */
export function termSentence({ effectiveFrom, effectiveUntil, locations }: AgreementDocument): string {
  const until =
    effectiveUntil === null
      ? 'until it is ended under its terms'
      : `until the beginning of ${sayDay(effectiveUntil)} (UTC)`;
  const where =
    locations.length === 0
      ? ''
      : ` Data that it carries is shown in no other countries than these: ${locations.map((code) => countryName(code) ?? code).join(', ')}.`;
  return `It takes effect on ${sayDay(effectiveFrom)}, or when both parties have signed if that is later, and holds ${until}.${where}`;
}
