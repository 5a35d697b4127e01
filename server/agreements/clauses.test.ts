import { describe, expect, test } from 'vitest';
import { lintClauses, REQUIRED_CLAUSES } from './clauses.ts';
import { TEMPLATE_KINDS } from './schemas.ts';
import { partyName, TEMPLATE_TEXTS } from './templates/template-text.ts';

const textOf = (kind: (typeof TEMPLATE_KINDS)[number]) =>
  TEMPLATE_TEXTS.find((text) => text.kind === kind)!.clauses;

describe('the clause linter', () => {
  test.each(TEMPLATE_KINDS)('passes the shipped text of %s', (kind) => {
    expect(lintClauses(kind, textOf(kind))).toEqual([]);
  });

  const required = TEMPLATE_KINDS.flatMap((kind) =>
    REQUIRED_CLAUSES[kind].map(({ key }) => [kind, key] as const),
  );

  test.each(required)('%s without the clause %s fails by its name', (kind, key) => {
    const without = textOf(kind).filter((clause) => clause.key !== key);
    expect(lintClauses(kind, without).map((problem) => problem.code)).toEqual([`clause.${key}.missing`]);
  });

  test.each(required)('%s with an emptied clause %s fails', (kind, key) => {
    const emptied = textOf(kind).map((clause) =>
      clause.key === key ? { ...clause, text: 'None.' } : clause,
    );
    expect(lintClauses(kind, emptied).map((problem) => problem.code)).toEqual([`clause.${key}.empty`]);
  });

  test('the same clause twice is ambiguous', () => {
    const [first] = textOf('baa');
    expect(lintClauses('baa', [...textOf('baa'), first!])).toHaveLength(1);
  });

  test('a BAA has the sixteen clauses of 45 CFR 164.504(e)(2) and 164.314(a)(2), on both hops', () => {
    expect(REQUIRED_CLAUSES.baa).toHaveLength(16);
    expect(REQUIRED_CLAUSES.subcontractor_baa).toBe(REQUIRED_CLAUSES.baa);
  });

  test('no sentence of a text begins in lower case, and the parties have their names', () => {
    for (const { clauses } of TEMPLATE_TEXTS) {
      for (const { text } of clauses) expect(text).toMatch(/^[A-Z]/);
    }
    expect(partyName('subcontractor_baa', 'b', 'vendor')).toBe('the Subcontractor');
    expect(partyName('services', 'a', 'platform')).toBe('the Platform');
  });
});
