import { CellProblem, copyCell } from './copy-text.ts';
import { type Layout, places } from './layout.ts';

const REQUIRED = [
  'Code',
  'Grouping',
  'Classification',
  'Specialization',
  'Definition',
  'Notes',
  'Display Name',
  'Section',
] as const;
const at = places(REQUIRED);
const [CODE, GROUPING, CLASSIFICATION, SPECIALIZATION, DISPLAY, SECTION] = [
  at('Code'),
  at('Grouping'),
  at('Classification'),
  at('Specialization'),
  at('Display Name'),
  at('Section'),
];

/** NUCC health care provider taxonomy, twice a year, whole. */
export const nuccLayout: Layout = {
  source: 'nucc',
  mode: 'full',
  title: 'NUCC provider taxonomy',
  required: REQUIRED,
  optional: [],
  preamble: 0,
  table: 'register_specialties',
  copyColumns: ['code', 'grouping', 'classification', 'specialization', 'display_name', 'section'],
  encode: (cells) => {
    const get = (place: number) => (cells[place] ?? '').trim();
    const code = get(CODE);
    if (!/^[0-9A-Z]{9}X$/.test(code)) {
      throw new CellProblem('Code', `"${code.slice(0, 20)}" is not ten characters that end in X`);
    }
    const classification = get(CLASSIFICATION);
    if (classification === '') throw new CellProblem('Classification', 'is empty');
    const display = get(DISPLAY) || [classification, get(SPECIALIZATION)].filter(Boolean).join(', ');
    return [code, get(GROUPING), classification, get(SPECIALIZATION), display, get(SECTION)]
      .map(copyCell)
      .join('\t');
  },
};
