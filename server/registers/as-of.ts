import type { RegisterSource } from './schemas.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The day a register file is of, from the names its publisher gives it; null when the name does not say.
 * `npidata_pfile_20050523-20260809.csv`, `SAM_Exclusions_Public_Extract_V2_26214.CSV` (year and day of the year),
 * `nucc_taxonomy_260.csv` (version 26.0: January; 26.1: July), `2608excl.csv`, any name with 2026-08-01 or 20260801.
 */
export function asOfFileName(source: RegisterSource, fileName: string): string | null {
  const name = fileName.toLowerCase();
  const dashed = /(20\d\d)-(\d\d)-(\d\d)/.exec(name);
  if (dashed) return dayOrNull(dashed[1], dashed[2], dashed[3]);
  const run = [...name.matchAll(/(20\d\d)(\d\d)(\d\d)(?!\d)/g)].at(-1);
  if (run) return dayOrNull(run[1], run[2], run[3]);
  if (source === 'nucc') {
    const version = /taxonomy_?(\d\d)_?\.?([01])/.exec(name);
    if (version) return `20${version[1]}-${version[2] === '0' ? '01' : '07'}-01`;
  }
  if (source === 'sam') {
    const julian = /_(\d\d)(\d{3})\.csv$/.exec(name);
    if (julian) return dayOfYear(2000 + Number(julian[1]), Number(julian[2]));
  }
  const named = /([a-z]{3})[a-z]*_(20\d\d)/.exec(name);
  const month = MONTHS.indexOf(named?.[1] ?? '');
  return named && month >= 0 ? `${named[2]}-${String(month + 1).padStart(2, '0')}-01` : null;
}

function dayOrNull(year = '', month = '', day = ''): string | null {
  const text = `${year}-${month}-${day}`;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : text;
}

function dayOfYear(year: number, day: number): string | null {
  return day < 1 || day > 366 ? null : new Date(Date.UTC(year, 0, day)).toISOString().slice(0, 10);
}
