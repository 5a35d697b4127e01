import { expect, test } from 'vitest';
import { noFigureWords } from './no-figure-words.ts';

test('who is not shown figures of test data is not told that its cases have no label', () => {
  const of = (isTestHidden: boolean) => noFigureWords({ name: 'Net 1', isTestHidden });
  expect(of(true)).toContain('figures of test data are not shown to your role');
  expect(of(false)).toContain('none of the cases that it answered has one');
  expect(of(false)).not.toContain('test data');
});
