import { describe, expect, it } from 'vitest';
import { givenUpWords, stateOfPilot } from './given-up-words.ts';

describe('what is said of a pilot that was given up', () => {
  it('waits for what is on a screen, which may be finished', () => {
    expect(givenUpWords({ done: 5, needed: 10, isOver: false })).toBe(
      'Given up with 5 of 10 reads in. What is on a screen may be finished; compute the scorecard when nothing is under way.',
    );
  });

  it('leads to the scorecard of what there is, and where there is nothing to none', () => {
    expect(givenUpWords({ done: 5, needed: 10, isOver: true })).toContain('Compute the scorecard of them');
    expect(givenUpWords({ done: 0, needed: 10, isOver: true })).not.toContain('scorecard');
  });

  it('is its state until its scorecard is there, in the list and on its page', () => {
    const abandoned = { at: new Date(), reason: 'Ill.' };
    expect(stateOfPilot({ status: 'ordered', abandoned })).toBe('given_up');
    expect(stateOfPilot({ status: 'reading', abandoned })).toBe('given_up');
    expect(stateOfPilot({ status: 'scored', abandoned })).toBe('scored');
    expect(stateOfPilot({ status: 'ordered', abandoned: null })).toBe('ordered');
  });
});
