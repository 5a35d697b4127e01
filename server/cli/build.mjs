import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { LaunchError } from './launch-error.mjs';
import { NEXT_BIN, ROOT } from './paths.mjs';
import { lastLines, runNode } from './run-command.mjs';

const SOURCES = [
  'app',
  'server',
  'db',
  'public',
  'package.json',
  'package-lock.json',
  'next.config.mjs',
  'postcss.config.mjs',
  'tsconfig.json',
  'instrumentation.ts',
  'proxy.ts',
];
// What no page is built from: a change here must not cost a build.
const IRRELEVANT = /\.(test\.tsx?|md)$|^server\/cli\/|^db\/(migrations|testing|cli|seed)\//;
const BUILD_MINUTES = 30;

const hashSources = () => fingerprint(SOURCES, { except: IRRELEVANT });

/** The mark lies inside the build, so it can't outlive it. */
const markPath = () => join(ROOT, '.next', 'readroom-build.json');

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Whether `.next` was built from the sources as they are now. */
export function isBuildFresh() {
  const buildId = readText(join(ROOT, '.next', 'BUILD_ID'));
  return buildId !== '' && readText(markPath()) === JSON.stringify({ sources: hashSources(), buildId });
}

/**
 * Builds the app.
 * @param {NodeJS.ProcessEnv} env
 * @param {(detail: string) => void} note
 * @throws {LaunchError} with the end of what the build printed
 */
export async function buildApp(env, note) {
  const sources = hashSources();
  const result = await runNode(NEXT_BIN, ['build'], {
    env: { ...env, NODE_ENV: 'production' },
    onLine: note,
    timeoutMs: BUILD_MINUTES * 60_000,
  });
  note('');
  if (result.code !== 0) {
    throw new LaunchError(`The app could not be built:\n${lastLines(result.output, 40)}`);
  }
  const buildId = readText(join(ROOT, '.next', 'BUILD_ID'));
  writeFileSync(markPath(), JSON.stringify({ sources, buildId }));
}
