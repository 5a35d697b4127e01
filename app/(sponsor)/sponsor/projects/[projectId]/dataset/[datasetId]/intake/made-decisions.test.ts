import { expect, test } from 'vitest';
import { type Made, whenLoaded } from './made-decisions.ts';
import type { Finding } from './use-decisions.ts';

const list = (): Finding[] => [];
const made = (): Made => ({
  findings: list(),
  page: '?kind=corrupt',
  own: new Map([['1|corrupt', 'exclude']]),
  said: { words: '3 findings excluded.' },
});

test('own decisions stand until the list comes anew, which says what holds', () => {
  const before = made();
  const { findings, page } = before;
  expect(whenLoaded(before, { findings, page, isPending: false })).toBe(before);
  const anew = list();
  expect(whenLoaded(before, { findings: anew, page, isPending: false })).toEqual({
    ...before,
    findings: anew,
    own: new Map(),
  });
});

test('a list that comes while a decision is on its way may be from before it', () => {
  const before = made();
  const during = whenLoaded(before, { findings: list(), page: before.page, isPending: true });
  expect(during.own).toBe(before.own);
  expect(whenLoaded(during, { findings: list(), page: before.page, isPending: false }).own.size).toBe(0);
});

test('what was said of one page is not said on another', () => {
  const before = made();
  expect(whenLoaded(before, { findings: list(), page: before.page, isPending: false }).said).toBe(
    before.said,
  );
  expect(whenLoaded(before, { findings: list(), page: '?kind=duplicate', isPending: false }).said).toBeNull();
});
