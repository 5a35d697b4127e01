import type { Clause } from '#server/agreements/schemas.ts';
import type { PartyNames } from './baa.ts';

/**
 * The agreement by which the standard contractual clauses of Implementing Decision (EU) 2021/914 bind the parties: the
 * clauses themselves by reference and unchanged, and everything that the parties have to choose or to fill in.
 */
export function sccClauses(names: PartyNames): Clause[] {
  return [...scopeClauses(names), ...handlingClauses(names), ...transferClauses(names)];
}

function scopeClauses({ upper, lower }: PartyNames): Clause[] {
  return [
    {
      key: 'module',
      heading: 'Module',
      text: `Module Two (controller to processor) applies where ${upper} is the controller of the data, and Module Three (processor to processor) where ${upper} processes it for a customer. The docking clause (clause 7) applies.`,
    },
    {
      key: 'standard_contractual_clauses',
      heading: 'The clauses',
      text: `The standard contractual clauses set out in the annex of Commission Implementing Decision (EU) 2021/914 of 4 June 2021 are part of this agreement by reference, in the module named here, and bind ${upper} and ${lower}.`,
    },
    {
      key: 'unchanged',
      heading: 'Nothing changed',
      text: 'The clauses are taken over without change (clause 2). Where this agreement or any other one between the parties says something else, the clauses prevail (clause 5).',
    },
    {
      key: 'third_party_rights',
      heading: 'Rights of the people concerned',
      text: `The people whom the data is about may rely on the clauses against ${upper} and ${lower} as third-party beneficiaries, as far as clause 3 says so.`,
    },
    {
      key: 'description',
      heading: 'Annex I.B: the transfer',
      text: `Data subjects: patients. Data: pseudonymised images, reports and measurements, which are data concerning health, with access limited to assigned cases, encryption and a record of each opening. Frequency: continuous while work is ordered. Purpose: reading and labelling of cases. Kept: for the time of the services agreement.`,
    },
  ];
}

function handlingClauses({ upper, lower }: PartyNames): Clause[] {
  return [
    {
      key: 'instructions',
      heading: 'Instructions',
      text: `${lower} processes the data only on documented instructions from ${upper} (clause 8.1) and for the purpose named here, and tells ${upper} at once if it cannot follow them.`,
    },
    {
      key: 'security',
      heading: 'Annex II: measures',
      text: `Encryption in transit and at rest, named accounts with a second factor, automatic log-off, access to assigned cases alone through short-lived links, a record of each opening, pseudonymisation by ${upper}, tests of the measures at least once a year, and notice of a breach without undue delay (clause 8.6).`,
    },
    {
      key: 'onward_transfer',
      heading: 'Onward transfer',
      text: `${lower} discloses the data to nobody in a third country, except on documented instructions from ${upper} and to a party bound by the same clauses, or where another condition of clause 8.8 is met.`,
    },
    {
      key: 'sub_processors',
      heading: 'Annex III: sub-processors',
      text: `Option 2 of clause 9(a) applies: general written authorisation for the vendors and independent annotators that are named for a project in the product; ${lower} announces any change 30 days ahead, and binds them to the same duties.`,
    },
    {
      key: 'assist_rights',
      heading: 'Requests of data subjects',
      text: `${lower} passes on any request of a data subject within three working days, does not answer it itself unless authorised, and assists ${upper} in answering it (clause 10).`,
    },
    {
      key: 'redress',
      heading: 'Redress',
      text: `${lower} names a contact point for complaints in the product; the option of an independent dispute resolution body in clause 11(a) is not chosen.`,
    },
    {
      key: 'liability',
      heading: 'Liability',
      text: 'Each party is liable to the other, and to data subjects, for damage it causes by a breach of the clauses, as clause 12 says; no limit agreed elsewhere applies towards data subjects.',
    },
  ];
}

function transferClauses({ upper, lower }: PartyNames): Clause[] {
  return [
    {
      key: 'supervision',
      heading: 'Annex I.C: supervision',
      text: `The competent authority is that of the member state in which ${upper} or its representative is established; ${lower} submits to it and answers its enquiries (clause 13).`,
    },
    {
      key: 'transfer_assessment',
      heading: 'Transfer assessment',
      text: `The parties have assessed the law and practice of each country in which the data is shown (clause 14), keep the assessment in the product with the country, the measures and the date until which it holds, and show nothing in a country without one. ${lower} tells ${upper} at once of any change.`,
    },
    {
      key: 'government_access',
      heading: 'Access by authorities',
      text: `${lower} tells ${upper} of any request or access by a public authority, challenges it where there are grounds, discloses the least that the law permits, and keeps a record of it (clause 15).`,
    },
    {
      key: 'suspension',
      heading: 'Suspension and ending',
      text: `${upper} suspends the transfer when ${lower} cannot comply, and may end this agreement in the cases of clause 16; ${lower} then returns or deletes the data with all copies and certifies it.`,
    },
    {
      key: 'governing_law',
      heading: 'Law and courts',
      text: `The law and the courts of the member state in which ${upper} or its representative is established apply; where there is none, those of Ireland (clauses 17 and 18).`,
    },
  ];
}
