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

/** Pages are drawn without a GPU: emulating one on the processor takes a fifth of the time that journeys need. */
const DRAWING = ['--disable-gpu', '--font-render-hinting=none'];
const NO_SANDBOX = '--no-sandbox';

/**
 * The first Chromium there is: Playwright's own, the system's, or the one that comes as an npm package (without the arguments it
 * brings, which are for a serverless function: one process, an emulated GPU, and no web security, which journeys should meet).
 */
export async function findBrowser(): Promise<LaunchOptions> {
  // Chromium's sandbox refuses to run as root.
  const args = process.getuid?.() === 0 ? [...DRAWING, NO_SANDBOX] : DRAWING;
  if (existsSync(chromium.executablePath())) return { args };
  const installed = SYSTEM_BROWSERS.find((path) => existsSync(path));
  if (installed) return { executablePath: installed, args };
  // The package has no helper for a sandbox.
  return {
    executablePath: await npmChromium.executablePath(),
    args: [...DRAWING, NO_SANDBOX, '--no-zygote'],
  };
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
    // A trace films every page, which takes half a processor; who looks for a fault walks the one journey with `--trace on`.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  // By what the database was filled with (READROOM_SEED): the app that is walked has one or the other.
  projects: [
    { name: 'demo', testIgnore: '**/e2e/marketplace/**' },
    { name: 'marketplace', testMatch: '**/e2e/marketplace/*.spec.ts' },
  ],
});
