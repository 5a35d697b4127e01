import { describe, expect, test } from 'vitest';
import type { AppError } from '#server/core/errors.ts';
import { parseRoster } from './parse-roster.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
function refusal(input: Uint8Array): AppError {
  try {
    parseRoster(input);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('was not refused');
}

describe('roster files', () => {
  test('columns in any order, a BOM, Windows line ends, quotes and blank lines are read', () => {
    const text =
      '\uFEFFRole,Email,Name\r\nqa_lead,Ada@Example.ORG,"Okoye, Ada"\r\n\r\nvendor_annotator,b@example.org,Bo\r\n';
    expect(parseRoster(bytes(text))).toEqual([
      { line: 2, role: 'qa_lead', email: 'ada@example.org', name: 'Okoye, Ada' },
      { line: 4, role: 'vendor_annotator', email: 'b@example.org', name: 'Bo' },
    ]);
  });

  test.each([
    ['an empty file', bytes(''), /empty/],
    ['blank lines only', bytes('\n\n'), /empty/],
    ['a file in Latin-1', Uint8Array.from([...bytes('name,email,role\nJos'), 0xe9]), /UTF-8/],
    ['a missing column', bytes('name,email\nA,a@example.org'), /role is missing/],
    ['no line of columns', bytes('Ada,a@example.org,qa_lead'), /first line/],
    ['columns only', bytes('name,email,role\n'), /no people/],
    ['an open quote', bytes('name,email,role\n"Ada,a@example.org,qa_lead'), /quote/],
    ['too much', new Uint8Array(1_000_001), /larger/],
    ['too many', bytes(`name,email,role\n${'A,a@example.org,qa_lead\n'.repeat(2_001)}`), /at most 2000/],
  ])('%s is refused in one clear sentence', (_, input, message) => {
    expect(refusal(input)).toMatchObject({ kind: 'invalid', reason: 'roster_unreadable' });
    expect(refusal(input).message).toMatch(message);
  });

  test('every wrong line is named, and nothing is taken', () => {
    const text = [
      'name,email,role',
      'Ada,ada@example.org,qa_lead',
      ',bo@example.org,qa_lead',
      'Cy,not an address,qa_lead',
      'Di,di@example.org,boss',
      'Ed,ed@example.org',
      'Ada again,ADA@example.org,qa_lead',
    ].join('\n');
    const error = refusal(bytes(text));
    expect(error.reason).toBe('roster_rows_invalid');
    expect(error.details.map(({ line, path }) => [line, path])).toEqual([
      [3, 'name'],
      [4, 'email'],
      [5, 'role'],
      [6, 'row'],
      [7, 'email'],
    ]);
    expect(error.details[4]?.message).toContain('line 2');
  });
});
