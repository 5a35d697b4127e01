import { expect, test } from 'vitest';
import { startFromUrl } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/new/start-choice.ts';
import { relabelFilters } from './relabel-filters.ts';

const figure = { value: 0.5, interval: null, n: 10, reason: null };
const level = (name: string, adjustedP: number | null) => ({
  level: name,
  share: figure,
  difference: figure,
  p: adjustedP,
  adjustedP,
});
const view = {
  field: 'grade',
  options: [{ value: '3', label: 'Grade 3' }],
  cases: [{ externalId: 'c-1' }, { externalId: 'c-2' }],
  confusions: [
    { truth: '3', answer: '2', n: 9 },
    { truth: '3', answer: '4', n: 4 },
  ],
  readers: ['R4', 'R2', 'R9', 'R1'].map((alias) => ({ alias, reads: 10, share: figure })),
  factors: [
    { factor: 'site', levels: [level('north', 0.01), level('south', 0.2)] },
    { factor: 'age_band', levels: [level('80+', 0.04)] },
    { factor: 'hour', levels: [level('22', 0.001)] },
  ],
} as unknown as Parameters<typeof relabelFilters>[0];

test('each finding that a batch can be chosen by is a link, the worst first; when a read was made is none', () => {
  expect(relabelFilters(view).map((one) => one.says)).toEqual([
    'The 2 divided cases above',
    'Cases that ended as “Grade 3”',
    'Cases where site is north',
    'Cases where age band is 80+',
    'What R4 has read',
    'What R2 has read',
    'What R9 has read',
  ]);
});

test('the form understands every filter that a link carries', () => {
  const known = {
    datasets: [
      { id: 'd', splits: [], sites: ['north'], subgroups: { age_band: ['80+'] } },
    ] as unknown as Parameters<typeof startFromUrl>[1]['datasets'],
    fields: [{ key: 'grade' }],
    batches: [{ id: 'b', datasetId: 'd', split: null }],
    protocols: [],
    models: [],
  };
  const choices = relabelFilters(view).map(
    ({ filter }) => startFromUrl({ kind: 'relabel', from: 'b', ...filter }, known).choice,
  );
  expect(choices).toEqual([
    { fromBatch: 'b', ids: 'c-1\nc-2' },
    { fromBatch: 'b', classField: 'grade', classValues: '3' },
    { fromBatch: 'b', only: ['site=north'] },
    { fromBatch: 'b', only: ['subgroup:age_band=80+'] },
    { fromBatch: 'b', reader: 'R4' },
    { fromBatch: 'b', reader: 'R2' },
    { fromBatch: 'b', reader: 'R9' },
  ]);
});
