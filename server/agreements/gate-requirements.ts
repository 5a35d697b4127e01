import type { GateRequirement } from './gate-facts.ts';

/** Rows that hold for any personal data once the reader or their organisation is established in the EU (R18). */
export const EU_ESTABLISHED = 'personal_eu_established';
/** Rows that hold for any personal data about people in the EEA, whatever its class says. */
export const EU_SUBJECTS = 'personal_eu_subjects';
/** Classes that are data about people. */
export const PERSONAL_CLASSES: readonly string[] = ['phi', 'limited_data_set', 'eu_personal'];

export type GateRequirementRow = GateRequirement & { dataClass: string };

const rows = (
  dataClass: string,
  basis: string,
  requirements: readonly [GateRequirement['appliesTo'], string][],
) => requirements.map(([appliesTo, requirement]) => ({ dataClass, appliesTo, requirement, basis }));

/** R18's table as rows. They are written to `gate_requirements`, where an operator can end or add to them. */
export const GATE_REQUIREMENTS: readonly GateRequirementRow[] = [
  ...rows('phi', 'baa_chain', [
    ['hop', 'agreement:baa'],
    ['person', 'workforce_or_own_agreement'],
    ['person', 'second_factor'],
    ['dataset', 'evidence:source_if_any'],
  ]),
  ...rows('limited_data_set', 'dua_chain', [
    ['hop', 'agreement:dua'],
    ['person', 'workforce_or_own_agreement'],
    ['dataset', 'purpose'],
    ['dataset', 'evidence:source'],
  ]),
  ...['deidentified_safe_harbor', 'deidentified_expert'].flatMap((dataClass) =>
    rows(dataClass, 'not_required: de-identified', [
      ['dataset', 'evidence'],
      ['person', 'undertaking:no_reidentification'],
    ]),
  ),
  ...rows('eu_personal', 'dpa_chain', [
    ['hop', 'agreement:dpa'],
    ['hop', 'clause:sub_processors'],
    ['hop', 'clause:confidentiality'],
    ['person', 'workforce_or_own_agreement'],
    ['person', 'adequate_country'],
    ['dataset', 'evidence:source'],
  ]),
  ...['synthetic', 'public'].flatMap((dataClass) =>
    rows(dataClass, 'not_required: licence', [['dataset', 'evidence:licence']]),
  ),
  ...rows(EU_ESTABLISHED, 'dpa_chain', [
    ['hop', 'agreement:dpa'],
    ['hop', 'clause:sub_processors'],
  ]),
  ...rows(EU_SUBJECTS, 'dpa_chain', [
    ['hop', 'agreement:dpa'],
    ['hop', 'clause:sub_processors'],
    ['person', 'adequate_country'],
  ]),
];

/** Requirements of a person that an operator may ask for of any class. */
const FOR_ANY_CLASS: readonly [GateRequirement['appliesTo'], string][] = [['person', 'second_factor']];

/** The row for a requirement that the gate knows how to check for the class, or null. */
export function findShippedRule(at: { dataClass: string; requirement: string }): GateRequirementRow | null {
  const own = GATE_REQUIREMENTS.filter((row) => row.dataClass === at.dataClass);
  const found = own.find((row) => row.requirement === at.requirement);
  if (found !== undefined) return found;
  const any = FOR_ANY_CLASS.find(([, requirement]) => requirement === at.requirement);
  const [first] = own;
  if (any === undefined || first === undefined) return null;
  return { ...at, appliesTo: any[0], basis: first.basis };
}

/** Everything that can be asked for, by class: for the operator's choice. */
export function askableRules(): GateRequirementRow[] {
  const classes = [...new Set(GATE_REQUIREMENTS.map((row) => row.dataClass))];
  const further = classes.flatMap((dataClass) =>
    FOR_ANY_CLASS.flatMap(([, requirement]) => findShippedRule({ dataClass, requirement }) ?? []),
  );
  const known = new Set(GATE_REQUIREMENTS.map((row) => `${row.dataClass}|${row.requirement}`));
  return [
    ...GATE_REQUIREMENTS,
    ...further.filter((row) => !known.has(`${row.dataClass}|${row.requirement}`)),
  ];
}
