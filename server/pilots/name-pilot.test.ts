import { expect, test } from 'vitest';
import { newId } from '#server/core/ids.ts';
import { freeName } from './name-pilot.ts';

test('pilots of a project are told apart by letters that tell nothing of how many there are', () => {
  const taken = new Set<string>();
  for (let n = 0; n < 40; n += 1) {
    const name = freeName(newId(), taken);
    expect(name).toMatch(n < 24 ? /^Pilot [A-HJ-NP-Z]$/ : /^Pilot [A-HJ-NP-Z]{2}$/);
    expect(taken.has(name)).toBe(false);
    taken.add(name);
  }
  const firsts = Array.from({ length: 200 }, () => freeName(newId(), new Set()));
  expect(new Set(firsts).size).toBeGreaterThan(15);
});
