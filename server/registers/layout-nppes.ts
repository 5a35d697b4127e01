import { CellProblem, copyCell, readAmericanDay, readNpi } from './copy-text.ts';
import { type Layout, places } from './layout.ts';

const TAXONOMIES = 15;
const numbered = (name: string) => Array.from({ length: TAXONOMIES }, (_, i) => `${name}_${i + 1}`);

const REQUIRED = [
  'NPI',
  'Entity Type Code',
  'Replacement NPI',
  'Provider Organization Name (Legal Business Name)',
  'Provider Last Name (Legal Name)',
  'Provider First Name',
  'Provider Middle Name',
  'Provider Credential Text',
  'Provider Other Last Name',
  'Provider Other First Name',
  'Provider Business Practice Location Address State Name',
  'Provider Enumeration Date',
  'Last Update Date',
  'NPI Deactivation Date',
  'NPI Reactivation Date',
  ...numbered('Healthcare Provider Taxonomy Code'),
  ...numbered('Provider License Number'),
  ...numbered('Provider License Number State Code'),
  ...numbered('Healthcare Provider Primary Taxonomy Switch'),
];
const at = places(REQUIRED);
const NPI = at('NPI');
const ENTITY = at('Entity Type Code');
const REPLACEMENT = at('Replacement NPI');
const FIRST_TAXONOMY = at('Healthcare Provider Taxonomy Code_1');
const FIRST_LICENCE = at('Provider License Number_1');
const FIRST_STATE = at('Provider License Number State Code_1');
const FIRST_PRIMARY = at('Healthcare Provider Primary Taxonomy Switch_1');
const TEXTS = [
  'Provider Last Name (Legal Name)',
  'Provider First Name',
  'Provider Middle Name',
  'Provider Credential Text',
  'Provider Other Last Name',
  'Provider Other First Name',
  'Provider Organization Name (Legal Business Name)',
  'Provider Business Practice Location Address State Name',
].map(at);
const DAYS = [
  'Provider Enumeration Date',
  'Last Update Date',
  'NPI Deactivation Date',
  'NPI Reactivation Date',
].map((name) => [name, at(name)] as const);

const COLUMNS = [
  'npi',
  'entity_type',
  'replacement_npi',
  'last_name',
  'first_name',
  'middle_name',
  'credential',
  'other_last_name',
  'other_first_name',
  'organisation_name',
  'state',
  'enumerated_on',
  'updated_on',
  'deactivated_on',
  'reactivated_on',
  'taxonomies',
];

function encode(cells: readonly string[]): string {
  const npi = readNpi('NPI', cells[NPI] ?? '');
  if (npi === '') throw new CellProblem('NPI', 'is empty');
  const entity = cells[ENTITY] ?? '';
  if (entity !== '' && entity !== '1' && entity !== '2') {
    throw new CellProblem('Entity Type Code', `"${entity.slice(0, 20)}" is neither 1 nor 2`);
  }
  const replacement = readNpi('Replacement NPI', cells[REPLACEMENT] ?? '');
  let text = `${npi}\t${copyCell(entity)}\t${copyCell(replacement)}`;
  for (const place of TEXTS) text += `\t${copyCell(cells[place] ?? '')}`;
  for (const [name, place] of DAYS) text += `\t${copyCell(readAmericanDay(name, cells[place] ?? ''))}`;
  // A deactivated number carries nothing but itself and the day (since May 2007).
  return `${text}\t${copyCell(taxonomies(cells))}`;
}

function taxonomies(cells: readonly string[]): string {
  let text = '';
  for (let i = 0; i < TAXONOMIES; i += 1) {
    const code = cells[FIRST_TAXONOMY + i];
    if (!code) continue;
    const licence = cells[FIRST_LICENCE + i];
    const state = cells[FIRST_STATE + i];
    text += `${text === '' ? '' : ','}{"code":${JSON.stringify(code)}`;
    if (licence) text += `,"licence":${JSON.stringify(licence)}`;
    if (state) text += `,"state":${JSON.stringify(state)}`;
    text += cells[FIRST_PRIMARY + i] === 'Y' ? ',"primary":true}' : '}';
  }
  return `[${text}]`;
}

const shared = {
  source: 'nppes',
  required: REQUIRED,
  optional: [],
  preamble: 0,
  table: 'register_providers',
  copyColumns: COLUMNS,
  encode,
} as const;

/** NPPES `npidata_pfile` V2, about 330 columns found by name: the monthly file, whole. */
export const nppesFullLayout: Layout = { ...shared, mode: 'full', title: 'NPPES monthly file' };

/** The weekly file of changes, of the same layout. */
export const nppesDeltaLayout: Layout = { ...shared, mode: 'delta', title: 'NPPES weekly file' };

const DEACTIVATED = ['NPI', 'NPPES Deactivation Date'] as const;

/** The monthly report of deactivated numbers, as CSV; it may have its title above the header. */
export const nppesDeactivatedLayout: Layout = {
  source: 'nppes',
  mode: 'deactivated',
  title: 'NPPES deactivation report',
  required: DEACTIVATED,
  optional: [],
  preamble: 2,
  table: 'register_providers',
  copyColumns: ['npi', 'deactivated_on', 'taxonomies'],
  encode: (cells) => {
    const npi = readNpi('NPI', (cells[0] ?? '').trim());
    if (npi === '') throw new CellProblem('NPI', 'is empty');
    const day = readAmericanDay('NPPES Deactivation Date', (cells[1] ?? '').trim());
    if (day === '') throw new CellProblem('NPPES Deactivation Date', 'is empty');
    return `${npi}\t${day}\t[]`;
  },
};
