import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const PROJECT = 'Chest radiograph findings';
const READERS = ['ruth-rivera', 'sami-saito', 'tara-thomas', 'uma-usman'] as const;

async function openPlanner(page: Page): Promise<void> {
  await page.goto('/vendor/roster');
  await page.getByRole('link', { name: PROJECT }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: PROJECT })).toBeVisible();
}

async function plan(page: Page, settings: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(settings))
    await page.getByRole('textbox', { name: label, exact: true }).fill(value);
  await page.getByRole('button', { name: 'Plan roster' }).click();
}

/** Accepts what is asked of somebody on their own page; false when nothing is. */
async function accept(page: Page, person: (typeof READERS)[number]): Promise<boolean> {
  await page.context().clearCookies();
  await signIn(page, { ...demoLogin('annotator'), email: `${person}@demo.example` });
  await page.goto('/work/availability');
  await expect(page.getByRole('heading', { level: 1, name: 'Availability' })).toBeVisible();
  const asked = page.getByRole('region', { name: 'Asked of you' });
  if (!(await asked.isVisible())) return false;
  const button = asked.getByRole('button', { name: `Accept ${PROJECT}` });
  if (await button.isVisible()) await button.click();
  await expect(asked.getByText('accepted', { exact: true })).toBeVisible();
  return true;
}

test('a vendor plans, meets a conflict, relaxes it, chooses; people accept; one drops out and another takes over', async ({
  page,
}) => {
  test.setTimeout(300_000);
  await signIn(page, demoLogin('vendor'));
  await openPlanner(page);
  await expectAccessible(page);

  await test.step('what cannot be is told at its field before anything is solved', async () => {
    await plan(page, { 'Reads a week': 'many', Weeks: '4' });
    await expect(page.getByRole('alert').filter({ hasText: 'one number for every week' })).toBeVisible();
  });

  await test.step('too many reads for four people: what is short, and what would do', async () => {
    await plan(page, { 'Reads a week': '9000', Weeks: '2', Reviewed: '0', 'Reads per case': '3' });
    const conflict = page.getByRole('region', { name: 'What conflicts' });
    await expect(conflict).toBeVisible({ timeout: 90_000 });
    await expect(conflict.getByText(/Reads are [\d,]+ short/)).toBeVisible();
    await expect(conflict.getByText(/more annotators? of the usual/)).toBeVisible();
    await expectAccessible(page);
    await conflict.getByRole('button', { name: /^Try: .*fewer/ }).click();
    await expect(page.getByRole('region', { name: /^Plan \d+$/ })).toBeVisible({ timeout: 90_000 });
  });

  await test.step('a smaller plan leaves somebody on the bench, and a what-if shows before and after', async () => {
    await plan(page, { 'Reads a week': '300' });
    const shown = page.getByRole('region', { name: /^Plan \d+$/ });
    await expect(shown.getByText('3 people make 600 reads')).toBeVisible({ timeout: 90_000 });
    await expect(shown.getByText(/HiGHS, .* (proven best|within .* of the best possible)/)).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel('Weeks for the same cases').fill('3');
    await page.getByRole('button', { name: 'Plan this what-if' }).click();
    const compared = page.getByRole('table', { name: 'Before and after' });
    await expect(compared.getByRole('row', { name: /^Weeks 2 3$/ })).toBeVisible({ timeout: 90_000 });
  });

  await test.step('choosing asks its people', async () => {
    await page.getByRole('button', { name: 'Choose this plan' }).click();
    const dialog = page.getByRole('dialog');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: /^Ask \d+ people$/ }).click();
    await expect(page.getByRole('table', { name: 'People on the roster' })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('button', { name: /drops out$/ }).first()).toBeVisible();
  });

  const accepted: string[] = [];
  await test.step('each of them accepts on their own page', async () => {
    for (const person of READERS) if (await accept(page, person)) accepted.push(person);
    expect(accepted).toHaveLength(3);
  });

  await test.step('one drops out; the substitute is proposed with reasons, and the plan is made again around the others', async () => {
    await page.context().clearCookies();
    await signIn(page, demoLogin('vendor'));
    await openPlanner(page);
    await expect(page.getByRole('table', { name: 'People on the roster' })).toBeVisible({ timeout: 60_000 });
    const leaves = page.getByRole('button', { name: /drops out$/ }).first();
    await leaves.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take off the roster' }).click();
    await page.getByRole('button', { name: /^Find a substitute for/ }).click();
    const sheet = page.getByRole('dialog');
    await expect(sheet.getByText('Meets what', { exact: false }).first()).toBeVisible();
    await expectAccessible(page);
    await sheet
      .getByRole('button', { name: /^Plan again with/ })
      .first()
      .click();
    await expect(page.getByRole('table', { name: 'Before and after' })).toBeVisible({ timeout: 90_000 });
    await page.getByRole('button', { name: 'Choose this plan' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Ask \d+ people$/ })
      .click();
    const table = page.getByRole('table', { name: 'People on the roster' });
    await expect(table).toBeVisible({ timeout: 60_000 });
    await expect(table.getByText('asked', { exact: true }).first()).toBeVisible();
  });

  await test.step('the bench shows who is booked', async () => {
    await page.goto('/vendor/roster/bench');
    await expect(page.getByRole('table', { name: /Your people/ })).toBeVisible();
    await expect(page.getByText(/of .* h offered in the next eight weeks are booked/)).toBeVisible();
    await expectAccessible(page);
  });
});

test('an annotator says when they can work and enters days away; what cannot be is told at its field', async ({
  page,
}) => {
  await signIn(page, { ...demoLogin('annotator'), email: 'uma-usman@demo.example' });
  await page.goto('/work/availability');
  await expectAccessible(page);
  await page.getByLabel('Hours a week').fill('79');
  await page.getByRole('button', { name: 'Save availability' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'your windows hold' })).toBeVisible();
  await page.getByLabel('Hours a week').fill('24');
  await page.getByRole('button', { name: 'Save availability' }).click();
  await expect(page.getByText('Saved: rosters made from now on go by it')).toBeVisible();
  const away = page.getByRole('region', { name: 'Days away' });
  await away.getByLabel('First day').fill('2031-05-10');
  await away.getByLabel('Last day').fill('2031-05-02');
  await away.getByRole('button', { name: 'Add days away' }).click();
  await expect(away.getByRole('alert')).toContainText('The last day lies before the first');
  await away.getByLabel('Last day').fill('2031-05-12');
  await away.getByRole('button', { name: 'Add days away' }).click();
  await away.getByRole('button', { name: 'Take back the days away from 2031-05-10' }).click();
  await expect(away.getByRole('button', { name: /Take back/ })).toHaveCount(0);
});

for (const path of ['/vendor/roster', '/vendor/roster/bench']) {
  test(`${path} fits a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await signIn(page, demoLogin('vendor'));
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
  });
}

test('the planner and the availability page fit a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, demoLogin('vendor'));
  await openPlanner(page);
  await expectFits(page);
  await page.context().clearCookies();
  await signIn(page, demoLogin('annotator'));
  await page.goto('/work/availability');
  await expect(page.getByRole('heading', { level: 1, name: 'Availability' })).toBeVisible();
  await expectFits(page);
  await expectAccessible(page);
});
