import { describe, expect, it } from 'vitest';
import { asOfFileName } from './as-of.ts';
import { isFirstNameVariant, jaroWinkler, nameKey, soundex, splitName } from './names.ts';

describe('names', () => {
  it.each([
    ['O’Brien-Smith', 'OBRIENSMITH'],
    ['Núñez', 'NUNEZ'],
    ['SMITH JR', 'SMITH'],
    ['Dr. Garcia III', 'GARCIA'],
    ['van der Berg', 'VANDERBERG'],
    ['Łukasz', 'LUKASZ'],
  ])('the key of %s is %s', (name, key) => {
    expect(nameKey(name)).toBe(key);
  });

  it('splits a display name, with several last names where it may have them', () => {
    expect(splitName('Dr. Maria de la Cruz, MD')).toEqual({
      first: 'MARIA',
      middle: 'DE',
      lasts: ['CRUZ', 'LACRUZ', 'DELACRUZ'],
    });
    expect(splitName('Smith-Jones, Ann')).toMatchObject({
      first: 'ANN',
      lasts: ['SMITHJONES', 'SMITH', 'JONES'],
    });
    expect(splitName('Cher')).toEqual({ first: 'CHER', middle: '', lasts: [] });
  });

  // National Archives: Soundex System, worked examples.
  it.each([
    ['WASHINGTON', 'W252'],
    ['LEE', 'L000'],
    ['GUTIERREZ', 'G362'],
    ['PFISTER', 'P236'],
    ['JACKSON', 'J250'],
    ['TYMCZAK', 'T522'],
    ['ASHCRAFT', 'A261'],
  ])('soundex of %s is %s', (key, code) => {
    expect(soundex(key)).toBe(code);
  });

  // Winkler 1990 (Census Bureau), the table of string comparator values.
  it.each([
    ['MARTHA', 'MARHTA', 0.961],
    ['DWAYNE', 'DUANE', 0.84],
    ['DIXON', 'DICKSONX', 0.813],
    ['ABROMS', 'ABRAMS', 0.922],
  ])('Jaro–Winkler of %s and %s is %d', (a, b, value) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(value, 3);
    expect(jaroWinkler(b, a)).toBeCloseTo(value, 3);
  });

  it('knows forms of a first name and initials', () => {
    expect(isFirstNameVariant('BOB', 'ROBERT')).toBe(true);
    expect(isFirstNameVariant('R', 'ROBERT')).toBe(true);
    expect(isFirstNameVariant('MARY', 'ROBERT')).toBe(false);
    expect(isFirstNameVariant('', 'ROBERT')).toBe(false);
  });
});

describe('the day a file is of, by its name', () => {
  it.each([
    ['nppes', 'npidata_pfile_20050523-20260809.csv', '2026-08-09'],
    ['nppes', 'NPPES_Data_Dissemination_August_2026_V2.csv', '2026-08-01'],
    ['sam', 'SAM_Exclusions_Public_Extract_V2_26214.CSV', '2026-08-02'],
    ['nucc', 'nucc_taxonomy_261.csv', '2026-07-01'],
    ['leie', 'UPDATED 2026-08-02.csv', '2026-08-02'],
    ['leie', 'UPDATED.csv', null],
    ['leie', 'list-2026-13-40.csv', null],
  ] as const)('%s %s: %s', (source, name, day) => {
    expect(asOfFileName(source, name)).toBe(day);
  });
});
