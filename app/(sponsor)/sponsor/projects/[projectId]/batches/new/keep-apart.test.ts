import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ElsewhereChoice, type ElsewhereChoiceProps } from './people-elsewhere.tsx';

const pilot = {
  id: '1',
  kind: 'pilot',
  status: 'settled',
  vendorName: null,
  name: 'Pilot',
  projectTitle: 'Study',
} as const;
const drawn = (given: Partial<ElsewhereChoiceProps> & { isCut?: boolean }) => {
  const { isCut = false, ...props } = given;
  return renderToStaticMarkup(
    createElement(ElsewhereChoice, {
      found: { batches: [pilot], isCut },
      named: [],
      words: '',
      onWords: () => {},
      chosen: [],
      onChange: () => {},
      ...props,
    }),
  );
};

test('a list of other projects that leaves some out says so, and how to find them', () => {
  expect(drawn({ isCut: true })).toContain('The 1 newest are below; type to narrow.');
  expect(drawn({})).toContain('All 1 are below.');
  expect(drawn({ words: 'stu' })).toContain('1 found.');
  expect(drawn({ onWords: null })).not.toContain('type="search"');
});

test('what is chosen is shown though the search finds nothing, and the part is open for it', () => {
  const html = drawn({ found: { batches: [], isCut: false }, named: [pilot], chosen: ['1'], words: 'x' });
  expect(html).toContain('Study: Pilot');
  expect(html).toMatch(/<details open/);
  expect(html).toContain('No batch of another project is called so.');
  expect(drawn({})).not.toMatch(/<details open/);
});

test('a search that fails says why', () => {
  expect(drawn({ refusal: 'It could not be reached.', isCut: true })).toContain('It could not be reached.');
});
