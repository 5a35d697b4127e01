import { expect, test } from 'vitest';
import { cursorOf, readCursor } from './read-cursor.ts';

const last = {
  at: new Date('2026-11-02T09:00:00.123Z'),
  labelId: '01a20526-88ad-773e-9f6f-39d3234788eb',
};

test('a page of reads goes on where it ended', () => {
  expect(readCursor(cursorOf(last))).toEqual(last);
});

test.each([
  [undefined],
  [''],
  ['x'],
  ['12'],
  [`x.${last.labelId}`],
  ['12.not-an-id'],
  [[cursorOf(last), cursorOf(last)]],
])('%j is no place in the list', (asked) => {
  expect(readCursor(asked)).toBeNull();
});
