import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PersonIds } from './person-ids.ts';

describe('places of people by id', () => {
  test('are those of a map, however many there are, whatever was asked before', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uuid(), { maxLength: 200 }),
        fc.uuid(),
        fc.nat(40),
        (all, other, expected) => {
          const ids = new PersonIds(expected);
          const places = new Map<string, number>();
          for (const id of all) {
            expect(ids.placeOf(id)).toBeUndefined();
            places.set(id, ids.add(id));
          }
          expect(ids.size).toBe(all.length);
          for (const [n, id] of all.entries()) {
            expect(ids.placeOf(id)).toBe(n);
            expect(ids.idAt(n)).toBe(id);
          }
          expect(ids.placeOf(other)).toBe(places.get(other));
          expect(ids.idAt(all.length)).toBe('');
        },
      ),
    );
  });

  test('what is no UUID is nobody and is not added', () => {
    const ids = new PersonIds(1);
    for (const text of [
      '',
      'p1',
      '0199aaaa-0000-7000-8000-00000000000g',
      '0199aaaa-0000-7000-8000-0000000000001',
    ]) {
      expect(ids.placeOf(text)).toBeUndefined();
      expect(() => ids.add(text)).toThrow('known by a UUID');
    }
    expect(ids.size).toBe(0);
  });
});
