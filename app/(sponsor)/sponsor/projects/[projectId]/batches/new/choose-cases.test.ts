import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { allCases, toSelection } from './case-choice.ts';
import { ChooseCases } from './choose-cases.tsx';
import type { ClassField } from './selection-preview.tsx';

const grade: ClassField = {
  key: 'grade',
  label: 'Grade',
  options: { '1': 'Mild', '2': 'Severe' },
  isOneOf: true,
};
/** How the classes of a field are chosen: the ticked ones by their words, or the text; null where none is asked for. */
function classesOf(field: ClassField, classValues: string) {
  const html = renderToStaticMarkup(
    createElement(ChooseCases, {
      choice: { ...allCases, classField: field.key, classValues },
      onChange: () => {},
      dataset: undefined,
      fields: [field],
      wrong: {},
    }),
  );
  const ticks = [...html.matchAll(/<button[^>]*role="checkbox"[^>]*>/g)].map(([one]) =>
    one.includes('aria-checked="true"'),
  );
  const text = /<input[^>]*id="field-classValues"[^>]*>/.exec(html)?.[0];
  return { ticks, text: text === undefined ? null : (/value="([^"]*)"/.exec(text)?.[1] ?? ''), html };
}

test('classes of which a case has one are ticked, by what they are called', () => {
  const { ticks, text, html } = classesOf(grade, '2');
  expect([ticks, text]).toEqual([[false, true], null]);
  expect(html).toContain('Mild');
  expect(html).toContain('Severe');
});

test('what a link brought that is no class stays, as text: nothing of it is lost by looking', () => {
  expect(classesOf(grade, '2, 7')).toMatchObject({ ticks: [], text: '2, 7' });
  expect(toSelection({ ...allCases, classField: 'grade', classValues: '2, 7' }).filter).toMatchObject({
    classes: [{ field: 'grade', values: ['2', '7'] }],
  });
});

test('where a case can have several classes, or a class has a comma in it, or there are none, it is text', () => {
  expect(classesOf({ ...grade, isOneOf: false }, '1 | 2')).toMatchObject({ ticks: [], text: '1 | 2' });
  expect(classesOf({ ...grade, options: { 'a,b': 'Both' } }, '')).toMatchObject({ ticks: [], text: '' });
  expect(classesOf({ ...grade, options: {} }, '3')).toMatchObject({ ticks: [], text: '3' });
});
