import { chromium } from 'playwright-core';
import { findBrowser } from '#playwright.config.ts';
const [,, who, outPrefix, ...paths] = process.argv;
const b = await chromium.launch(await findBrowser());
for (const width of [1440, 390]) {
  const ctx = await b.newContext({ viewport: { width, height: 900 }, baseURL: 'http://localhost:3100' });
  const p = await ctx.newPage();
  p.setDefaultTimeout(90000);
  await p.goto('/sign-in');
  await p.getByLabel('E-mail').fill(`${who}@demo.example`);
  await p.getByLabel('Password').fill('readroom demo login');
  await p.getByRole('button', { name: 'Sign in' }).click();
  await p.waitForURL((u) => !u.pathname.includes('sign-in'));
  for (const [i, path] of paths.entries()) {
    const errors = [];
    p.on('pageerror', (e) => errors.push(e.message));
    await p.goto(path);
    await p.waitForTimeout(2500);
    await p.screenshot({ path: `/tmp/s5d-shots/${outPrefix}-${i}-${width}.png`, fullPage: true });
    const overflow = await p.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    console.log(width, path, p.url(), 'overflow', overflow, errors);
  }
  await ctx.close();
}
await b.close();
