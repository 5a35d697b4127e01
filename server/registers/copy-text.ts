const SPECIAL = /[\\\t\n\r\0]/;
const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\uFFFD',
};

/** A value as PostgreSQL's COPY reads it; an empty cell is null. */
export function copyCell(value: string | null): string {
  if (value === null || value === '') return '\\N';
  return SPECIAL.test(value) ? value.replaceAll(/[\\\t\n\r\0]/g, (char) => ESCAPES[char] ?? char) : value;
}

/** One cell of a row that does not hold what its column must. */
export class CellProblem extends Error {
  readonly column: string;
  constructor(column: string, message: string) {
    super(message);
    this.column = column;
  }
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(year: string, month: string, day: string): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (!(y >= 1800 && y <= 9999) || !(d >= 1 && d <= (DAYS[m - 1] ?? 0))) return false;
  return m !== 2 || d < 29 || (y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0));
}

/** Reads the days of one spelling, each spelling of a day once: registers repeat them millions of times. */
function dayReader(pattern: RegExp, order: readonly [number, number, number], says: string) {
  const known = new Map<string, string>();
  return (column: string, text: string): string => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const match = pattern.exec(text);
    const [year = '', month = '', day = ''] = order.map((group) => match?.[group] ?? '');
    if (!match || !isDay(year, month, day)) {
      throw new CellProblem(column, `"${text.slice(0, 20)}" is not a day (${says})`);
    }
    const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    if (known.size < 100_000) known.set(text, iso);
    return iso;
  };
}

const plainDay = dayReader(/^(\d{4})(\d{2})(\d{2})$/, [1, 2, 3], 'yyyymmdd');
const americanDay = dayReader(/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/, [3, 1, 2], 'MM/DD/YYYY');

/** `20260131` as a day; "" and `00000000` are none. Throws CellProblem. */
export function readPlainDay(column: string, text: string): string {
  return text === '' || text === '00000000' ? '' : plainDay(column, text);
}

/** `01/31/2026` as a day; "" is none. Throws CellProblem. */
export function readAmericanDay(column: string, text: string): string {
  return text === '' ? '' : americanDay(column, text);
}

/** Ten digits; "" and `0000000000` (LEIE: not known) are none. Throws CellProblem. */
export function readNpi(column: string, text: string): string {
  if (text === '' || text === '0000000000') return '';
  if (!/^\d{10}$/.test(text)) throw new CellProblem(column, `"${text.slice(0, 20)}" is not ten digits`);
  return text;
}
