import { expect, test } from 'vitest';
import { changeOfReads, type LostReads } from './repeat-rules.ts';

const change = (rounds: number, lost: number[], more: Partial<LostReads> = {}) =>
  changeOfReads({ rounds, lost, dropped: [], others: [], isGivenOn: false, ...more });
const inForce = (...rounds: number[]) => rounds.map((round) => ({ round, isInForce: true }));
const ended = (...rounds: number[]) => rounds.map((round) => ({ round, isInForce: false }));

test('R23: whoever reads instead of a first read makes all rounds, beside the repeats that stay in force', () => {
  expect(change(2, [1], { dropped: [2] })).toBe(0);
  expect(change(3, [1], { dropped: [2] })).toBe(0);
  expect(change(2, [1], { others: inForce(2) })).toBe(1);
  expect(change(3, [1], { others: inForce(2), dropped: [3] })).toBe(1);
  expect(change(3, [1], { others: inForce(2, 3) })).toBe(2);
  // The repeat was skipped or rejected before, and not waited for any more.
  expect(change(2, [1], { others: ended(2) })).toBe(1);
  expect(change(3, [1], { others: [...inForce(2), ...ended(3)] })).toBe(2);
  expect(change(2, [1, 2])).toBe(0);
});

test('a case that is not among those read again asks for one read as before', () => {
  expect(change(3, [1])).toBe(0);
  expect(change(3, [1], { isGivenOn: true })).toBe(0);
});

test('of a read that is given on, repeats whose number is taken are made by nobody', () => {
  expect(change(2, [1], { isGivenOn: true, dropped: [2] })).toBe(0);
  expect(change(2, [1], { isGivenOn: true, others: inForce(2) })).toBe(0);
  expect(change(2, [1], { isGivenOn: true, others: ended(2) })).toBe(0);
  expect(change(3, [1], { isGivenOn: true, others: inForce(2), dropped: [3] })).toBe(-1);
});

test('after a repeat nobody reads instead: it goes with its later rounds, but for those handed in', () => {
  expect(change(2, [2], { others: inForce(1) })).toBe(-1);
  expect(change(3, [2], { others: inForce(1), dropped: [3] })).toBe(-2);
  expect(change(3, [2], { others: inForce(1, 3) })).toBe(-1);
  expect(change(2, [2], { others: ended(1) })).toBe(-1);
});
