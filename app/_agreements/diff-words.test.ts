import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffWords } from './diff-words.ts';

const plain = (text: string) => text.split(/\s+/).filter(Boolean).join(' ');
const words = fc.array(fc.constantFrom('the', 'data', 'is', 'kept', 'for', 'five', 'years'), {
  maxLength: 12,
});

describe('a redline', () => {
  test('shows what goes and what comes', () => {
    expect(diffWords('lasts five years from then', 'lasts three years from then')).toEqual([
      { kind: 'same', text: 'lasts ' },
      { kind: 'removed', text: 'five ' },
      { kind: 'added', text: 'three ' },
      { kind: 'same', text: 'years from then' },
    ]);
    expect(diffWords('', 'New.')).toEqual([{ kind: 'added', text: 'New.' }]);
  });

  test('without what is added it is the old text, without what is removed the new one', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const parts = diffWords(a.join(' '), b.join(' '));
        const without = (kind: string) =>
          plain(
            parts
              .filter((part) => part.kind !== kind)
              .map((part) => `${part.text} `)
              .join(''),
          );
        expect(without('added')).toBe(a.join(' '));
        expect(without('removed')).toBe(b.join(' '));
      }),
    );
  });
});
