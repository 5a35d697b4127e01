import { expect, type Page } from '@playwright/test';

/** Bids on the call of a project by the form, wrong at first: nobody named, a price that is none. */
export async function bid(
  page: Page,
  project: string,
  offer: { price: string; people: readonly string[]; unqualified: string },
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
  for (const name of [...offer.people, offer.unqualified]) await named(name).check();
  await submit.click();
  await expect(problems).toContainText(`${offer.unqualified}: Needs`);
  await named(offer.unqualified).uncheck();
  await submit.click();
  await page.waitForURL(/vendor\/bids$/);
  await expect(page.getByText(project).first()).toBeVisible();
}
