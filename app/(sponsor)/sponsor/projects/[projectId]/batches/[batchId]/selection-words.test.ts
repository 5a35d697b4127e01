import { describe, expect, it } from 'vitest';
import { selectionWords } from './selection-words.ts';

type By = Parameters<typeof selectionWords>[0];

const nobody: By['work'] = {
  batches: [],
  readers: [],
  versions: [],
  ...{ isUncertain: null, isDisputed: null, isAsked: null, isDoubtful: null, isReadAgain: null },
};
const by = (asked: Partial<Omit<By, 'work'>>, work: Partial<By['work']> = {}): string[] =>
  selectionWords({
    ...{ isUnsplit: false, sites: [], subgroups: [], context: [], finalLabel: null, gold: null, classes: [] },
    ...{ listed: null, model: null, isPartial: false },
    ...asked,
    work: { ...nobody, ...work },
  });
const model: NonNullable<By['model']> = {
  name: 'Net 2',
  isWithdrawn: false,
  field: 'Grade',
  ...{ missed: null, claimed: null, byAtLeast: null, isByLevels: true, confidence: null },
};

describe('by what the cases of a batch were chosen', () => {
  it('says nothing where nothing was asked', () => {
    expect(by({})).toEqual([]);
  });

  it('says what was asked of the cases themselves, each in a line', () => {
    expect(
      by({
        isUnsplit: true,
        sites: ['North', 'South', 'not given'],
        subgroups: [{ name: 'age', values: ['60–79'] }],
        context: [{ name: 'report', contains: 'nodule' }],
        listed: 1240,
      }),
    ).toEqual([
      'Without a split',
      'Site: North, South or not given',
      'age: 60–79',
      'report holds “nodule”',
      'On a list of 1,240 case ids',
    ]);
    expect(by({ listed: 1 })).toEqual(['On a list of 1 case id']);
  });

  it('names some of many, and never leaves out one alone', () => {
    const sites = (n: number) => by({ sites: Array.from({ length: n }, (_, i) => `S${i + 1}`) })[0];
    expect(sites(9)).toBe('Site: S1, S2, S3, S4, S5, S6, S7, S8 or S9');
    expect(sites(12)).toBe('Site: S1, S2, S3, S4, S5, S6, S7, S8 or 4 more');
  });

  it('says what was known of them', () => {
    expect(
      by({ finalLabel: 'has', gold: 'never', classes: [{ field: 'Grade', values: ['Mild', 'Severe'] }] }),
    ).toEqual(['With a final label then', 'No gold', 'Grade, by final label or else gold: Mild or Severe']);
    expect(by({ finalLabel: 'none', gold: 'only' })).toEqual(['Without a final label then', 'Gold alone']);
  });

  it('says what earlier work made of them, and what of it is not there any more', () => {
    expect(
      by(
        {},
        {
          batches: ['First', null],
          readers: [{ alias: 'R02', batch: 'First' }],
          versions: [3, 2],
          isDisputed: true,
          isUncertain: false,
          isReadAgain: false,
        },
      ),
    ).toEqual([
      'Labelled in “First” or a batch that is not there any more',
      'Read by R02 of “First”',
      'Labelled under protocol version 2 or 3',
      'No field was left undecided',
      'Its readers were divided',
      'In no relabel batch under way',
    ]);
    expect(by({}, { versions: [null], isDoubtful: true, isAsked: true })).toEqual([
      'Labelled under a protocol version that is not there any more',
      'A reader asked about it',
      'Its readers were divided, or one asked about it',
    ]);
  });

  it('says which model got them wrong, where and how', () => {
    expect(by({ model })).toEqual(['Answered wrongly by Net 2 in Grade']);
    expect(
      by({
        model: {
          ...model,
          ...{ missed: 'Severe', claimed: 'None', byAtLeast: 2 },
          confidence: { is: 'at_least', value: 0.8 },
        },
      }),
    ).toEqual([
      'Answered wrongly by Net 2 in Grade: labelled Severe, which it missed; it said None, a false alarm; apart by at least 2 levels; confidence at least 0.8',
    ]);
    expect(by({ model: { ...model, byAtLeast: 1.5, isByLevels: false } })[0]).toContain('at least 1.5');
    expect(by({ model: { ...model, confidence: { is: 'at_most', value: 0.4 } } })[0]).toMatch(
      /at most 0\.4$/,
    );
  });

  it('says of a model that it is withdrawn since, or not there any more', () => {
    expect(by({ model: { ...model, isWithdrawn: true } })).toEqual([
      'Answered wrongly by Net 2 (withdrawn since) in Grade',
    ]);
    expect(by({ model: { ...model, name: null } })[0]).toContain('by a model that is not there any more');
  });
});
