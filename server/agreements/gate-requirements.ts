import type { GateRequirement } from './gate-rules.ts';

/** Rows that hold for any personal data once the reader or their organisation is established in the EU (R18). */
export const EU_ESTABLISHED = 'personal_eu_established';
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
  ]),
  ...rows('limited_data_set', 'dua_chain', [
    ['hop', 'agreement:dua'],
    ['person', 'workforce_or_own_agreement'],
    ['dataset', 'purpose'],
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
  ]),
  ...['synthetic', 'public'].flatMap((dataClass) =>
    rows(dataClass, 'not_required: licence', [['dataset', 'evidence:licence']]),
  ),
  ...rows(EU_ESTABLISHED, 'dpa_chain', [
    ['hop', 'agreement:dpa'],
    ['hop', 'clause:sub_processors'],
  ]),
];
