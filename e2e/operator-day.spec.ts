import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

test.beforeEach(async ({ page }) => {
  await signIn(page, demoLogin('operator'));
});

test('ledger and rails agree, and a payout run is started and accounted for', async ({ page }) => {
  await page.goto('/operator/money');
  await expect(page.getByText('Ledger, Stripe and transfers agree to the cent')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start payout run' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Start payout run' }).click();
  await expect(dialog).toBeHidden();
  await page.reload();
  await expect(page.getByText('Ledger, Stripe and transfers agree to the cent')).toBeVisible();
});

for (const path of [
  '/operator',
  '/operator/organisations',
  '/operator/credentials',
  '/operator/agreements',
  '/operator/money',
  '/operator/health',
]) {
  test(`${path} is accessible and fits a phone`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
}
