import { expect, test } from 'vitest';
import { guidelineSections, sectionOf } from './guideline-sections.ts';

const text =
  '# Reading\nAlways look twice.\n\n## Nodule size\nLargest diameter.\n\n```\n# not a heading\n```\n## Signs\nSee opacity.';

test('guidelines are cut at headings, not inside code', () => {
  expect(guidelineSections(text).map((section) => section.heading)).toEqual([
    'Reading',
    'Nodule size',
    'Signs',
  ]);
  expect(guidelineSections('No heading at all.')).toEqual([{ heading: '', markdown: 'No heading at all.' }]);
});

test('the place of a field is its heading, else its first mention', () => {
  const sections = guidelineSections(text);
  expect(sectionOf(sections, { key: 'nodule_size', label: 'Size' })).toBe(1);
  expect(sectionOf(sections, { key: 'opacity', label: 'Opacity' })).toBe(2);
  expect(sectionOf(sections, { key: 'effusion', label: 'Effusion' })).toBe(-1);
});
