import { describe, expect, test } from 'vitest';
import { type KeyPlace, type KeyPress, pageAction } from './page-keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...more,
});
const act = (key: string, more: Partial<KeyPress> = {}, place: KeyPlace = 'page') =>
  pageAction(press(key, more), place);

describe('keys of the reading page', () => {
  test('digits choose, with Shift they say how sure one is, whatever the keyboard layout prints', () => {
    expect(act('1', { code: 'Digit1' })).toEqual({ do: 'choose', digit: 1 });
    expect(act('&', { code: 'Digit1' })).toEqual({ do: 'choose', digit: 1 });
    expect(act('!', { code: 'Digit1', shiftKey: true })).toEqual({ do: 'confidence', level: 1 });
    expect(act('7', { code: 'Digit7', shiftKey: true })).toBeNull();
    expect(act('3', { code: 'Numpad3' })).toEqual({ do: 'choose', digit: 3 });
  });

  test('typing text is left alone, but for Enter and Escape', () => {
    expect(act('s', {}, 'line')).toBeNull();
    expect(act('4', { code: 'Digit4' }, 'line')).toBeNull();
    expect(act('ArrowDown', {}, 'line')).toEqual({ do: 'step', by: 1 });
    expect(act('ArrowDown', {}, 'lines')).toBeNull();
    expect(act('Enter', {}, 'line')).toEqual({ do: 'submit' });
    expect(act('Enter', {}, 'lines')).toBeNull();
    expect(act('Enter', { ctrlKey: true }, 'lines')).toEqual({ do: 'submit' });
    expect(act('Escape', {}, 'lines')).toEqual({ do: 'cancel' });
  });

  test('Enter on a button presses the button; a held key submits once', () => {
    expect(act('Enter', {}, 'button')).toBeNull();
    expect(act('Enter', { repeat: true })).toBeNull();
    expect(act('Enter')).toEqual({ do: 'submit' });
  });

  test('R24: one key each to say something; the browser keeps its own keys', () => {
    expect(['a', 'p', 'i', 't'].map((key) => act(key))).toEqual(
      ['ask', 'phi_seen', 'incidental_finding', 'technical'].map((kind) => ({ do: 'flag', kind })),
    );
    expect(act('p', { ctrlKey: true })).toBeNull();
    expect(act('r', { metaKey: true })).toBeNull();
    expect(act('?', { shiftKey: true })).toEqual({ do: 'help' });
  });
});
