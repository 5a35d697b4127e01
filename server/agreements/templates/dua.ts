import type { Clause } from '#server/agreements/schemas.ts';
import type { PartyNames } from './baa.ts';

/** A data use agreement for a limited data set, 45 CFR 164.514(e)(4). */
export function duaClauses({ upper, lower }: PartyNames): Clause[] {
  return [
    {
      key: 'permitted_uses',
      heading: 'Permitted uses',
      text: `${lower} may use the limited data set only for research, public health or health care operations, and within these only to have cases read and labelled as ordered by ${upper}. It may not use it in a way that would violate Subpart E of 45 CFR Part 164 if ${upper} did so.`,
    },
    {
      key: 'permitted_recipients',
      heading: 'Who may use or receive it',
      text: `Only the people whom ${lower} has named for the project, and organisations bound by an agreement of the same content, may use or receive the limited data set, each for the cases assigned to them.`,
    },
    {
      key: 'no_further_use',
      heading: 'No further use',
      text: `${lower} will not use or further disclose the information other than as this agreement permits or as otherwise required by law.`,
    },
    {
      key: 'safeguards',
      heading: 'Safeguards',
      text: `${lower} will use appropriate safeguards to prevent use or disclosure of the information other than as provided for by this agreement, including named accounts, encryption and a record of each opening.`,
    },
    {
      key: 'report',
      heading: 'Reports',
      text: `${lower} will report to ${upper} any use or disclosure not provided for by this agreement of which it becomes aware, without unreasonable delay and no later than 48 hours.`,
    },
    {
      key: 'flow_down',
      heading: 'Agents',
      text: `${lower} will ensure that any agents to whom it provides the limited data set agree to the same restrictions and conditions that apply to ${lower} with respect to it.`,
    },
    {
      key: 'no_identification',
      heading: 'No identification, no contact',
      text: `${lower} will not identify the information, will not link it with other data so that a person could be identified, and will not contact the individuals.`,
    },
    {
      key: 'ending',
      heading: 'Ending',
      text: `${upper} may end this agreement at once on a violation. ${lower} then returns or destroys the limited data set, has its agents do the same, and certifies it.`,
    },
  ];
}
