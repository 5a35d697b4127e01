import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

test.beforeEach(async ({ page }) => {
  await signIn(page, demoLogin('annotator'));
});

test('a reader sees work with its pay, and reads cases by the keyboard alone', async ({ page }) => {
  await expect(page.getByRole('region', { name: 'Read now' })).toBeVisible();
  await expectAccessible(page);
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Production 1' })
    .getByRole('button', { name: /Go on|Start/ })
    .click();
  for (let read = 0; read < 3; read += 1) {
    const report = page
      .getByText(/Report CXR-\d+/)
      .filter({ visible: true })
      .first();
    await expect(report).toBeVisible();
    const before = await report.textContent();
    if (read === 0) await expectAccessible(page);
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await expect(report).not.toHaveText(before ?? '');
  }
});

test('a rule between fields is explained where it is broken, and nothing is sent', async ({ page }) => {
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Production 1' })
    .getByRole('button', { name: /Go on|Start/ })
    .click();
  const report = page
    .getByText(/Report CXR-\d+/)
    .filter({ visible: true })
    .first();
  await expect(report).toBeVisible();
  const before = await report.textContent();
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
  await expect(
    page
      .getByRole('alert')
      .or(page.getByText(/Nodule size|needed|required/i))
      .first(),
  ).toBeVisible();
  await expect(report).toHaveText(before ?? '');
});

for (const path of ['/work', '/work/earnings', '/work/credentials', '/work/agreements']) {
  test(`${path} is accessible and fits a phone`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
}
