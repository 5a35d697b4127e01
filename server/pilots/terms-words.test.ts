import { expect, test } from 'vitest';
import { pilotTerms } from '#server/bids/schemas.ts';
import { namesInSchema } from '#server/bids/term-names.ts';
import { classLabelIn } from './rules.ts';
import { describeCases, describeCriteria } from './terms-words.ts';

const names = namesInSchema({
  fields: [
    {
      key: 'finding',
      label: 'Finding',
      type: 'categorical',
      definition: 'What is seen.',
      required: true,
      options: [
        { value: '0', label: 'Normal' },
        { value: '1', label: 'Acute' },
      ],
    },
    { key: 'usable', label: 'Usable', type: 'boolean', definition: 'Can it be read?', required: true },
  ],
});
const terms = pilotTerms.parse({
  cases: 20,
  overlap: 2,
  goldMode: 'embedded',
  goldShareBasisPoints: 0,
  timeLimitDays: 14,
  goldPerClass: [{ field: 'finding', className: '1', cases: 8 }],
  criteria: {
    reliability: null,
    accuracy: { field: 'finding', threshold: 0.9 },
    perClass: [
      { field: 'finding', className: '1', sensitivity: 0.9, specificity: null },
      { field: 'usable', className: 'true', sensitivity: null, specificity: 0.8 },
    ],
    throughput: null,
  },
});

test('terms name fields and classes by what the protocol calls them, and by their keys where it does not know them', () => {
  expect(describeCriteria(terms.criteria, { names })).toEqual([
    'accuracy of Finding on gold at least 0.90',
    'sensitivity for Finding “Acute” at least 0.90',
    'specificity for Usable “Yes” at least 0.80',
  ]);
  expect(describeCases(terms, { names })).toBe('20 cases; at least 8 gold cases of Finding “Acute”');
  expect(describeCases(terms, { names: { fields: {}, classes: {} } })).toContain('finding “1”');
});

test('a card from before labels were kept shows its classes as they were answered', () => {
  expect(classLabelIn({ categories: ['0', '1'], categoryLabels: ['Normal', 'Acute'] }, '1')).toBe('Acute');
  expect(classLabelIn({ categories: ['0', '1'], categoryLabels: [] }, '1')).toBe('1');
});
