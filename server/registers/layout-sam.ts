import { CellProblem, readAmericanDay } from './copy-text.ts';
import { EXCLUSION_COLUMNS, encodeExclusion } from './exclusion-columns.ts';
import { type Layout, places } from './layout.ts';

const REQUIRED = [
  'Classification',
  'Name',
  'Prefix',
  'First',
  'Middle',
  'Last',
  'Suffix',
  'City',
  'Country',
  'Zip Code',
  'Unique Entity ID',
  'Exclusion Program',
  'Excluding Agency',
  'CT Code',
  'Exclusion Type',
  'Additional Comments',
  'Active Date',
  'Termination Date',
  'Record Status',
  'Cross-Reference',
  'SAM Number',
  'CAGE',
  'NPI',
  'Creation_Date',
] as const;
const OPTIONAL = ['State / Province'] as const;
const at = places(REQUIRED, OPTIONAL);
const P = {
  classification: at('Classification'),
  name: at('Name'),
  first: at('First'),
  middle: at('Middle'),
  last: at('Last'),
  city: at('City'),
  state: at('State / Province'),
  country: at('Country'),
  program: at('Exclusion Program'),
  agency: at('Excluding Agency'),
  ct: at('CT Code'),
  type: at('Exclusion Type'),
  comments: at('Additional Comments'),
  active: at('Active Date'),
  termination: at('Termination Date'),
  number: at('SAM Number'),
  npi: at('NPI'),
};
const REMARK_LENGTH = 500;

/** The public extract of SAM.gov's exclusions, daily, whole. It has no birth dates. */
export const samLayout: Layout = {
  source: 'sam',
  mode: 'full',
  title: 'SAM.gov exclusions',
  required: REQUIRED,
  optional: OPTIONAL,
  preamble: 0,
  table: 'exclusion_records',
  copyColumns: EXCLUSION_COLUMNS,
  encode: (cells, line) => {
    const get = (place: number) => cells[place] ?? '';
    const isPerson = get(P.classification) === 'Individual';
    const last = isPerson ? get(P.last) : '';
    const name = get(P.name);
    if (isPerson && last === '' && name === '') throw new CellProblem('Last', 'an individual without a name');
    if (!isPerson && name === '') throw new CellProblem('Name', 'is empty');
    const until = get(P.termination);
    return encodeExclusion(line, {
      source: 'sam',
      isPerson,
      // Some individuals have only a whole name; its last word is searched.
      lastName: isPerson ? last || (name.trim().split(/\s+/).at(-1) ?? '') : '',
      firstName: isPerson ? get(P.first) || (last === '' ? (name.trim().split(/\s+/)[0] ?? '') : '') : '',
      middleName: isPerson ? get(P.middle) : '',
      businessName: isPerson ? '' : name,
      // Not SAM's own key: agencies type it in, and what is no NPI is not known.
      npi: /^[12]\d{9}$/.test(get(P.npi).trim()) ? get(P.npi).trim() : '',
      birthDate: '',
      city: get(P.city),
      state: get(P.state),
      country: get(P.country),
      specialty: '',
      reason: [get(P.type), get(P.ct)].filter(Boolean).join(', '),
      agency: [get(P.agency), get(P.program)].filter(Boolean).join(', '),
      excludedOn: readAmericanDay('Active Date', get(P.active)),
      excludedUntil: until === 'Indefinite' ? '' : readAmericanDay('Termination Date', until),
      waiverOn: '',
      waiverState: '',
      recordNumber: get(P.number),
      remarks: get(P.comments).slice(0, REMARK_LENGTH),
    });
  },
};
