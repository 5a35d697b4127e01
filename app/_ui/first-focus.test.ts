import { describe, expect, it } from 'vitest';
import { type FocusChoice, firstFocus, lateFocus } from './first-focus.ts';

const one = (is: Partial<FocusChoice> = {}): FocusChoice => ({
  isField: false,
  isUnchosen: false,
  isAct: false,
  isClose: false,
  isNamed: false,
  ...is,
});
const close = one({ isClose: true });
const field = one({ isField: true });
const act = one({ isAct: true });

describe('where the keyboard begins in a dialog', () => {
  it('is its first field, also where a link or a button comes before it', () => {
    expect(firstFocus([close, one(), field, field, act])).toBe(2);
  });

  it('is the option that is chosen among several', () => {
    expect(firstFocus([close, one({ isField: true, isUnchosen: true }), field, act])).toBe(2);
  });

  it('is what decides nothing where there is nothing to fill in', () => {
    expect(firstFocus([close, one(), act])).toBe(1);
  });

  it('is closing it where every button acts, so that a second press of Enter does nothing that cannot be undone', () => {
    expect(firstFocus([close, act])).toBe(0);
    expect(firstFocus([close])).toBe(0);
  });

  it('is what the dialog names itself, before all else', () => {
    expect(firstFocus([close, field, one(), one({ isAct: true, isNamed: true })])).toBe(3);
  });

  it('is nowhere in a dialog without any control', () => {
    expect(firstFocus([])).toBe(-1);
  });
});

describe('where it goes when more of the dialog has come', () => {
  it('is the first field, or what is named', () => {
    expect(lateFocus([close, one(), field, field])).toBe(2);
    expect(lateFocus([close, field, one({ isNamed: true })])).toBe(2);
  });

  it('is nowhere while there is nothing to fill in: a button that comes takes the focus from nobody', () => {
    expect(lateFocus([close])).toBe(-1);
    expect(lateFocus([close, one(), act])).toBe(-1);
    expect(lateFocus([])).toBe(-1);
  });
});
