import { describe, expect, test } from 'vitest';
import { findForeignDatabase } from '#server/cli/simulate.ts';
import { casesFor } from './arms.ts';
import { BadOption, parseSimulate } from './options.ts';
import { answerOf, caseAt, chanceRight, personAt, timeOf } from './people.ts';
import { differenceOf, reportOf, type SimulationResult } from './report.ts';

const CROWD = { seed: 7, spammers: 0.1 };
const crowd = Array.from({ length: 2000 }, (_, index) => personAt(index, CROWD));

describe('the command line of a simulation', () => {
  test('takes people, minutes and a seed', () => {
    expect(parseSimulate(['--annotators', '10000', '--minutes', '5', '--json'])).toEqual({
      annotators: 10_000,
      minutes: 5,
      seed: 1,
      spammers: 0.05,
      json: true,
      anyDatabase: false,
    });
  });

  test.each([
    [['--annotators', '0'], /--annotators is a whole number from 12 to 100,000, not "0"/],
    [['--annotators', '1e9'], /--annotators is a whole number/],
    [['--annotators', '12.5'], /whole number/],
    [['--minutes', ''], /--minutes is a number from 1 to 600, not ""/],
    [['--minutes=-3'], /--minutes is a number/],
    [['--seed', 'abc'], /--seed is a whole number/],
    [['--spammers', '1'], /--spammers is a number from 0 to 0.9/],
    [['--annotators', '100000', '--minutes', '600'], /their product is at most 2,000,000/],
  ])('says what is wrong with %j', (argv, words) => {
    expect(() => parseSimulate(argv)).toThrow(BadOption);
    expect(() => parseSimulate(argv)).toThrow(words);
  });

  test('works on the database that comes with the clone, and on no other', () => {
    const url = 'postgres://app:secret@db.hospital.example:5432/readroom';
    expect(findForeignDatabase({ READROOM_EMBEDDED: '1' } as unknown as NodeJS.ProcessEnv, url)).toBeNull();
    const said = findForeignDatabase({} as unknown as NodeJS.ProcessEnv, url);
    expect(said).toMatch(/db\.hospital\.example.*--any-database/);
    expect(said).not.toContain('secret');
  });
});

describe('the simulated people', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(personAt(5, CROWD)).toEqual(personAt(5, CROWD));
    expect(personAt(5, CROWD)).not.toEqual(personAt(5, { ...CROWD, seed: 8 }));
  });

  test('are of many skills; about one in ten spams, as asked', () => {
    const share = crowd.filter((who) => who.isSpammer).length / crowd.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
    const skills = crowd.map((who) => who.skill);
    expect(Math.min(...skills)).toBeGreaterThanOrEqual(0.7);
    expect(Math.max(...skills)).toBeLessThanOrEqual(0.97);
  });

  test('get worse with fatigue and drift, and on hard cases, but not below guessing', () => {
    const who = crowd.find((one) => !one.isSpammer && one.drift > 0)!;
    const fresh = chanceRight(who, { difficulty: 0, reads: 0, elapsed: 0 });
    expect(fresh).toBe(who.skill);
    expect(chanceRight(who, { difficulty: 0, reads: 200, elapsed: 0 })).toBeCloseTo(fresh - who.fatigue);
    expect(chanceRight(who, { difficulty: 0, reads: 0, elapsed: 1 })).toBeCloseTo(fresh - 0.15);
    expect(chanceRight(who, { difficulty: 1, reads: 0, elapsed: 0 })).toBe(0.5);
  });

  test('are right as often as their chance says', () => {
    const who = { ...crowd.find((one) => !one.isSpammer)!, skill: 0.9, drift: 0, fatigue: 0 };
    let right = 0;
    let expected = 0;
    for (let index = 0; index < 4000; index += 1) {
      const { truth, difficulty } = caseAt(index, CROWD.seed);
      expected += chanceRight(who, { difficulty, reads: 0, elapsed: 0 });
      if (answerOf(who, { caseIndex: index, reads: 0, elapsed: 0 }, CROWD.seed) === truth) right += 1;
    }
    expect(Math.abs(right - expected) / 4000).toBeLessThan(0.02);
    expect(timeOf(who, 3, CROWD.seed)).toBe(timeOf(who, 3, CROWD.seed));
  });
});

describe('what a simulation says', () => {
  test('offers each arm what half of the crowd can read in its time', () => {
    expect(casesFor({ annotators: 10_000, minutes: 5 })).toBe(11_428);
  });

  test('names the saving, the difference of accuracy and how many reads cases took', () => {
    const arm = (name: 'fixed' | 'adaptive', labels: number, readsHistogram: number[]) => ({
      arm: name,
      cases: 100,
      settled: 100,
      labels: labels * 100,
      labelsPerSettledCase: labels,
      accuracy: { value: 0.9, interval: [0.83, 0.94] as [number, number], n: 100 },
      costMinor: 10_000,
      costPerCorrectMinor: 111,
      readsHistogram,
    });
    const result: SimulationResult = {
      annotators: 60,
      minutes: 5,
      seed: 1,
      spammers: 3,
      reads: 800,
      calls: 1700,
      callsPerSecond: 170,
      elapsedSeconds: 10,
      crowdMinutes: 6.5,
      refusedCalls: 0,
      arms: [arm('fixed', 5, [0, 0, 0, 0, 0, 100]), arm('adaptive', 3, [0, 0, 50, 20, 10, 20])],
      labelsSaved: 0.4,
      accuracyDifference: -0.01,
      differenceInterval: [-0.03, 0.01],
    };
    const text = reportOf(result);
    expect(text).toContain(
      'needs 40.0 % fewer labels, at an accuracy −1.0 points (95 % interval −3.0 to +1.0) from five reads',
    );
    expect(text).toMatch(/adaptive {5}2 {2}█{30} +50/);
    expect(text).toContain('offered 5 minutes of work, done in 6.5 of their time');
    expect(reportOf({ ...result, labelsSaved: null })).toContain('Too few cases were settled');
    expect(text).not.toContain('flatters');
    // Of 100 cases 10 are right in one arm alone and 4 in the other; Agresti and Min at n = 99: −6/101 ± 1.96 √(15 − …)/101.
    const arms = [0, 1].map(
      (which) =>
        new Map(Array.from({ length: 100 }, (_, n) => [String(n), n >= 14 || n < 10 === (which === 0)])),
    );
    expect(differenceOf(arms[0], arms[1])).toEqual([-0.1327, 0.01511]);
    // Two arms that never differ are not known to be equal.
    expect(differenceOf(arms[0], arms[0])?.[1]).toBeGreaterThan(0.01);
    expect(differenceOf()).toBeNull();
    const unfinished = { ...arm('adaptive', 3, [0, 0, 50]), settled: 50 };
    expect(reportOf({ ...result, arms: [unfinished] })).toContain('Not every case was settled');
  });
});
