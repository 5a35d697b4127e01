import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

const from = (value: string | null) =>
  clientAddress(
    new Request('https://app.test/', { headers: value === null ? {} : { 'x-forwarded-for': value } }),
  );

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['10.0.0.1, 2001:db8::7', '2001:db8::7'],
  ['203.0.113.7, made up', null],
  [null, null],
])('of "%s" the nearest hop is taken, and nothing but an address', (value, address) => {
  expect(from(value)).toBe(address);
});
