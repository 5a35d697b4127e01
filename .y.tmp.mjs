import { chromium } from 'playwright-core';
import { findBrowser } from '#playwright.config.ts';
const b = await chromium.launch(await findBrowser());
const p = await (await b.newContext({ baseURL: 'http://localhost:3100' })).newPage();
p.setDefaultTimeout(120000);
await p.goto('/sign-in');
await p.getByLabel('E-mail').fill(`sana-sponsor@demo.example`);
await p.getByLabel('Password').fill('readroom demo login');
await p.getByRole('button', { name: 'Sign in' }).click();
await p.waitForURL((u) => !u.pathname.includes('sign-in'));
await p.goto('/sponsor/projects');
const hrefs = await p.locator('a[href*="/sponsor/projects/"]').evaluateAll((as) => as.map((a) => [a.getAttribute('href'), a.textContent]));
console.log(hrefs);
for (const h of new Set(hrefs.map((x) => x[0].match(/projects\/([0-9a-f-]{36})/)?.[1]).filter(Boolean))) {
  await p.goto(`/sponsor/projects/${h}/batches`);
  console.log(h, await p.locator('a[href*="/batches/"]').evaluateAll((as) => as.map((a) => [a.getAttribute('href'), a.textContent])));
  await p.goto(`/sponsor/projects/${h}/dataset`);
  console.log(h, await p.locator('a[href*="/dataset/"]').evaluateAll((as) => as.map((a) => [a.getAttribute('href'), a.textContent])));
}
await b.close();
