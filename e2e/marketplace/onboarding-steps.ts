import { expect, type Page } from '@playwright/test';
import { open, press } from './market-steps.ts';

export type Newcomer = { name: string; email: string; password: string };

/** Opens an account to read on one's own account, and confirms its address by the mailed link. */
export async function comeIn(page: Page, person: Newcomer): Promise<void> {
  await page.goto('/sign-up');
  await page.getByRole('radio', { name: /I read/ }).click();
  await page.getByLabel('Name', { exact: true }).fill(person.name);
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Country you work in').selectOption({ label: 'United States' });
  await page.getByLabel('Password').fill(person.password);
  await press(page.getByLabel('Password'));
  await expect(page).toHaveURL(/\/work/);
  const link = page.getByRole('link', { name: /\/confirm\// }).first();
  await expect(async () => {
    await page.goto(`/mailbox?to=${encodeURIComponent(person.email)}`);
    await expect(link).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.goto(new URL((await link.getAttribute('href')) ?? '').pathname);
  await press(page.getByRole('button', { name: 'Confirm address' }));
  await expect(page.getByRole('region', { name: 'Notice' })).toContainText('waits for verification');
}

/** Profile, credential and privacy training on the page of one's credentials, which need not wait for anybody. */
export async function fillWallet(page: Page, number: string): Promise<void> {
  await open(page, '/work/credentials', 'Credentials');
  await press(page.getByRole('button', { name: 'Add details' }));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Given names').fill('Dana');
  await dialog.getByLabel(/^Family name/).fill('Newcomer');
  await dialog.getByLabel('Birth date').fill('1984-03-09');
  await press(dialog.getByLabel('Birth date'));
  await expect(dialog).toBeHidden();
  await press(page.getByRole('button', { name: 'Add credential' }).first());
  await dialog.getByLabel('What is it?').selectOption('us_abms');
  await dialog.getByLabel('Issuer').fill('American Board of Radiology');
  await dialog.getByLabel('Title').fill('Diagnostic Radiology');
  await dialog.getByLabel('Specialty').fill('Diagnostic Radiology');
  await dialog.getByLabel('Number').fill(number);
  await dialog.getByLabel('Issued on').fill('2016-06-01');
  await press(dialog.getByRole('button', { name: 'Add credential' }));
  await expect(dialog).toBeHidden();
  await press(page.getByRole('button', { name: 'Do training' }));
  await press(dialog.getByRole('checkbox'), 'Space');
  await press(dialog.getByRole('button', { name: 'Complete training' }));
  await expect(page.getByText('Done', { exact: true })).toBeVisible();
}

/** Answers the `n`th case of a batch by the number key that `keyOf` gives for its place in the dataset. */
export async function readShown(page: Page, n: number, keyOf: (at: number) => string): Promise<void> {
  await expect(page.getByText(new RegExp(`^Case ${n} of`))).toBeVisible();
  const shown = page
    .locator('main')
    .getByText(/^Radiograph \d+ of chest\./)
    .filter({ visible: true })
    .first();
  await expect(shown).toBeVisible();
  await page.keyboard.press(keyOf(Number(/\d+/.exec((await shown.textContent()) ?? '')?.[0]) - 1));
  await page.keyboard.press('Enter');
}
