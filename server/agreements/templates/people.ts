import type { Clause } from '#server/agreements/schemas.ts';
import type { PartyNames } from './baa.ts';

/** The undertaking of confidentiality that Article 28(3)(b) GDPR asks of everyone who processes. */
export function confidentialityClauses({ upper, lower }: PartyNames): Clause[] {
  return [
    {
      key: 'duty',
      heading: 'Confidentiality',
      text: `${lower} and everyone who sees personal data through it keep it confidential, in and after working hours, and use it for nothing but the cases assigned to them by ${upper}.`,
    },
    {
      key: 'need_to_know',
      heading: 'Need to know',
      text: `${lower} lets only those of its people see personal data who are named for the project, act on the instructions of ${upper}, and need the case for their work.`,
    },
    {
      key: 'no_copies',
      heading: 'No copies',
      text: `Nobody makes copies, screenshots, recordings or notes of personal data outside of the product, or shows a screen with it to somebody who is not assigned to the case.`,
    },
    {
      key: 'binds_people',
      heading: 'Binding on people',
      text: `${lower} binds each person in writing to this undertaking before that person sees any personal data, and answers for what they do as for its own acts.`,
    },
    {
      key: 'report',
      heading: 'Report',
      text: `Whoever learns that personal data was seen, lost or passed on against this undertaking reports it in the product at once, and no later than 24 hours after learning of it.`,
    },
    {
      key: 'survival',
      heading: 'Survival',
      text: `The duty of confidentiality does not end with the work, with the engagement of a person or with any other agreement between the parties.`,
    },
  ];
}

/** What an organisation says of one of its people, and that person of themselves (R19). */
export function workforceAttestationClauses(): Clause[] {
  return [
    {
      key: 'direct_control',
      heading: 'Under direct control',
      text: 'The organisation says that this person is employed by it, or works under its direct control: it decides when, where and with what means they work, and they read in its name alone.',
    },
    {
      key: 'training',
      heading: 'Training',
      text: 'The person was trained in privacy and security on the day named here, and will be trained again within twelve months of it. The organisation keeps the record of it for six years.',
    },
    {
      key: 'access',
      heading: 'Access',
      text: 'The organisation has authorised the person to see protected data only for the cases assigned to them, with an account of their own that nobody else uses.',
    },
    {
      key: 'sanctions',
      heading: 'Sanctions',
      text: 'The person knows the sanctions of the organisation for breaches of privacy, and the organisation applies them and keeps a record of it.',
    },
    {
      key: 'leaving',
      heading: 'Leaving',
      text: 'When the person leaves or changes their duties, the organisation ends their membership in the product on the same day and so takes their access away.',
    },
    {
      key: 'own_duty',
      heading: "The person's own word",
      text: 'The person confirms all of this, and will not use or disclose what they see other than in reading the cases assigned to them, nor keep any copy of it.',
    },
  ];
}
