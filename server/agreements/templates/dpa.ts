import type { Clause } from '#server/agreements/schemas.ts';
import type { PartyNames } from './baa.ts';

/** A processing agreement under Article 28 GDPR; below the first hop it is one with a sub-processor. */
export function dpaClauses({ upper, lower }: PartyNames): Clause[] {
  return [
    {
      key: 'subject_matter',
      heading: 'Subject matter, duration, nature, purpose',
      text: `${lower} processes, on behalf of ${upper}, pseudonymised images, reports and measurements of patients, which are data concerning health, by showing them to readers and recording their labels, for as long as work is ordered under the services agreement and until deletion under this one.`,
    },
    {
      key: 'instructions',
      heading: 'Documented instructions',
      text: `${lower} processes the personal data only on documented instructions from ${upper}, including with regard to transfers; the signed protocol and the project's settings are such instructions. It tells ${upper} at once if it thinks that an instruction infringes the law.`,
    },
    {
      key: 'confidentiality',
      heading: 'Confidentiality',
      text: `${lower} ensures that everyone authorised to process the personal data has committed to confidentiality or is under a statutory duty of it, and sees only the cases assigned to them.`,
    },
    {
      key: 'security',
      heading: 'Security',
      text: `${lower} takes all measures required by Article 32 GDPR, among them pseudonymisation, encryption in transit and at rest, named accounts with automatic log-off, a record of each opening, and regular tests of their effect.`,
    },
    {
      key: 'sub_processors',
      heading: 'Sub-processors',
      text: `${upper} gives general written authorisation for the vendors and independent annotators that ${upper} or its customer has engaged for a project. ${lower} announces any other sub-processor 30 days ahead, so that ${upper} can object, imposes the same duties by contract, and remains fully liable.`,
    },
    {
      key: 'assist_rights',
      heading: 'Rights of data subjects',
      text: `${lower} assists ${upper} by appropriate technical and organisational measures in answering requests by data subjects, and passes on within three working days any request that reaches it.`,
    },
    {
      key: 'assist_duties',
      heading: 'Assistance with Articles 32 to 36',
      text: `${lower} assists ${upper} in meeting its duties on security, notification of breaches, impact assessment and prior consultation, taking into account the nature of the processing and the information it has.`,
    },
    {
      key: 'breach_notice',
      heading: 'Breaches',
      text: `${lower} notifies ${upper} of a personal data breach without undue delay and no later than 24 hours after becoming aware of it, with the facts that Article 33(3) GDPR asks for, in stages if need be.`,
    },
    {
      key: 'delete_return',
      heading: 'Deletion or return',
      text: `At the end of the services ${lower} deletes or returns, as ${upper} chooses, all personal data and existing copies, unless the law requires storage, and certifies it.`,
    },
    {
      key: 'audit_info',
      heading: 'Information and audits',
      text: `${lower} makes available all information needed to show compliance with Article 28 GDPR, and allows for and contributes to audits, including inspections, by ${upper} or an auditor it mandates.`,
    },
    {
      key: 'standard_contractual_clauses',
      heading: 'Transfers',
      text: `Showing data on a screen outside the European Economic Area is a transfer. Where the country has no adequacy decision, the standard contractual clauses of Implementing Decision (EU) 2021/914 apply between the parties in the module that fits their roles, with this document as its annexes, once ${upper} has assessed the transfer and named the country for the project.`,
    },
  ];
}
