import { describe, expect, it } from 'vitest';
import {
  doneWords,
  effectsOf,
  endedWords,
  heldWords,
  leftWords,
  orderedWords,
  unlookedWords,
} from './end-words.ts';

describe('what is said of the end of checks', () => {
  it('says before how much is left and at how much of it somebody is', () => {
    expect(leftWords({ checks: 6, held: 1 })).toBe('6 checks are not done yet; somebody is at 1 of them.');
    expect(leftWords({ checks: 1, held: 1 })).toBe('1 check is not done yet; somebody is at it.');
    expect(leftWords({ checks: 2, held: 2 })).toBe('2 checks are not done yet; somebody is at each of them.');
    expect(leftWords({ checks: 5, held: 0 })).toBe('5 checks are not done yet.');
  });

  it('speaks of an audit only where one is ordered, and of who is at a case only where somebody may be', () => {
    const all = effectsOf({ checks: 6, held: 1 }, true).join(' ');
    expect(all).toContain('The audit counts what is given up as wrong');
    expect(all).toContain('What somebody is at is finished and paid');
    const few = effectsOf({ checks: 5, held: 0 }, false).join(' ');
    expect(few).not.toMatch(/audit|somebody/);
  });

  it('gives no number of what is held back (R15)', () => {
    const unknown = { checks: null, held: null };
    const said = [leftWords(unknown), ...effectsOf(unknown, true), doneWords(null, null), heldWords(null)];
    for (const words of said) expect(words).not.toMatch(/\d/);
    expect(effectsOf(unknown, true).join(' ')).toContain('What somebody is at');
  });

  it('does not say of an audit that was ended that nothing is left to look at', () => {
    const audit = { sampleSize: 4, population: 6 };
    expect(orderedWords(audit, 4, false)).toBe(
      'An audit is ordered: 4 of 6 cases drawn by chance, 4 of them still to be looked at.',
    );
    expect(orderedWords(audit, 0, true)).toBe(
      'An audit was ordered: 4 of 6 cases drawn by chance. What of them was not looked at is given up.',
    );
  });

  it('does not say of what is over that it is not started', () => {
    expect(unlookedWords(4, false)).toBe('Not started');
    expect(unlookedWords(0, false)).toBe('Not started');
    expect(unlookedWords(0, true)).toBe('Nothing was looked at');
    // Somebody is at one, which is finished and counts.
    expect(unlookedWords(1, true)).toBe('Nothing was looked at yet');
  });

  it('says afterwards what was given up, what is waited for and which checks ended', () => {
    expect(doneWords(5, 1)).toBe(
      '5 checks are given up; what was found stays. 1 check that somebody is at is waited for.',
    );
    expect(doneWords(0, 0)).toBe('The checks are ended.');
    const at = new Date();
    expect(endedWords({ audit: at, rereads: at })).toBe('The checks were ended');
    expect(endedWords({ audit: at, rereads: null })).toBe('The audit was ended');
    expect(endedWords({ audit: null, rereads: at })).toBe('The search for misses was ended');
    expect(heldWords(0)).toBe('');
    expect(heldWords(2)).toContain('Somebody is still at 2 checks');
  });
});
