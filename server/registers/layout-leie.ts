import { CellProblem, readNpi, readPlainDay } from './copy-text.ts';
import { EXCLUSION_COLUMNS, encodeExclusion } from './exclusion-columns.ts';
import type { Layout } from './layout.ts';

const REQUIRED = [
  'LASTNAME',
  'FIRSTNAME',
  'MIDNAME',
  'BUSNAME',
  'GENERAL',
  'SPECIALTY',
  'UPIN',
  'NPI',
  'DOB',
  'ADDRESS',
  'CITY',
  'STATE',
  'ZIP',
  'EXCLTYPE',
  'EXCLDATE',
  'REINDATE',
  'WAIVERDATE',
  'WVRSTATE',
] as const;

/** OIG's List of Excluded Individuals and Entities, monthly, whole: who is absent has been reinstated. */
export const leieLayout: Layout = {
  source: 'leie',
  mode: 'full',
  title: 'OIG exclusion list (LEIE)',
  required: REQUIRED,
  optional: [],
  preamble: 0,
  table: 'exclusion_records',
  copyColumns: EXCLUSION_COLUMNS,
  encode: (cells, line) => {
    const [last = '', first = '', middle = '', business = '', general = '', specialty = ''] = cells;
    const [, , , , , , , npi = '', birth = '', , city = '', state = '', , type = ''] = cells;
    if (last === '' && business === '')
      throw new CellProblem('LASTNAME', 'neither a person nor a business is named');
    if (type === '') throw new CellProblem('EXCLTYPE', 'is empty');
    const excludedOn = readPlainDay('EXCLDATE', cells[14] ?? '');
    if (excludedOn === '') throw new CellProblem('EXCLDATE', 'is empty');
    return encodeExclusion(line, {
      source: 'leie',
      isPerson: last !== '',
      lastName: last,
      firstName: first,
      middleName: middle,
      businessName: business,
      npi: readNpi('NPI', npi),
      birthDate: readPlainDay('DOB', birth),
      city,
      state,
      country: 'US',
      specialty: [general, specialty].filter(Boolean).join(', '),
      reason: type,
      agency: 'HHS OIG',
      excludedOn,
      excludedUntil: readPlainDay('REINDATE', cells[15] ?? ''),
      waiverOn: readPlainDay('WAIVERDATE', cells[16] ?? ''),
      waiverState: cells[17] ?? '',
      recordNumber: '',
      remarks: '',
    });
  },
};
