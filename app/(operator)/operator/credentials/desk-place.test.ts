import { describe, expect, test } from 'vitest';
import { deskHref, readPlace } from './desk-place.ts';

const ID = '01890c2e-0000-7000-8000-000000000001';

describe('a place in the desk’s line', () => {
  test('comes back from its address', () => {
    const place = { text: 'Ruth & Co', reason: 'sample' as const, after: ID, credential: ID };
    const url = new URL(deskHref(place), 'http://localhost');
    expect(readPlace(Object.fromEntries(url.searchParams))).toEqual(place);
  });

  test('leaves out what an address says wrongly', () => {
    expect(readPlace({ q: ['a', 'b'], reason: 'any', after: '1', credential: undefined })).toEqual({
      text: '',
      reason: null,
      after: null,
      credential: null,
    });
    expect(deskHref(readPlace({}))).toBe('/operator/credentials');
  });
});
