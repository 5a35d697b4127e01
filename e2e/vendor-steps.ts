import { expect, type Page } from '@playwright/test';

/** Bids on the call of a project by the form, wrong at first: nobody named, a price that is none. */
export async function bid(
  page: Page,
  project: string,
  offer: { price: string; people: readonly string[]; reviewer: string; unqualified: string },
): Promise<void> {
  await page.goto('/vendor/calls');
  await page.getByRole('link', { name: project }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: project })).toBeVisible();
  await page.getByLabel('Price per read').fill('0');
  await page.getByLabel('Reads per day').fill('400');
  await page.getByLabel('Start').fill(new Date().toISOString().slice(0, 10));
  await page.getByLabel('Country').fill('US');
  const submit = page.getByRole('button', { name: 'Submit binding bid' });
  await submit.click();
  const problems = page.getByRole('alert').filter({ hasText: 'to correct' });
  await expect(problems).toContainText('The price must be above zero.');
  await expect(problems).toContainText('name at least 2 annotators (now 0)');
  await page.getByLabel('Price per read').fill(offer.price);
  const named = (name: string) => page.getByRole('checkbox', { name, exact: true });
  for (const name of [...offer.people, offer.reviewer, offer.unqualified]) await named(name).check();
  await page.getByLabel(`Role of ${offer.reviewer}`).selectOption('reviewer');
  await submit.click();
  await expect(problems).toContainText(`${offer.unqualified}: Needs`);
  await named(offer.unqualified).uncheck();
  await submit.click();
  await page.waitForURL(/vendor\/bids$/);
  await expect(page.getByText(project).first()).toBeVisible();
}

/** Sets up where a vendor is paid, by the rail's own form. */
export async function setUpPayouts(page: Page): Promise<void> {
  await page.goto('/vendor/statement');
  await page.getByRole('button', { name: 'Set up payouts' }).click();
  await page.getByRole('button', { name: 'Finish at Stripe' }).click();
  await page.getByRole('button', { name: /Provide everything: ready to be paid/ }).click();
  await page.waitForURL(/vendor\/statement/);
  await expect(async () => {
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(page.getByText('Ready to be paid.')).toBeVisible({ timeout: 2_000 });
  }).toPass();
}
