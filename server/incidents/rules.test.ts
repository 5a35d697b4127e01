import { describe, expect, test } from 'vitest';
import { closingObstacle, draftLetter, dueTimes, type IncidentFacts, nextDue, nextLetter } from './rules.ts';

const at = new Date('2026-11-21T09:00:00Z');
const facts = (change: Partial<IncidentFacts> = {}): IncidentFacts => ({
  status: 'open',
  decision: null,
  ...dueTimes(at, false),
  letterKinds: [],
  ...change,
});

describe('due times run from the discovery', () => {
  test('48 hours by contract, 72 hours for people in the EEA, 60 days at most', () => {
    expect(dueTimes(at, true)).toEqual({
      contractDueAt: new Date('2026-11-23T09:00:00Z'),
      authorityDueAt: new Date('2026-11-24T09:00:00Z'),
      notifyDueAt: new Date('2027-01-20T09:00:00Z'),
    });
    expect(dueTimes(at, false).authorityDueAt).toBeNull();
  });

  test('the sponsor is told by contract first, then notified of a breach unless the probability is low', () => {
    expect(nextDue(facts())).toEqual(facts().contractDueAt);
    const told = { letterKinds: ['first_notice' as const] };
    expect(nextDue(facts(told))).toEqual(facts().notifyDueAt);
    expect(nextDue(facts({ ...told, decision: 'breach' }))).toEqual(facts().notifyDueAt);
    expect(nextDue(facts({ ...told, decision: 'low_probability' }))).toBeNull();
    expect(nextDue(facts({ letterKinds: ['breach_notice'], decision: 'breach' }))).toBeNull();
    expect(nextDue(facts({ decision: 'no_incident' }))).toBeNull();
  });

  test('of people in the EEA the 72 hours are what is due after the first letter, until the breach is notified', () => {
    const ofEea = dueTimes(at, true);
    expect(nextDue(facts(ofEea))).toEqual(ofEea.contractDueAt);
    const told = { ...ofEea, letterKinds: ['first_notice' as const] };
    expect(nextDue(facts(told))).toEqual(ofEea.authorityDueAt);
    expect(nextDue(facts({ ...told, decision: 'breach' }))).toEqual(ofEea.authorityDueAt);
    expect(nextDue(facts({ ...told, decision: 'low_probability' }))).toBeNull();
    expect(
      nextDue(facts({ ...told, letterKinds: ['first_notice', 'breach_notice'], decision: 'breach' })),
    ).toBeNull();
  });
});

describe('closing and letters', () => {
  test('nothing is closed before it is assessed, and no breach before its notice', () => {
    expect(closingObstacle(facts())).toMatch(/four factors/);
    expect(closingObstacle(facts({ decision: 'breach', letterKinds: ['first_notice'] }))).toMatch(/notice/);
    expect(closingObstacle(facts({ decision: 'breach', letterKinds: ['breach_notice'] }))).toBeNull();
    expect(closingObstacle(facts({ decision: 'low_probability' }))).toBeNull();
  });

  test('each letter follows from the last', () => {
    expect(nextLetter(facts())).toBe('first_notice');
    expect(nextLetter(facts({ decision: 'breach' }))).toBe('breach_notice');
    expect(nextLetter(facts({ decision: 'breach', letterKinds: ['breach_notice'] }))).toBe('supplement');
    expect(nextLetter(facts({ status: 'closed', decision: 'breach', letterKinds: ['breach_notice'] }))).toBe(
      'closing',
    );
  });

  test('a draft counts files, people and openings, and names nobody', () => {
    const personId = '01a1fff0-2441-76a8-a304-c4e906551417';
    const once = { firstAt: '', lastAt: '', countries: [] };
    const body = draftLetter('breach_notice', {
      datasetName: 'Chest reports',
      account: 'A line was left in.',
      discoveredAt: at,
      affected: { assetCount: 2, people: [{ personId, openings: 3, ...once }] },
      decisionReason: null,
      correctiveAction: null,
    });
    expect(body).toContain('2 files');
    expect(body).toContain('1 people opened them, 3 times');
    expect(body).not.toContain(personId);
  });
});
