import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import './zod-words.ts';

const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message;

describe('a refused value is said in the words of a person, not of the library', () => {
  test.each([
    ['too long a text', z.string().max(3), 'four', 'Shorten this to at most 3 characters.'],
    ['too short a text', z.string().min(3), 'ab', 'Write at least 3 characters.'],
    ['an empty text', z.string().min(1), '', 'This is missing.'],
    ['too large a number', z.number().max(10), 11, 'This must be at most 10.'],
    ['zero where more is needed', z.bigint().positive(), 0n, 'This must be above 0.'],
    ['too few entries', z.array(z.string()).min(2), ['a'], 'Give at least 2 entries.'],
    ['one entry at least', z.array(z.string()).min(1), [], 'Give at least 1 entry.'],
    ['no address', z.email(), 'a', 'Write an e-mail address, such as name@example.org.'],
  ])('%s', (_name, schema, value, words) => {
    expect(said(schema, value)).toBe(words);
  });

  test('a schema’s own words go before', () => {
    expect(said(z.string().max(3, 'Three letters.'), 'four')).toBe('Three letters.');
  });
});
