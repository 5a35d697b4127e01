import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, expectSentHome, signIn } from './people.ts';

test.beforeEach(async ({ page }) => {
  await signIn(page, demoLogin('sponsor'));
});

test('the sponsor opens a project and every part of it', async ({ page }) => {
  await page.goto('/sponsor/projects');
  await page
    .getByRole('link', { name: /Chest radiograph findings/ })
    .first()
    .click();
  await page.waitForURL(/projects\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expectAccessible(page);
  const project = page.url().replace(/\/$/, '');
  for (const part of [
    'dashboard',
    'dataset',
    'protocol',
    'gold',
    'bids',
    'pilots',
    'batches',
    'questions',
    'quality',
    'money',
  ]) {
    await page.goto(`${project}/${part}`);
    await expect(page.getByRole('heading', { level: 1 }), part).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
  }
});

test('the pilot’s card shows every criterion with interval, n and verdict, and a missing reference in words', async ({
  page,
}) => {
  await page.goto('/sponsor/projects');
  await page
    .getByRole('link', { name: /Fitness for anaesthesia/ })
    .first()
    .click();
  await page.waitForURL(/projects\/[0-9a-f-]{36}/);
  await page.goto(`${page.url().replace(/\/$/, '')}/pilots`);
  await page.locator('main a[href*="/pilots/"]').first().click();
  await expect(page.getByRole('heading', { level: 1, name: /Pilot of Meridian Readers/ })).toBeVisible();
  await expect(page.getByText(/Reliability of Fitness/).first()).toBeVisible();
  await expectAccessible(page);
});

test('who has no right to read is sent home from every page of readers, also where a right of their own would fill it', async ({
  page,
}) => {
  await expectSentHome(page, '/sponsor', [
    '/work',
    '/work/agreements',
    '/work/agreements/00000000-0000-7000-8000-000000000000',
    '/work/availability',
    '/work/calls',
    '/work/credentials',
    '/work/earnings',
    '/work/qualifications',
    '/work/team',
    '/work/read/00000000-0000-7000-8000-000000000000',
  ]);
});

for (const path of [
  '/sponsor',
  '/sponsor/projects',
  '/sponsor/money',
  '/sponsor/agreements',
  '/sponsor/team',
  '/sponsor/projects/new',
]) {
  test(`${path} is accessible and fits a phone`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
}
