import type { Clause } from '#server/agreements/schemas.ts';

/** The agreement under which a vendor checks credentials at their source in the platform's place (R19). */
export function delegationClauses(): Clause[] {
  return [
    {
      key: 'scope',
      heading: 'What is delegated',
      text: "The Platform delegates to the Delegate the checking of credentials of the Delegate's own people at their primary source. Decisions on findings, on two people with one number and on exclusion lists stay with the Platform, which remains answerable to sponsors for all of it.",
    },
    {
      key: 'sources',
      heading: 'How a check is made',
      text: 'The Delegate asks the register or certifying body itself, never a copy or the person, and records the source, the way in which it was asked and the day of its answer. An answer older than 120 days is asked again. Nobody checks their own credential.',
    },
    {
      key: 'no_subdelegation',
      heading: 'No delegation further',
      text: 'The Delegate does not pass the checking on to anybody else, and tells the Platform before the people or the procedure that do it change.',
    },
    {
      key: 'files',
      heading: 'Files',
      text: "The Delegate keeps a file of each check with the evidence of the source's answer for as long as the credential is relied on and six years after, names the file with each check, and hands it out within five working days when asked.",
    },
    {
      key: 'sampling',
      heading: 'Samples',
      text: "The Platform draws a sample of the Delegate's checks every month and makes them again at the source. The Delegate is shown what the samples found and answers for each that disagrees.",
    },
    {
      key: 'report',
      heading: 'What is reported',
      text: 'What a source says against a person, or otherwise than the person claims, is reported to the Platform on the same day and not recorded as verified. So is every error that the Delegate finds in a check of its own.',
    },
    {
      key: 'audit',
      heading: 'Audit',
      text: "The Platform audits the Delegate's files and procedure before the delegation begins and every year. A delegation that is not audited again in time ends with its last day.",
    },
    {
      key: 'revocation',
      heading: 'Suspension and revocation',
      text: "The Platform may suspend or revoke the delegation at once, for a reason that it states. After a revocation the Delegate's checks count as its word alone until the Platform has asked the sources itself.",
    },
  ];
}
