import { expect, test } from 'vitest';
import { placeFrom, textFrom } from './address.ts';

const place = '1~-1762074000000~01a20526-88ad-773e-9f6f-39d3234788eb';

test('a list goes on behind the item that its address names, each list under its own key', () => {
  const query = { after: place, alerts: undefined };
  expect(placeFrom(query, 'after')).toBe(place);
  expect(placeFrom(query, 'alerts')).toBeNull();
  expect(placeFrom({}, 'after')).toBeNull();
});

test.each([
  ['nothing', ''],
  ['a rank that no list has', place.replace('1~', '3~')],
  ['no id', '0~1762074000000~x'],
  ['a name that stands twice', [place, place]],
])('%s is no place: the list begins at its start', (_, after) => {
  expect(placeFrom({ after }, 'after')).toBeNull();
});

test('a word is asked for once, or not at all', () => {
  for (const field of ['grade', '']) expect(textFrom({ field }, 'field')).toBe(field);
  for (const field of [['grade', 'grade'], undefined]) expect(textFrom({ field }, 'field')).toBeUndefined();
});
