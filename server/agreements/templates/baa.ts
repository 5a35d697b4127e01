import type { Clause } from '#server/agreements/schemas.ts';

/** The defined names of the two parties in a text. */
export type PartyNames = { upper: string; lower: string };

/**
 * A business associate agreement for annotation work; on the hop below it is the same text with other names
 * (164.504(e)(5): what binds the associate binds its subcontractor).
 */
export function baaClauses({ upper, lower }: PartyNames): Clause[] {
  return [...dataClauses(upper, lower), ...patientClauses(upper, lower), ...endClauses(upper, lower)];
}

function dataClauses(upper: string, lower: string): Clause[] {
  return [
    {
      key: 'permitted_uses',
      heading: 'Permitted and required uses',
      text: `${lower} may use and disclose protected health information only to display cases to qualified readers, to record and review their labels, and to deliver the results to ${upper}, each to the least extent needed for the work ordered, and as otherwise required by this agreement or by law. ${lower} may not use or disclose it in any way that would violate Subpart E of 45 CFR Part 164 if ${upper} or the covered entity did so itself.`,
    },
    {
      key: 'mgmt_admin',
      heading: 'Own management and legal duties',
      text: `${lower} may use protected health information for its own proper management and administration and to meet its legal responsibilities, and may disclose it for these ends where the law requires it or where the recipient has given reasonable assurance of confidentiality and will report any breach of it.`,
    },
    {
      key: 'no_other_use',
      heading: 'No other use',
      text: `${lower} will not use or further disclose protected health information other than as this agreement permits or requires or as required by law. In particular it will not train models with it, will not sell it, will not contact the people it is about, and will not de-identify it unless ${upper} has asked for that in writing.`,
    },
    {
      key: 'safeguards',
      heading: 'Safeguards',
      text: `${lower} will use appropriate administrative, physical and technical safeguards, and will comply with Subpart C of 45 CFR Part 164 where electronic protected health information is concerned, to prevent any use or disclosure not provided for here.`,
    },
    {
      key: 'sec_comply',
      heading: 'Security Rule',
      text: `${lower} will comply with the applicable requirements of Subpart C of 45 CFR Part 164, including access for named users only, automatic log-off, encryption in transit and at rest, and a record of each opening of a file.`,
    },
    {
      key: 'report',
      heading: 'Reports and breaches',
      text: `${lower} will report to ${upper} any use or disclosure not provided for by this agreement of which it becomes aware, including any breach of unsecured protected health information as required by 45 CFR 164.410, without unreasonable delay and no later than 48 hours after discovery, with the identity of each person concerned as far as known, and will supplement the report as facts emerge.`,
    },
    {
      key: 'sec_incident',
      heading: 'Security incidents',
      text: `${lower} will report to ${upper} any security incident of which it becomes aware, including breaches of unsecured protected health information. Unsuccessful attempts of a routine kind, such as pings and port scans, are reported by this sentence.`,
    },
    {
      key: 'flow_down',
      heading: 'Subcontractors',
      text: `${lower} will ensure, in accordance with 45 CFR 164.502(e)(1)(ii), that every subcontractor that creates, receives, maintains or transmits protected health information on its behalf first agrees in writing to the same restrictions, conditions and requirements that apply to ${lower}. It keeps a list of them and shows it on request.`,
    },
    {
      key: 'sec_subs',
      heading: 'Security of subcontractors',
      text: `In accordance with 45 CFR 164.308(b)(2), ${lower} will ensure that each such subcontractor agrees to comply with the applicable requirements of Subpart C by a contract that meets 45 CFR 164.314.`,
    },
    {
      key: 'sub_same',
      heading: 'The same down the chain',
      text: `The requirements of 45 CFR 164.504(e)(2) through (e)(4) and 164.314(a)(2) apply to the contract between ${lower} and each of its subcontractors in the same manner as they apply to this agreement.`,
    },
  ];
}

function patientClauses(upper: string, lower: string): Clause[] {
  return [
    {
      key: 'access',
      heading: 'Access by the individual',
      text: `Within 10 days of a request by ${upper}, ${lower} will make available protected health information that it holds in a designated record set as needed to meet 45 CFR 164.524.`,
    },
    {
      key: 'amendment',
      heading: 'Amendment',
      text: `${lower} will make protected health information in a designated record set available for amendment, and will incorporate amendments that ${upper} communicates, as needed to meet 45 CFR 164.526.`,
    },
    {
      key: 'accounting',
      heading: 'Accounting of disclosures',
      text: `${lower} keeps a record of each disclosure and each opening of a file and will make available, within 10 days of a request, the information needed for an accounting of disclosures under 45 CFR 164.528.`,
    },
    {
      key: 'delegated_obligation',
      heading: 'Delegated duties',
      text: `To the extent that ${lower} carries out an obligation of the covered entity under Subpart E of 45 CFR Part 164, it will comply with the requirements of Subpart E that apply to the covered entity in performing that obligation.`,
    },
    {
      key: 'hhs_books',
      heading: 'Books and records',
      text: `${lower} will make its internal practices, books and records on the use and disclosure of protected health information available to the Secretary of Health and Human Services for determining compliance with the HIPAA Rules.`,
    },
    {
      key: 'location',
      heading: 'Place of access',
      text: `Protected health information is stored in the United States and shown only in the countries that the project names. Access from elsewhere needs the prior written consent of ${upper}.`,
    },
  ];
}

function endClauses(upper: string, lower: string): Clause[] {
  return [
    {
      key: 'termination_right',
      heading: 'Ending for violation',
      text: `${upper} may terminate this agreement, and with it all access, at once if it determines that ${lower} has violated a material term. A party that knows of a pattern of material breach by the other will take reasonable steps to have it cured and otherwise terminate where feasible.`,
    },
    {
      key: 'return_destroy',
      heading: 'Return or destruction',
      text: `At termination ${lower} will, if feasible, return or destroy all protected health information received from, or created or received on behalf of, ${upper} that it or its subcontractors still hold in any form, keep no copies, and certify that it has done so. Where that is not feasible, it will extend the protections of this agreement to that information and limit further use and disclosure to the purposes that make return or destruction infeasible.`,
    },
    {
      key: 'interpretation',
      heading: 'Interpretation',
      text: `Terms have the meaning given to them in 45 CFR Parts 160 and 164. An ambiguity is resolved so as to permit compliance with the HIPAA Rules. Where this agreement and another between the parties differ on protected health information, this one prevails.`,
    },
  ];
}
