import { describe, expect, it } from 'vitest';

type LintModule = {
  judgeImport(from: string, specifier: string, isType: boolean): string | null;
  listImports(text: string): { specifier: string; isType: boolean; line: number }[];
};
const { judgeImport, listImports } = (await import(
  new URL('./lint-imports.mjs', import.meta.url).href
)) as LintModule;

describe('the import ladder', () => {
  it.each([
    ['app/page.tsx', '#server/routers/_app.ts'],
    ['app/page.tsx', '#server/bids/schemas.ts'],
    ['server/routers/bids.ts', '#server/bids/submit-bid.ts'],
    ['server/bids/submit-bid.ts', './queries.ts'],
    ['server/bids/submit-bid.ts', '#server/projects/rules.ts'],
    ['server/bids/submit-bid.ts', '#server/projects/open-call.ts'],
    ['server/bids/submit-bid.ts', '#db/schema/bids.ts'],
    ['server/jobs/registry.ts', '#server/bids/jobs.ts'],
    ['db/client.ts', '#server/core/ids.ts'],
    ['e2e/pass.spec.ts', '#db/testing/database.ts'],
    ['server/routers/to-app-error.ts', '#db/errors.ts'],
    ['server/bids/submit-bid.ts', 'zod'],
  ])('%s may import %s', (from, specifier) => {
    expect(judgeImport(from, specifier, false)).toBeNull();
  });

  it.each([
    ['server/core/ids.ts', '#db/client.ts'],
    ['db/client.ts', '#server/bids/rules.ts'],
    ['server/bids/submit-bid.ts', '#server/routers/_app.ts'],
    ['server/bids/submit-bid.ts', '#app/_ui/button.tsx'],
    ['server/bids/submit-bid.ts', '#server/projects/queries.ts'],
    ['server/bids/submit-bid.ts', '#server/projects/jobs.ts'],
    ['server/bids/submit-bid.ts', '#db/testing/database.ts'],
    ['server/bids/submit-bid.ts', '../projects/rules.ts'],
    ['server/routers/bids.ts', '#db/schema/bids.ts'],
    ['server/routers/bids.ts', '#server/bids/queries.ts'],
    ['server/quality/kappa.ts', '#server/bids/rules.ts'],
    ['app/page.tsx', '#db/client.ts'],
  ])('%s may not import %s', (from, specifier) => {
    expect(judgeImport(from, specifier, false)).toBeTypeOf('string');
  });

  it('finds every way of importing, with its line, and none in a comment', () => {
    const text = [
      "import type { A } from '#db/a.ts';",
      'import {',
      '  b,',
      "} from './b.ts';",
      "// import '../c.ts';",
      "/* import '../d.ts'; */",
      "export { e } from './e.ts';",
      "const f = await import('#server/f.ts');",
    ].join('\n');
    expect(listImports(text)).toEqual([
      { specifier: '#db/a.ts', isType: true, line: 1 },
      { specifier: './b.ts', isType: false, line: 4 },
      { specifier: './e.ts', isType: false, line: 7 },
      { specifier: '#server/f.ts', isType: false, line: 8 },
    ]);
  });
});
