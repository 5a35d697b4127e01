import { expect, test } from 'vitest';
import { capWords, readPriorities, rulesInWords, shareWords } from './claim-rule-words.ts';

test('caps are said with what they come to', () => {
  const none = { readsCap: null, maxReaderShareBasisPoints: null, maxActiveMinutesPerDay: null };
  expect(capWords(none)).toBe('one person may read any number of cases');
  expect(
    capWords({ ...none, readsCap: 1200, maxReaderShareBasisPoints: 2000, maxActiveMinutesPerDay: 240 }),
  ).toBe('one person reads at most 1,200 cases (20 % of the reads) and rests after 240 active minutes a day');
});

test('the other rules are said one by one', () => {
  const rules = {
    priority: 0,
    dueAt: null,
    maxReadsPerReader: null,
    maxReaderShareBasisPoints: null,
    readsCap: null,
    maxActiveMinutesPerDay: null,
    leastReadSeconds: null,
    goldExposureLimit: 1,
    rounds: 2,
    repeatAfterDays: 14,
    repeatShareBasisPoints: 1000,
    leaseSeconds: 900,
    prefetch: 3,
    caseOrder: 'shuffled' as const,
    needsTraining: false,
    needsExam: true,
    ownAccountExam: { waiver: null },
    exam: null,
    onshoreCountry: 'US',
    shares: [],
    canPrioritise: true,
    canChange: true,
  };
  expect(rulesInWords(rules)).toEqual([
    'Readers pass the exam on this version of the protocol first.',
    'A gold case is shown to 1 reader before others are used.',
    '10 % of the cases are read twice by the same person, 14 days apart.',
    'Cases come in a random order that nobody can foresee.',
    'A case is held for 15 minutes without a sign of its reader’s page, and 3 more are held ready ahead.',
  ]);
  expect(rulesInWords({ ...rules, readsCap: 40, leaseSeconds: 90, prefetch: 1 })).toEqual(
    expect.arrayContaining([
      'The cap is for first reads; of repeats, reviews, audits and decisions one person may take any number.',
      'A case is held for 90 seconds without a sign of its reader’s page, and 1 more is held ready ahead.',
    ]),
  );
  const asked = (waiver: string | null) =>
    rulesInWords({ ...rules, needsExam: false, ownAccountExam: { waiver } })[0];
  expect([asked(null), asked('Two known experts.')]).toEqual([
    'People on their own account pass the exam first.',
    'People on their own account read without the exam: Two known experts.',
  ]);
  expect(shareWords({ vendor: 'Iris', isOnshore: true, reads: 3 }, 'US')).toBe(
    'Iris, kept for readers in US',
  );
  expect(shareWords({ vendor: null, isOnshore: false, reads: 3 }, 'US')).toBe('All readers');
});

test('a list of cases is read with or without heading and numbers, and a wrong line is named', () => {
  expect(readPriorities('case,priority\nA,0.5\n"B";2\n\n')).toEqual({
    cases: [
      { name: 'A', priority: 0.5 },
      { name: 'B', priority: 2 },
    ],
  });
  expect(readPriorities('A\nB')).toEqual({
    cases: [
      { name: 'A', priority: 2 },
      { name: 'B', priority: 1 },
    ],
  });
  expect(readPriorities('A,high')).toEqual({ problem: 'Line 1: “high” is not a number.' });
  expect(readPriorities('A\nB\nA')).toEqual({ problem: 'Line 3: “A” stands in line 1 already.' });
  expect(readPriorities('A\n,3')).toEqual({ problem: 'Line 2 names no case.' });
  expect(readPriorities(' \n')).toEqual({ problem: 'Name at least one case.' });
});
