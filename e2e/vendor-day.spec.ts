import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

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

for (const path of [
  '/vendor',
  '/vendor/calls',
  '/vendor/bids',
  '/vendor/statement',
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
