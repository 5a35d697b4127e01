import { describe, expect, test } from 'vitest';
import { relabelHref } from '#app/(sponsor)/sponsor/projects/[projectId]/questions/relabel-href.ts';
import { createBatchInput } from '#server/work/schemas.ts';
import { allCases, readIds, toSelection } from './case-choice.ts';
import { startFromUrl } from './start-choice.ts';

const base = {
  projectId: crypto.randomUUID(),
  datasetId: crypto.randomUUID(),
  name: 'B',
  kind: 'production',
  pricePerReadMinor: 1n,
};

describe('choosing cases in the form', () => {
  test('ids come from a pasted column with its header, once each', () => {
    expect(readIds('case_id\n"a 1"\nb\r\nb;c,\n')).toEqual(['a 1', 'b', 'c']);
    expect(readIds('  ')).toEqual([]);
  });

  test('nothing chosen is the whole set', () => {
    expect(toSelection(allCases)).toEqual({ filter: {}, sampling: { kind: 'all' } });
  });

  test('ticks, classes, lists and earlier work become the filter that the server takes', () => {
    const batchId = crypto.randomUUID();
    const { filter, sampling } = toSelection({
      ...allCases,
      split: 'train',
      only: ['site=north', 'subgroup:sex=F', 'subgroup:sex=', 'subgroup:age=60-69'],
      classField: 'grade',
      classValues: '2, 3',
      gold: 'never',
      ids: 'x',
      sample: 'stratified',
      by: ['subgroup:sex'],
      allocation: 'equal',
      count: '40',
      fromBatch: batchId,
      reader: 'R02',
      doubt: 'disputed',
    });
    expect(filter).toEqual({
      split: 'train',
      sites: ['north'],
      subgroups: { sex: ['F', ''], age: ['60-69'] },
      classes: [{ field: 'grade', values: ['2', '3'] }],
      gold: 'never',
      externalIds: ['x'],
      work: { batchIds: [batchId], readers: [{ batchId, alias: 'R02' }], isDisputed: true },
    });
    expect(createBatchInput.safeParse({ ...base, filter, sampling }).success).toBe(true);
  });

  test('a draw without a number of cases, or without strata, is wrong', () => {
    for (const sample of ['first', 'random', 'stratified'] as const)
      expect(
        createBatchInput.safeParse({ ...base, ...toSelection({ ...allCases, sample, by: ['site'] }) })
          .success,
      ).toBe(false);
    const { error } = createBatchInput.safeParse({
      ...base,
      ...toSelection({ ...allCases, sample: 'stratified', count: '5' }),
    });
    expect(error?.issues[0]?.message).toBe('Choose what strata are made of.');
  });

  test('a relabel link opens with its filter filled in; what the project does not have is passed over', () => {
    const [batch, version] = [crypto.randomUUID(), crypto.randomUUID()];
    const dataset = (id: string) => ({
      id,
      name: id,
      caseCount: 9,
      excludedCount: 0,
      intakeStatus: 'frozen' as const,
      splits: ['train', 'test'],
      sites: ['north'],
      subgroups: { sex: ['F', 'M'], view: ['AP'] },
    });
    const known = {
      datasets: [dataset('one'), dataset('two')],
      fields: [{ key: 'grade' }],
      batches: [{ id: batch, datasetId: 'two', split: 'train' }],
      protocols: [{ id: version }],
      models: [],
    };
    const asked = {
      kind: 'relabel',
      from: batch,
      reader: 'R02',
      version,
      doubt: 'disputed',
      only: ['sex=F', 'site=north', 'sex=X', 'race=?', 'nothing'],
      field: 'grade',
      values: '2, 3',
      ids: 'c1,c2,,c3',
    };
    const { datasetId, choice } = startFromUrl(asked, known);
    expect(datasetId).toBe('two');
    expect(toSelection({ ...allCases, finalLabel: 'has', ...choice }).filter).toEqual({
      split: 'train',
      sites: ['north'],
      subgroups: { sex: ['F'] },
      finalLabel: 'has',
      classes: [{ field: 'grade', values: ['2', '3'] }],
      externalIds: ['c1', 'c2', 'c3'],
      work: {
        batchIds: [batch],
        readers: [{ batchId: batch, alias: 'R02' }],
        isDisputed: true,
        protocolVersionIds: [version],
      },
    });
    // What the questions page proposes is filled in as it was counted (R24).
    const part = { datasetId: 'two', split: 'train' };
    const proposed = (scope: 'all' | 'disputed', split: string | null = part.split) => {
      const href = relabelHref('p', { protocolVersionId: version, scope, part: { ...part, split } });
      const { datasetId: own, choice: filled } = startFromUrl(
        Object.fromEntries(new URL(href, 'http://x').searchParams),
        known,
      );
      expect(own).toBe('two');
      return toSelection({ ...allCases, ...filled }).filter;
    };
    const work = { protocolVersionIds: [version], isReadAgain: false };
    expect(proposed('all')).toEqual({ split: 'train', work });
    expect(proposed('disputed')).toEqual({ split: 'train', work: { ...work, isDoubtful: true } });
    expect(proposed('all', null)).toEqual({ split: null, work });
    const foreign = {
      from: crypto.randomUUID(),
      reader: 'R02',
      version: 'x',
      doubt: 'much',
      field: 'size',
      values: '1',
    };
    expect(startFromUrl(foreign, known)).toEqual({ datasetId: 'one', choice: {} });
  });
});
