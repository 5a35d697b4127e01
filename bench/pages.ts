import { type CDPSession, chromium, type Page, type Request } from 'playwright-core';
import { demoLogin } from '#e2e/people.ts';
import { findBrowser } from '#playwright.config.ts';
import { serveUnlessRunning } from './pages/serve.ts';
import type { BenchResult } from './result.ts';

const LIMIT_KB = 200;

type PageFigures = { scriptKb: number; ttfbMs: number; lcpMs: number };

/**
 * First-load script (gz, as sent), time to first byte and largest contentful paint of three pages of the installation
 * (the running one, else it is served for the bench; READROOM_BASE_URL for another address), medians of several loads with an empty cache.
 */
export async function run({ quick }: { quick: boolean }): Promise<BenchResult> {
  const url = process.env.READROOM_BASE_URL ?? `http://localhost:${process.env.PORT ?? '3000'}`;
  const rounds = quick ? 3 : 9;
  const stop = await serveUnlessRunning(url);
  const browser = await chromium.launch(await findBrowser());
  try {
    const pages = [
      { name: 'sign-in', role: null, path: async () => '/sign-in' },
      { name: 'sponsor dashboard', role: 'sponsor' as const, path: dashboardPath },
      { name: 'reading page', role: 'annotator' as const, path: readingPath },
    ];
    const cases: BenchResult['cases'] = [];
    const checks: BenchResult['checks'] = [];
    for (const { name, role, path } of pages) {
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      if (role !== null) await signIn(page, role);
      const at = await path(page);
      const session = await context.newCDPSession(page);
      const loads: PageFigures[] = [];
      for (let round = 0; round < rounds; round += 1) loads.push(await measure(page, session, at));
      const figure = (metric: string, unit: string, pick: (load: PageFigures) => number) =>
        cases.push({
          case: name,
          metric,
          value: Math.round(median(loads.map(pick)) * 10) / 10,
          unit,
          peer: null,
          peerValue: null,
          ratio: null,
        });
      figure('first_load_js_gz', 'kB', (load) => load.scriptKb);
      figure('ttfb', 'ms', (load) => load.ttfbMs);
      figure('lcp', 'ms', (load) => load.lcpMs);
      if (name === 'reading page') {
        const kb = median(loads.map((load) => load.scriptKb));
        checks.push({
          check: `reading page loads at most ${LIMIT_KB} kB of script`,
          pass: kb <= LIMIT_KB,
          detail: `${kb.toFixed(0)} kB`,
        });
      }
      await context.close();
    }
    return { name: 'pages', cases, checks };
  } finally {
    await browser.close();
    stop();
  }
}

async function measure(page: Page, session: CDPSession, path: string): Promise<PageFigures> {
  const scripts: Request[] = [];
  const onFinished = (request: Request) => {
    if (request.resourceType() === 'script') scripts.push(request);
  };
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  page.on('requestfinished', onFinished);
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForLoadState('networkidle');
  page.off('requestfinished', onFinished);
  // The compressed bodies alone: headers are not script.
  const sizes = await Promise.all(scripts.map((script) => script.sizes()));
  const scriptBytes = sizes.reduce((sum, size) => sum + size.responseBodySize, 0);
  const { ttfbMs, lcpMs } = await page.evaluate(
    () =>
      new Promise<{ ttfbMs: number; lcpMs: number }>((resolve) => {
        const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
        new PerformanceObserver((list) => {
          resolve({
            ttfbMs: navigation?.responseStart ?? 0,
            lcpMs: list.getEntries().at(-1)?.startTime ?? 0,
          });
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
  return { scriptKb: scriptBytes / 1000, ttfbMs, lcpMs };
}

async function signIn(page: Page, role: 'sponsor' | 'annotator'): Promise<void> {
  const { email, password } = demoLogin(role);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((at) => !at.pathname.includes('sign-in'));
}

async function dashboardPath(page: Page): Promise<string> {
  await page.goto('/sponsor/projects');
  const href = await page
    .getByRole('link', { name: /Chest radiograph findings/ })
    .first()
    .getAttribute('href');
  return `${href}/dashboard`;
}

async function readingPath(page: Page): Promise<string> {
  await page.goto('/work');
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Production 1' })
    .getByRole('button', { name: /Go on|Start/ })
    .click();
  await page.waitForURL(/\/work\/read\//);
  return new URL(page.url()).pathname;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
