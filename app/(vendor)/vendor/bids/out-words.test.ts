import { describe, expect, it } from 'vitest';
import { outWords } from './out-words.ts';

describe('what is said of a pilot’s cases that are out', () => {
  it('says while it is read that fewer reads may come in', () => {
    expect(outWords(1)).toBe(
      ' 1 case is shut for protected information or was reported as unreadable, so that fewer reads than planned may come in.',
    );
    expect(outWords(12)).toContain(' 12 cases are shut for protected information or were reported');
  });

  it('promises nothing more of a pilot that was given up', () => {
    expect(outWords(1, true)).toBe(
      ' 1 case is shut for protected information or was reported as unreadable.',
    );
  });

  it('says nothing where no case is out', () => {
    expect(outWords(0)).toBe('');
  });
});
