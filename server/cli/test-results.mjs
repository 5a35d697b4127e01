import { existsSync, readFileSync } from 'node:fs';

const MESSAGE_LINES = 14;
/** The test's name and the first line of what it says. */
const NAMED_LINES = 2;

/**
 * What one step of `npm test` came to; `details` explains each failure.
 * @typedef {{ passed: number, failed: number, skipped: number, details: string[] }} StepResult
 */

/** @param {string} text */
function shorten(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the terminal's colour codes
  const plain = text.replace(/\u001b\[[0-9;]*m/g, '');
  return plain.split('\n').slice(0, MESSAGE_LINES).join('\n');
}

/** A step that is one check: it passes or it fails. @param {boolean} isGood @param {string} [detail] @returns {StepResult} */
export function single(isGood, detail = '') {
  return isGood
    ? { passed: 1, failed: 0, skipped: 0, details: [] }
    : { passed: 0, failed: 1, skipped: 0, details: [detail] };
}

/** @param {string} path */
function readReport(path) {
  if (!existsSync(path)) return null;
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * Counts a vitest JSON report. A file that could not even be loaded counts as one failure, and so does a run
 * that ends badly without naming a test (an unhandled error, no test found).
 * @param {string} path
 * @param {{ code: number, output: string }} run
 * @returns {StepResult}
 */
export function readVitestReport(path, { code, output }) {
  const report = readReport(path);
  if (!report) return single(false, shorten(output.split('\n').slice(-MESSAGE_LINES).join('\n')));
  /** @type {string[]} */
  const details = [];
  for (const file of report.testResults ?? []) {
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      details.push(`${file.name}\n${shorten(file.message ?? '')}`);
    }
    for (const test of file.assertionResults) {
      if (test.status !== 'failed') continue;
      details.push(`${file.name} > ${test.fullName}\n${shorten(test.failureMessages?.[0] ?? '')}`);
    }
  }
  const isUnexplained = details.length === 0 && (code !== 0 || report.success === false);
  if (isUnexplained) details.push(shorten(output.split('\n').slice(-MESSAGE_LINES).join('\n')));
  return {
    passed: report.numPassedTests,
    failed: details.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    details,
  };
}

/** @param {any} suite @param {string[]} details @param {string} [prefix] */
function collectJourneys(suite, details, prefix = '') {
  const title = [prefix, suite.title].filter(Boolean).join(' > ');
  for (const spec of suite.specs ?? []) {
    for (const test of spec.tests) {
      if (test.status !== 'unexpected' && test.status !== 'flaky') continue;
      const error = test.results.at(-1)?.errors?.[0]?.message ?? test.status;
      details.push(`${title} > ${spec.title}\n${shorten(error)}`);
    }
  }
  for (const inner of suite.suites ?? []) collectJourneys(inner, details, title);
}

/**
 * Counts a Playwright JSON report; a journey that passes only when repeated counts as failed.
 * @param {string} path
 * @param {{ code: number, output: string }} run
 * @returns {StepResult}
 */
export function readPlaywrightReport(path, { code, output }) {
  const report = readReport(path);
  if (!report) return single(false, shorten(output.split('\n').slice(-MESSAGE_LINES).join('\n')));
  /** @type {string[]} */
  const details = (report.errors ?? []).map((/** @type {{ message: string }} */ error) =>
    shorten(error.message),
  );
  for (const suite of report.suites ?? []) collectJourneys(suite, details);
  if (details.length === 0 && code !== 0) details.push(shorten(output));
  return { passed: report.stats.expected, failed: details.length, skipped: report.stats.skipped, details };
}

/**
 * What failed, a line each: its name and the first line of what it says.
 * @param {readonly StepResult[]} results
 */
export function nameFailures(results) {
  return results.flatMap(({ details }) =>
    details.map((detail) => `Failed: ${detail.split('\n').slice(0, NAMED_LINES).join(' — ')}`),
  );
}

/**
 * The one line that `npm test` ends with.
 * @param {readonly StepResult[]} results
 */
export function summarise(results) {
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}
