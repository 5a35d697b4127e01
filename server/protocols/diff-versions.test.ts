import { describe, expect, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { hashProtocol } from './content-hash.ts';
import { diffVersions, leastChangeClass, understates } from './diff-versions.ts';
import type { ProtocolContent } from './schemas.ts';

const base: ProtocolContent = {
  guidelinesMarkdown: 'Grade the worst area.',
  labelSchema: { fields: [gradeField()], rules: [], gatedFields: ['grade'] },
  edgeCases: [],
};
const withField = (change: object): ProtocolContent => ({
  ...base,
  labelSchema: { ...base.labelSchema, fields: [{ ...gradeField(), ...change }] },
});

describe('what a new protocol version changes', () => {
  test('nothing', () => {
    expect(diffVersions(base, structuredClone(base))).toEqual([]);
    expect(leastChangeClass([])).toBe('editorial');
  });
  test.each<[string, ProtocolContent, string]>([
    ['other words in the guidelines', { ...base, guidelinesMarkdown: 'Grade the worst.' }, 'editorial'],
    ['a new label of a field', withField({ label: 'Grade' }), 'editorial'],
    ['a clearer definition', withField({ definition: 'ISUP.' }), 'clarifying'],
    ['another example', { ...base, edgeCases: [{ title: 'PIN', description: 'Not cancer.' }] }, 'clarifying'],
    ['another level', withField({ options: gradeField(6).options }), 'breaking'],
    ['no longer required', withField({ required: false }), 'breaking'],
    ['another gate', { ...base, labelSchema: { ...base.labelSchema, gatedFields: [] } }, 'breaking'],
    ['a field renamed', withField({ key: 'isup' }), 'breaking'],
  ])('%s is at least %3$s', (_name, after, least) => {
    const changes = diffVersions(base, after);
    expect(leastChangeClass(changes)).toBe(least);
    expect(understates('editorial', changes)).toBe(least !== 'editorial');
    expect(understates('breaking', changes)).toBe(false);
  });
});

test('the signed hash depends on content only, not on the order in which keys were written', () => {
  const { fields, rules, gatedFields } = base.labelSchema;
  const other = {
    edgeCases: [],
    labelSchema: { gatedFields, rules, fields },
    guidelinesMarkdown: base.guidelinesMarkdown,
  };
  expect(hashProtocol(other)).toBe(hashProtocol(base));
  expect(hashProtocol(withField({ required: false }))).not.toBe(hashProtocol(base));
  expect(hashProtocol(base)).toMatch(/^[0-9a-f]{64}$/);
});
