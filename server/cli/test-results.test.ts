import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

type StepResult = { passed: number; failed: number; skipped: number; details: string[] };
type ReadReport = (path: string, run: { code: number; output: string }) => StepResult;
type ResultsModule = {
  readVitestReport: ReadReport;
  readPlaywrightReport: ReadReport;
  single(isGood: boolean, detail?: string): StepResult;
  summarise(results: StepResult[]): string;
  nameFailures(results: StepResult[]): string[];
};
const { nameFailures, readVitestReport, readPlaywrightReport, single, summarise } = (await import(
  new URL('./test-results.mjs', import.meta.url).href
)) as ResultsModule;

const folder = mkdtempSync(join(tmpdir(), 'readroom-results-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function save(report: object): string {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify(report));
  return path;
}

const passed = { status: 'passed', fullName: 'holds' };
const failed = { status: 'failed', fullName: 'breaks', failureMessages: ['expected 1 to be 2'] };

describe('the totals of npm test', () => {
  it('are one line that counts what passed and what failed', () => {
    expect(summarise([single(true), single(false, 'x')])).toBe('1 passed, 1 failed');
    expect(summarise([{ passed: 3, failed: 0, skipped: 2, details: [] }])).toBe('3 passed, 0 failed');
  });

  it('name again at the end what failed, a line each with the start of its message', () => {
    expect(
      nameFailures([single(true), single(false, 'a.test.ts > breaks\nexpected 1 to be 2\n  at a.test.ts:3')]),
    ).toEqual(['Failed: a.test.ts > breaks — expected 1 to be 2']);
  });

  it('count a test file that could not be loaded as a failure', () => {
    const path = save({
      numPassedTests: 1,
      success: false,
      testResults: [
        { name: 'a.test.ts', status: 'passed', assertionResults: [passed] },
        { name: 'b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      ],
    });
    expect(readVitestReport(path, { code: 1, output: '' })).toMatchObject({ passed: 1, failed: 1 });
  });

  it('name the failed test and its message', () => {
    const path = save({
      numPassedTests: 1,
      success: false,
      testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults: [passed, failed] }],
    });
    const { details } = readVitestReport(path, { code: 1, output: '' });
    expect(details).toEqual(['a.test.ts > breaks\nexpected 1 to be 2']);
  });

  it('count a run that ends badly without naming a test, or writes no report, as a failure', () => {
    const path = save({ numPassedTests: 5, success: true, testResults: [] });
    expect(readVitestReport(path, { code: 1, output: 'unhandled error' }).failed).toBe(1);
    expect(readVitestReport(join(folder, 'none.json'), { code: 1, output: 'crash' }).failed).toBe(1);
    expect(readPlaywrightReport(join(folder, 'none.json'), { code: 1, output: 'crash' }).failed).toBe(1);
  });

  it('count a journey that passes only when repeated as failed', () => {
    const path = save({
      stats: { expected: 1, unexpected: 0, flaky: 1, skipped: 0 },
      errors: [],
      suites: [
        {
          title: 'pass.spec.ts',
          specs: [{ title: 'pays', tests: [{ status: 'flaky', results: [{ errors: [] }] }] }],
        },
      ],
    });
    expect(readPlaywrightReport(path, { code: 0, output: '' })).toMatchObject({ passed: 1, failed: 1 });
  });
});
