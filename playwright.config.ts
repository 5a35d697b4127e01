import { existsSync } from 'node:fs';
import { defineConfig, devices, type LaunchOptions } from '@playwright/test';
import npmChromium from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/**
 * The first Chromium there is: Playwright's own, the system's, or the one that comes as an npm package (whose
 * arguments are for a serverless function: one process and its own headless mode don't suit Playwright).
 */
export async function findBrowser(): Promise<LaunchOptions> {
  // Chromium's sandbox refuses to run as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (existsSync(chromium.executablePath())) return { args };
  const installed = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (installed) return { executablePath: installed, args };
  const fitting = npmChromium.args.filter(
    (arg) => arg !== '--single-process' && !arg.startsWith('--headless'),
  );
  return { executablePath: await npmChromium.executablePath(), args: fitting };
}

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  // One database is shared by all journeys of a project, so they run one after the other.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: process.env.READROOM_TEST_REPORT
    ? [['line'], ['json', { outputFile: process.env.READROOM_TEST_REPORT }]]
    : [['list']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.READROOM_BASE_URL ?? 'http://localhost:3000',
    viewport: { width: 1440, height: 900 },
    launchOptions: await findBrowser(),
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  // By what the database was filled with (READROOM_SEED): the app that is walked has one or the other.
  projects: [
    { name: 'demo', testIgnore: '**/e2e/marketplace/**' },
    { name: 'marketplace', testMatch: '**/e2e/marketplace/*.spec.ts' },
  ],
});
