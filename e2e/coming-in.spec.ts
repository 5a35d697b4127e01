import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { type DemoRole, demoLogin, signIn } from './people.ts';

const HOMES: Record<DemoRole, string> = {
  sponsor: '/sponsor',
  clinical_lead: '/sponsor',
  ml_lead: '/sponsor',
  finance: '/sponsor',
  vendor: '/vendor',
  annotator: '/work',
  independent: '/work',
  operator: '/operator',
};

test('a wrong password is refused in words that do not say whether the account exists', async ({ page }) => {
  await page.goto('/sign-in');
  await expectAccessible(page);
  for (const email of [demoLogin('sponsor').email, 'nobody@nowhere.example']) {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('The e-mail address or the password is not right.').first()).toBeVisible();
  }
});

for (const [role, home] of Object.entries(HOMES) as [DemoRole, string][]) {
  test(`${role} signs in and lands on ${home}, which is accessible and fits a phone`, async ({ page }) => {
    await signIn(page, demoLogin(role));
    await expect(page).toHaveURL(new RegExp(`${home}(\\?|$)`));
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
}

test('pages of another role send a person to their own home, and strangers to sign in', async ({ page }) => {
  await page.goto('/operator');
  await expect(page).toHaveURL(/sign-in/);
  await signIn(page, demoLogin('vendor'));
  await page.goto('/operator/money');
  await expect(page).toHaveURL(/\/vendor/);
});
