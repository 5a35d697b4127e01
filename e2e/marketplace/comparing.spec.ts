import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, open, press, projectPath } from './market-steps.ts';

/** "6.16 USD [5.26, 9.98]" as numbers: the value and its interval. */
const figuresOf = (text: string) => (text.match(/\d+\.\d+/g) ?? []).map(Number);

test('thirteen bids side by side: cheapest correct label first, each with its uncertainty; one is shortlisted, all in a PDF', async ({
  page,
}) => {
  await signIn(page, demoLogin('sponsor', 2));
  const api = await apiOf(demoLogin('sponsor', 2));
  const title = 'Prostate biopsies: grade group';
  const path = await projectPath(api, title);
  await open(page, `${path}/bids`, 'Bids');
  const table = page.getByRole('region', { name: 'Bids side by side' }).getByRole('table');
  await expect(table.getByRole('columnheader')).toHaveCount(14);
  const cells = await table
    .getByRole('row', { name: /^Per correct label/ })
    .getByRole('cell')
    .allTextContents();
  const expected = cells.map((text) => figuresOf(text));
  expect(expected).toHaveLength(13);
  for (const [value = 0, low = 0, high = 0] of expected) expect(low <= value && value <= high).toBe(true);
  const values = expected.map(([value = 0]) => value);
  expect(values).toEqual(values.toSorted((a, b) => a - b));
  await expect(
    page.getByText(/is expected to give a correct label for .*; not decided against/).first(),
  ).toBeVisible();
  await expectAccessible(page);

  await test.step('a bid is shortlisted by key, and its vendor reads so', async () => {
    const shortlist = table.getByRole('button', { name: 'Shortlist bid' });
    const before = await shortlist.count();
    const projectId = path.split('/').at(-1) ?? '';
    const listed = async () =>
      (await api.bids.compare.query({ projectId })).bids.filter((one) => one.status === 'shortlisted').length;
    const listedBefore = await listed();
    await press(shortlist.first());
    await expect(page.getByText(/ is shortlisted\.$/)).toBeVisible();
    await expect(shortlist).toHaveCount(before - 1);
    expect(await listed()).toBe(listedBefore + 1);
  });

  await test.step('what was compared is a PDF', async () => {
    const href = await page.getByRole('link', { name: 'Download as PDF' }).getAttribute('href');
    const pdf = await page.request.get(href ?? '');
    expect([pdf.status(), pdf.headers()['content-type']]).toEqual([200, 'application/pdf']);
  });

  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
  // The dots have the width of the screen; names and figures stand above them.
  const dots = page.getByRole('figure', { name: 'Expected cost per correct label' }).getByRole('img');
  expect((await dots.boundingBox())?.width).toBeGreaterThan(320);
  await expect(
    page.locator('summary').filter({ hasText: /Meridian Reading Group.*per correct label/ }),
  ).toBeVisible();
});

test('a sealed private call shows who is asked and no bid, and cannot be closed early', async ({ page }) => {
  await signIn(page, demoLogin('sponsor', 2));
  const title = 'Breast biopsies: HER2';
  await open(page, `${await projectPath(await apiOf(demoLogin('sponsor', 2)), title)}/bids`, 'Bids');
  await expect(page.getByText('3 bids are in, sealed until', { exact: false })).toBeVisible();
  await expect(
    page.getByText('They open at the end of the call, all at once', { exact: false }),
  ).toBeVisible();
  await expect(page.getByRole('table')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Move end' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Close call' })).toHaveCount(0);
  await expectAccessible(page);
});

test('work split between two vendors: each half with its contract, what a shared batch came to by vendor, old labels against new', async ({
  page,
}) => {
  await signIn(page, demoLogin('sponsor', 2));
  const title = 'Skin lesions: melanoma or not';
  const path = await projectPath(await apiOf(demoLogin('sponsor', 2)), title);
  await open(page, `${path}/bids`, 'Bids');
  await expect(page.getByRole('progressbar', { name: 'Given away' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: '50 %' })).toHaveCount(2);
  await open(page, `${path}/contracts`, 'Contracts');
  await expectAccessible(page);
  await open(page, `${path}/batches`, 'Batches');
  await press(page.getByRole('link', { name: 'Relabel 1' }));
  await press(page.getByRole('link', { name: 'Old against new' }));
  await page.waitForURL('**/compare');
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});
