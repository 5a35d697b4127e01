import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const READER = { email: 'uma-usman@demo.example', password: demoLogin('annotator').password };

test('a reader in calibration is decided on with reason and evidence, is told, and reads again (R26)', async ({
  page,
  browser,
  baseURL,
}) => {
  await signIn(page, demoLogin('sponsor'));
  const quality = await openQuality(page);
  await page.goto(`${quality}/inbox`);
  const proposal = page.getByRole('article').filter({ hasText: 'paid calibration' });
  await expect(proposal.getByText(/Calibration, \d+ of \d+ cases read/)).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);

  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const reader = await context.newPage();
  await signIn(reader, READER);
  const readNow = reader.getByRole('region', { name: 'Read now' });
  await expect(readNow).toContainText(/Calibration of R\d+, Production 1/);

  await proposal.getByRole('button', { name: /^Decide on R/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Back to work/ }).click();
  await dialog.getByRole('button', { name: 'Record decision' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByRole('alert')).toBeFocused();
  await expectAccessible(page);
  await dialog
    .getByRole('textbox', { name: 'Reason' })
    .fill('The form was misunderstood; the calibration is read well.');
  await dialog
    .getByRole('textbox', { name: 'Evidence' })
    .fill('The calibration’s cases, and what was taken for what.');
  await dialog.getByRole('button', { name: 'Record decision' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/^R\d+: Back to work$/)).toBeVisible();

  await reader.goto('/work');
  await expect(readNow).toContainText('Read cases · Production 1');
  await expect(readNow).not.toContainText('Calibration of');
  await context.close();
});

test('a batch out of tolerance: from its confusions and cases to the cause and a planned action', async ({
  page,
}) => {
  await signIn(page, demoLogin('sponsor'));
  const quality = await openQuality(page);
  for (const part of ['continuous', 'confusion?reference=others']) {
    await page.goto(`${quality}/${part}`);
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await expectAccessible(page);
    await expectFitsPhone(page);
  }
  const table = page.getByRole('region', { name: 'Table of confusions' });
  await table
    .getByRole('link', { name: /Nodule given as/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { name: /^Nodule taken for/ })).toBeVisible();
  // By keyboard: the history opens beside the page, and focus returns to what opened it.
  const history = page.getByRole('button', { name: /Open history/ }).first();
  await history.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(history).toBeFocused();

  await page.goto(`${quality}/inbox`);
  await page.getByRole('link', { name: 'Open the root-cause case' }).first().click();
  await expect(page.getByRole('heading', { name: 'Root cause: Main finding' })).toBeVisible();
  await page
    .getByRole('button', { name: /^Say why they disagree on/ })
    .first()
    .click();
  await page.getByLabel('Why they disagree').selectOption({ label: 'The guideline leaves it open' });
  await page.getByLabel('What is wrong with the label').selectOption({ label: 'Wrong label' });
  await page.getByRole('button', { name: 'Record finding' }).click();
  await expect(page.getByText('points to: Change the protocol', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);

  await page.getByLabel('Kind of disagreement').selectOption({ label: 'The guideline leaves it open' });
  await page.getByLabel('Kind of error').selectOption({ label: 'Wrong label' });
  await page.getByLabel('Put right by').selectOption({ label: 'Change the protocol' });
  await page.getByLabel('The cause, in words').fill('An opacity beside an effusion is not covered.');
  await page.getByRole('button', { name: 'Record the cause' }).click();
  const plan = partOf(page, 'Corrective action');
  await plan.getByLabel('What is done').fill('Add an edge case on opacity with effusion.');
  await plan.getByLabel('Owner').selectOption({ label: 'Clara Clinical' });
  const day = new Date().toISOString().slice(0, 10);
  await plan.getByLabel('Done by').fill(day);
  await plan.getByLabel('Holds from').fill(day);
  await plan.getByRole('button', { name: 'Plan the action' }).click();
  await expect(plan.getByRole('definition').filter({ hasText: 'Clara Clinical' })).toBeVisible();
  await expect(partOf(page, 'Effect')).toBeVisible();
  await expectAccessible(page);
  await expectFitsPhone(page);
});

/** The quality pages of the demo's running project. */
async function openQuality(page: Page): Promise<string> {
  await page.goto('/sponsor/projects');
  const link = page.getByRole('link', { name: /Chest radiograph findings/ }).first();
  const href = await link.getAttribute('href');
  const project = /^\/sponsor\/projects\/[0-9a-f-]{36}/.exec(href ?? '')?.[0];
  if (!project) throw new Error('The demo has no chest project.');
  return `${project}/quality`;
}

/** The part of a page under this heading. */
const partOf = (page: Page, title: string) =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name: title, exact: true }) });

async function expectFitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
  await page.setViewportSize({ width: 1440, height: 900 });
}
