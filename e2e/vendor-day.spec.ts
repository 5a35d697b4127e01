import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, expectSentHome, signIn } from './people.ts';

test.beforeEach(async ({ page }) => {
  await signIn(page, demoLogin('vendor'));
});

test('the vendor sees open calls, whether it fits and why, and its own bids', async ({ page }) => {
  await page.goto('/vendor/calls');
  await expect(page.getByRole('heading', { level: 1, name: 'Calls' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Chest radiograph findings' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Chest radiograph findings' })).toBeVisible();
  await expect(page.getByText('Your organisation fits this call')).toBeVisible();
  await expect(page.getByText('You have a bid on this call', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.goto('/vendor/bids');
  await expect(page.getByText('Fitness for anaesthesia').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Pilots' })).toBeVisible();
  await expectAccessible(page);
});

test('the statement says what is owed, to the cent, and sets up where it is paid', async ({ page }) => {
  await page.goto('/vendor/statement');
  await expect(page.getByText('is owed to you', { exact: false })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Earned' }).getByText('Ruth Rivera').first()).toBeVisible();
  await expectAccessible(page);
  const setUp = page.getByRole('button', { name: 'Set up payouts' });
  if (await setUp.isVisible()) await setUp.click();
  await expect(page.getByRole('button', { name: 'Check again' })).toBeVisible();
});

test('margins are told once a person has a rate: earned, what they cost, what stays', async ({ page }) => {
  await page.goto('/vendor/margins');
  const rates = page.getByRole('region', { name: 'What you pay your people' });
  const row = rates.getByRole('row', { name: /Ruth Rivera/ });
  await row.getByRole('button', { name: /Set rate|Change/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Amount').fill('0.125');
  await dialog.getByRole('button', { name: 'Save rate' }).click();
  await expect(dialog.getByText('USD has 2 decimals; 0.125 has 3. Round it to 2.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByLabel('Amount').fill('0.65');
  await dialog.getByRole('button', { name: 'Save rate' }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByText('$0.65', { exact: false }).filter({ visible: true })).toBeVisible();
  const own = page.getByRole('table', { name: /People in Chest radiograph findings/ });
  const cells = await own
    .getByRole('row', { name: /Ruth Rivera/ })
    .getByRole('cell')
    .allTextContents();
  const [, reads, , earned, cost, kept] = cells.map((cell) => Number(cell.replaceAll(/[^\d.]/g, '')));
  expect(cost).toBeCloseTo(Number(reads) * 0.65, 6);
  expect(kept).toBeCloseTo(Number(earned) - Number(cost), 6);
});

test('a vendor’s manager who does not read is sent home from the pages of readers', async ({ page }) => {
  await expectSentHome(page, '/vendor', ['/work/agreements', '/work/calls', '/work/team']);
});

for (const path of [
  '/vendor',
  '/vendor/calls',
  '/vendor/bids',
  '/vendor/statement',
  '/vendor/margins',
  '/vendor/team',
  '/vendor/agreements',
]) {
  test(`${path} fits a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
  });
}
