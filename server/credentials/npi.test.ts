import { expect, test } from 'vitest';
import { isValidNpi } from './npi.ts';

// Vectors of facts B1: the CMS worked example and neighbours that differ in one digit, length or prefix.
test.each(['1234567893', '1987654328', '1000000012', '1497758122'])(
  '%s has a right check digit',
  (number) => {
    expect(isValidNpi(number)).toBe(true);
  },
);

test.each([
  '1234567890',
  '1234567891',
  '1987654320',
  '123456789',
  '3234567893',
  '12345678931',
  '',
  '1234 56789',
])('%s is not an NPI', (number) => {
  expect(isValidNpi(number)).toBe(false);
});

test('any single wrong digit is noticed', () => {
  const right = '1234567893';
  for (let place = 0; place < right.length; place += 1) {
    for (const digit of '0123456789') {
      if (digit === right[place]) continue;
      const wrong = right.slice(0, place) + digit + right.slice(place + 1);
      expect(isValidNpi(wrong), wrong).toBe(false);
    }
  }
});
