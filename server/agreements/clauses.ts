import type { ErrorDetail } from '#server/core/errors.ts';
import type { Clause, TemplateKind } from './schemas.ts';

export type RequiredClause = { key: string; cite: string };

const c = (key: string, cite: string): RequiredClause => ({ key, cite });

/** 45 CFR 164.504(e)(2) and 164.314(a)(2): what every BAA must say, on every hop (facts A2). */
const BAA: readonly RequiredClause[] = [
  c('permitted_uses', '45 CFR 164.504(e)(2)(i)'),
  c('no_other_use', '45 CFR 164.504(e)(2)(ii)(A)'),
  c('safeguards', '45 CFR 164.504(e)(2)(ii)(B)'),
  c('report', '45 CFR 164.504(e)(2)(ii)(C)'),
  c('flow_down', '45 CFR 164.504(e)(2)(ii)(D)'),
  c('access', '45 CFR 164.504(e)(2)(ii)(E)'),
  c('amendment', '45 CFR 164.504(e)(2)(ii)(F)'),
  c('accounting', '45 CFR 164.504(e)(2)(ii)(G)'),
  c('delegated_obligation', '45 CFR 164.504(e)(2)(ii)(H)'),
  c('hhs_books', '45 CFR 164.504(e)(2)(ii)(I)'),
  c('return_destroy', '45 CFR 164.504(e)(2)(ii)(J)'),
  c('termination_right', '45 CFR 164.504(e)(2)(iii)'),
  c('sec_comply', '45 CFR 164.314(a)(2)(i)(A)'),
  c('sec_subs', '45 CFR 164.314(a)(2)(i)(B)'),
  c('sec_incident', '45 CFR 164.314(a)(2)(i)(C)'),
  c('sub_same', '45 CFR 164.504(e)(5)'),
];

/** What a document of each kind must contain before anyone is asked to sign it. */
export const REQUIRED_CLAUSES: Record<TemplateKind, readonly RequiredClause[]> = {
  baa: BAA,
  subcontractor_baa: BAA,
  dua: [
    c('permitted_uses', '45 CFR 164.514(e)(4)(ii)(A)'),
    c('permitted_recipients', '45 CFR 164.514(e)(4)(ii)(B)'),
    c('no_further_use', '45 CFR 164.514(e)(4)(ii)(C)(1)'),
    c('safeguards', '45 CFR 164.514(e)(4)(ii)(C)(2)'),
    c('report', '45 CFR 164.514(e)(4)(ii)(C)(3)'),
    c('flow_down', '45 CFR 164.514(e)(4)(ii)(C)(4)'),
    c('no_identification', '45 CFR 164.514(e)(4)(ii)(C)(5)'),
  ],
  dpa: [
    c('subject_matter', 'GDPR 28(3)'),
    c('instructions', 'GDPR 28(3)(a)'),
    c('confidentiality', 'GDPR 28(3)(b)'),
    c('security', 'GDPR 28(3)(c), 32'),
    c('sub_processors', 'GDPR 28(2), 28(4)'),
    c('assist_rights', 'GDPR 28(3)(e)'),
    c('assist_duties', 'GDPR 28(3)(f)'),
    c('delete_return', 'GDPR 28(3)(g)'),
    c('audit_info', 'GDPR 28(3)(h)'),
    c('breach_notice', 'GDPR 33(2)'),
    c('standard_contractual_clauses', 'GDPR 44–46'),
  ],
  // Implementing Decision (EU) 2021/914, modules two and three: what the parties fill in or must find in the text.
  scc: [
    c('module', 'Decision 2021/914, annex'),
    c('standard_contractual_clauses', 'GDPR 46(2)(c)'),
    c('unchanged', 'SCC clause 2'),
    c('third_party_rights', 'SCC clause 3'),
    c('description', 'SCC clause 6, annex I.B'),
    c('instructions', 'SCC clause 8.1'),
    c('security', 'SCC clause 8.6, annex II'),
    c('onward_transfer', 'SCC clause 8.8'),
    c('sub_processors', 'SCC clause 9, annex III'),
    c('assist_rights', 'SCC clause 10'),
    c('redress', 'SCC clause 11'),
    c('liability', 'SCC clause 12'),
    c('supervision', 'SCC clause 13, annex I.C'),
    c('transfer_assessment', 'SCC clause 14'),
    c('government_access', 'SCC clause 15'),
    c('suspension', 'SCC clause 16'),
    c('governing_law', 'SCC clauses 17, 18'),
  ],
  confidentiality: [
    c('duty', 'GDPR 28(3)(b)'),
    c('need_to_know', 'GDPR 29, 32(4)'),
    c('no_copies', 'story R18'),
    c('binds_people', 'GDPR 28(3)(b)'),
    c('report', 'GDPR 33(2)'),
    c('survival', 'GDPR 28(3)(b)'),
  ],
  workforce_attestation: [
    c('direct_control', '45 CFR 160.103'),
    c('training', '45 CFR 164.530(b), 164.308(a)(5)'),
    c('access', '45 CFR 164.308(a)(4)'),
    c('sanctions', '45 CFR 164.530(e), 164.308(a)(1)(ii)(C)'),
    c('leaving', '45 CFR 164.308(a)(3)(ii)(C)'),
    c('own_duty', '45 CFR 164.502(a)'),
  ],
  nda: [
    c('definition', 'story R20'),
    c('duty', 'story R20'),
    c('exceptions', 'story R20'),
    c('term', 'story R20'),
    c('return', 'story R20'),
  ],
  no_reidentification: [
    c('no_identification', '45 CFR 164.514(c)'),
    c('no_linkage', '45 CFR 164.514(c)'),
    c('no_contact', '45 CFR 164.514(c)'),
    c('report', 'story R18'),
    c('binds_people', 'story R18'),
  ],
  delegation: [
    c('scope', 'story R19'),
    c('sources', 'story R19, facts B6'),
    c('no_subdelegation', 'story R19'),
    c('files', 'story R19'),
    c('sampling', 'story R19'),
    c('report', 'story R19, R27'),
    c('audit', 'story R19'),
    c('revocation', 'story R19'),
  ],
  services: [
    c('contracting_party', 'story R1'),
    c('orders', 'story R13'),
    c('fee', 'story R2'),
    c('payment', 'story R29–R32'),
    c('fair_rejection', 'story R31'),
    c('ownership', 'story R33'),
    c('protected_data', 'story R18'),
    c('relationship', 'story R19, R20'),
    c('ending', 'story R27'),
  ],
};

/** The shortest text that can be a clause; less is a heading. */
const LEAST_WORDS = 10;

/**
 * Everything a text lacks to be used as a template of the kind: required clauses that are missing or empty, and keys
 * that occur twice. An empty list means that it may be used.
 */
export function lintClauses(kind: TemplateKind, text: readonly Clause[]): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  for (const { key, cite } of REQUIRED_CLAUSES[kind]) {
    const found = text.filter((one) => one.key === key);
    if (found.length === 0) {
      problems.push({ code: `clause.${key}.missing`, message: `The clause "${key}" is missing (${cite}).` });
    } else if (found.length > 1) {
      problems.push({ code: `clause.${key}.twice`, message: `The clause "${key}" occurs twice.` });
    } else if ((found[0]?.text ?? '').trim().split(/\s+/).length < LEAST_WORDS) {
      problems.push({ code: `clause.${key}.empty`, message: `The clause "${key}" says nothing (${cite}).` });
    }
  }
  return problems;
}
