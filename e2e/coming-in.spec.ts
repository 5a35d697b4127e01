import { expect, type Page, test } from '@playwright/test';
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

test('a newcomer signs up, confirms the address by the mail, and sets a forgotten password by another', async ({
  page,
}) => {
  const email = `newcomer-${Date.now().toString(36)}@example.org`;
  const password = 'a few words to come in';
  await page.goto('/sign-up');
  await page.getByRole('radio', { name: /I read/ }).click();
  await page.getByLabel('Name', { exact: true }).fill('Nia Newcomer');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Country you work in').selectOption({ label: 'Slovenia' });
  await page.getByLabel('Password').fill('nianewcomer1');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('link', { name: /This password is easy to guess/ })).toBeVisible();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL(/\/work/);
  const notice = page.getByRole('region', { name: 'Notice' });
  await expect(notice).toContainText('Confirm your address');
  await expectAccessible(page);

  await openMailedLink(page, email, 'Confirm your address for Readroom');
  await expect(page.getByRole('heading', { level: 1, name: 'Confirm your address' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await expect(page).toHaveURL(/\/work/);
  await expect(notice).toContainText('waits for verification by an operator');

  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page).toHaveURL(/sign-in/);
  await page.getByRole('link', { name: 'Forgotten your password?' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Forgotten password' })).toBeVisible();
  await page.getByLabel('E-mail address').fill('nobody@nowhere.example');
  await page.getByRole('button', { name: 'Send link' }).click();
  await expect(page.getByRole('status')).toContainText('has an account, the link is on its way');
  await page.getByRole('button', { name: 'Try another address' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send link' }).click();
  await expect(page.getByRole('status')).toContainText('has an account, the link is on its way');
  await expectAccessible(page);
  await openMailedLink(page, email, 'Set a new password for Readroom');
  const link = page.url();
  await page.getByLabel('New password').fill('other words to come in');
  await page.getByRole('button', { name: 'Set new password' }).click();
  await expect(page.getByText('Your new password is set.', { exact: false })).toBeVisible();
  await signIn(page, { email, password: 'other words to come in' });
  await page.goto(link);
  await expect(
    page.getByRole('heading', { level: 1, name: 'This link does not work any more' }),
  ).toBeVisible();
});

/** Opens the link of the newest mail with this subject, once it has arrived in the local mailbox. */
async function openMailedLink(page: Page, email: string, subject: string): Promise<void> {
  const mail = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: subject }) })
    .first();
  await expect(async () => {
    await page.goto(`/mailbox?to=${encodeURIComponent(email)}`);
    await expect(mail).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const href = await mail.getByRole('link').first().getAttribute('href');
  // The link names the installation's own address; the journey stays where it began.
  await page.goto(new URL(href ?? '').pathname);
}
