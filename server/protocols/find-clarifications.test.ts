import { describe, expect, test } from 'vitest';
import { gradeField } from '#db/seed/factories/protocols.ts';
import { clarificationsOf } from './find-clarifications.ts';
import type { ProtocolVersion } from './reads.ts';
import type { EdgeCase } from './schemas.ts';

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const examples = (of: Record<string, string>): EdgeCase[] =>
  Object.entries(of).map(([title, description]) => ({ title, description }));
const versionOf = (version: number, of: Record<string, string>, over: Partial<ProtocolVersion> = {}) =>
  ({
    version,
    signedAt: day(version),
    updatedAt: day(version),
    guidelinesMarkdown: 'Look.\n\nGrade.',
    labelSchema: { fields: [gradeField()], rules: [], gatedFields: ['grade'] },
    edgeCases: examples(of),
    ...over,
  }) as ProtocolVersion;

describe('what later versions say more clearly (R24)', () => {
  const own = versionOf(1, { A: 'old', B: 'gone' });

  test('each with the version from which on it is said so', () => {
    const later = [
      versionOf(2, { A: 'new', B: 'gone' }),
      versionOf(3, { A: 'newer', C: 'added' }),
      versionOf(4, { A: 'newer', C: 'added' }),
    ];
    expect(
      clarificationsOf(own, later).map(({ kind, title, text, version, since }) => [
        kind,
        title,
        text,
        version,
        since,
      ]),
    ).toEqual([
      ['example', 'A', 'newer', 3, day(3)],
      ['example', 'C', 'added', 3, day(3)],
      ['withdrawn', 'B', '', 3, day(3)],
    ]);
  });

  test('what was changed back, or only worded otherwise, is none', () => {
    expect(clarificationsOf(own, [])).toEqual([]);
    const back = [versionOf(2, { A: 'new', B: 'gone' }), versionOf(3, { A: 'old', B: 'gone' })];
    expect(clarificationsOf(own, back)).toEqual([]);
    const renamed = { ...own.labelSchema, fields: [{ ...gradeField(), label: 'Grade' }] };
    expect(clarificationsOf(own, [{ ...own, version: 2, labelSchema: renamed }])).toEqual([]);
  });

  test('definitions and new paragraphs of the guideline are', () => {
    const field = gradeField();
    const [first, ...rest] = field.options!;
    const defined = {
      ...field,
      definition: 'Of the worst area.',
      options: [{ ...first!, definition: 'None seen.' }, ...rest],
    };
    const later = {
      ...own,
      version: 2,
      signedAt: day(2),
      guidelinesMarkdown: 'Look.\n\nLook again.\n\nGrade.',
      labelSchema: { ...own.labelSchema, fields: [defined] },
    };
    expect(clarificationsOf(own, [later]).map(({ kind, title, text }) => [kind, title, text])).toEqual([
      ['guideline', 'Guideline', 'Look again.'],
      ['definition', field.label, 'Of the worst area.\n\n**No cancer**: None seen.'],
    ]);
  });

  test('what the guideline and the definitions say no more is withdrawn, with its words', () => {
    const field = gradeField();
    const [first, ...rest] = field.options!;
    const withDefinition = (definition?: string) => ({
      ...own.labelSchema,
      fields: [{ ...field, options: [{ ...first!, ...(definition ? { definition } : {}) }, ...rest] }],
    });
    const before = {
      ...own,
      guidelinesMarkdown: 'Look.\n\nIgnore PIN.\n\nGrade.',
      labelSchema: withDefinition('None seen.'),
    };
    const second = { ...before, version: 2, signedAt: day(2), guidelinesMarkdown: 'Look.\n\nGrade.' };
    const said = (...later: ProtocolVersion[]) =>
      clarificationsOf(before, later).map(({ kind, title, text, version }) => [kind, title, text, version]);
    // Only taken out.
    expect(said(second)).toEqual([['withdrawn', 'Guideline', 'Ignore PIN.', 2]]);
    // Changed: the new words, and the old ones, which still stand below; each since the version that says so.
    const third = {
      ...second,
      version: 3,
      signedAt: day(3),
      guidelinesMarkdown: 'Look.\n\nPIN is grade 0.\n\nGrade.',
      labelSchema: withDefinition(),
    };
    expect(said(second, third)).toEqual([
      ['guideline', 'Guideline', 'PIN is grade 0.', 3],
      ['withdrawn', 'Guideline', 'Ignore PIN.', 2],
      ['withdrawn', field.label, '**No cancer**: None seen.', 3],
    ]);
    // A new definition stands for the old one of the same name.
    expect(said({ ...before, version: 2, labelSchema: withDefinition('None at all.') })).toEqual([
      ['definition', field.label, '**No cancer**: None at all.', 2],
    ]);
  });
});
