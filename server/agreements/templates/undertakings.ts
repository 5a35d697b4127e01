import type { Clause } from '#server/agreements/schemas.ts';

/** A mutual non-disclosure agreement. */
export function ndaClauses(): Clause[] {
  return [
    {
      key: 'definition',
      heading: 'What is confidential',
      text: 'Confidential information is everything that one party shows the other in connection with projects, bids, protocols, cases, labels, prices and results, in whatever form, whether or not it is marked.',
    },
    {
      key: 'duty',
      heading: 'Duty',
      text: 'The receiving party uses confidential information only for the work that was ordered, shows it only to its people who need it and are bound alike, protects it as it does its own, and makes no copies, screenshots or notes outside of the product.',
    },
    {
      key: 'exceptions',
      heading: 'Exceptions',
      text: 'The duty does not cover what is or becomes public without breach, what the recipient already knew or develops independently, and what the law compels it to disclose, of which it tells the other party first where permitted. Nothing here limits reporting to an authority.',
    },
    {
      key: 'term',
      heading: 'Term',
      text: 'The duty begins with the first disclosure and lasts five years from the last one; for data about patients it does not end.',
    },
    {
      key: 'return',
      heading: 'Return',
      text: 'On request the recipient returns or destroys confidential information within 30 days and says in writing that it has done so, records that the law requires it to keep excepted.',
    },
  ];
}

/** The undertaking of an organisation whose people read de-identified data (R18). */
export function noReidentificationClauses(): Clause[] {
  return [
    {
      key: 'no_identification',
      heading: 'No identification',
      text: 'The Recipient will not identify, or try to identify, any person from the data shown, by whatever means, and will not allow others to do so.',
    },
    {
      key: 'no_linkage',
      heading: 'No linkage',
      text: 'The Recipient will not link the data with other data, reconstruct a face from images, search for a case elsewhere, or use a re-identification code, even where that would be easy.',
    },
    {
      key: 'no_contact',
      heading: 'No contact',
      text: 'The Recipient will not contact a person to whom the data relates, or their relatives or physicians, should it come to know who they are.',
    },
    {
      key: 'report',
      heading: 'Report',
      text: 'Whoever recognises a person, or sees an identifier that should have been removed, reports it in the product at once, goes on to another case, and keeps no note of it.',
    },
    {
      key: 'binds_people',
      heading: 'Binding on people',
      text: 'The Recipient binds each of its people who see data to this undertaking before they see any, and answers for what they do as for its own acts. It holds for as long as the data exists.',
    },
  ];
}
