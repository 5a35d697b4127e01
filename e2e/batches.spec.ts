import { expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const preview = (page: Page) => page.getByRole('region', { name: 'What the batch would hold' });

/** Opens the batches of the demo's running project. */
async function openBatches(page: Page): Promise<void> {
  await signIn(page, demoLogin('sponsor'));
  await page.goto('/sponsor/projects');
  await page
    .getByRole('link', { name: /Chest radiograph findings/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'Batches', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Batches', exact: true })).toBeVisible();
}

/** Gives the draft up again, so that the demo is as it was. */
async function discardDraft(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard draft' }).click();
  await expect(page.getByRole('heading', { name: 'Batches', exact: true })).toBeVisible();
}

test('a batch is drawn from a filter: the preview says what it holds, faults are said before anything is made, and the draft is what was previewed', async ({
  page,
}) => {
  await openBatches(page);
  await page.getByRole('link', { name: 'Create batch' }).click();
  await expect(preview(page)).toContainText('that fit');
  await page.getByRole('checkbox', { name: 'F', exact: true }).click();
  // Known classes are ticked by what they are called; none of them ticked is any.
  await page.getByLabel('Known class of').selectOption({ label: 'Main finding' });
  const nodule = page.getByRole('group', { name: 'is one of' }).getByRole('checkbox', { name: 'Nodule' });
  await nodule.click();
  await expect(nodule).toBeChecked();
  await nodule.click();
  await page.getByText('Drawn by stratum').click();
  await page.getByLabel('Cases', { exact: true }).fill('12');
  await page.getByRole('checkbox', { name: 'Site', exact: true }).click();
  await expect(preview(page).getByRole('table', { name: 'Strata' })).toBeVisible();
  await expect(preview(page)).toContainText(/^The batch\s*12/);
  await expectAccessible(page);
  // By keyboard: the line opens, and what cannot be is said in words, before the draft is made.
  await page.locator('summary').filter({ hasText: 'The same reader once more' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('One person reads a case').selectOption('2');
  await page.getByLabel('Again after').fill('soon');
  await page.getByRole('button', { name: 'Create draft batch' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'to correct' })).toContainText(
    'Days until a repeat are a whole number',
  );
  await page.getByLabel('Again after').fill('21');
  await page.locator('summary').filter({ hasText: 'Holding cases' }).click();
  await page.getByLabel('A case is held for').fill('20');
  await page.getByLabel('Ready ahead').fill('5');
  await page.getByLabel('Name').fill('Drawn in a journey');
  await page.getByRole('button', { name: 'Create draft batch' }).click();
  await expect(page.getByRole('heading', { name: 'Drawn in a journey' })).toBeVisible();
  await expect(page.getByText(/^12 of \d+ cases, drawn by stratum/)).toBeVisible();
  await expect(page.getByText('read twice by the same person, 21 days apart')).toBeVisible();
  await expect(page.getByText('A case is held for 20 minutes')).toContainText('5 more are held ready ahead');
  await nameReaders(page);
  await discardDraft(page);
});

/** Who may read: named people alone, of whom there is one at least, and everybody again. */
async function nameReaders(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Name readers' }).click();
  const dialog = page.getByRole('dialog', { name: 'Who may read this batch' });
  // Its fields come after it: the keyboard goes on from the button that it began at.
  await expect(dialog.getByRole('radio', { name: /Everybody/ })).toBeFocused();
  await dialog.getByRole('radio', { name: /Named people/ }).click();
  await expect(dialog.getByText('With nobody named it is read by nobody.')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Let 0 people read' })).toBeDisabled();
  await expectAccessible(page);
  const first = dialog.getByRole('checkbox').first();
  await first.click();
  await dialog.getByRole('button', { name: 'Let 1 person read' }).click();
  await expect(dialog).toBeHidden();
  const again = page.getByRole('button', { name: 'Named readers: 1' });
  await expect(again).toBeVisible();
  await again.click();
  await expect(first).toBeChecked();
  await dialog.getByRole('radio', { name: /Everybody/ }).click();
  await dialog.getByRole('button', { name: 'Let everybody read' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Name readers' })).toBeVisible();
}

test('a relabel opens with its filter filled in, and stands beside the labels that were before', async ({
  page,
}) => {
  await openBatches(page);
  await page.getByRole('link', { name: 'Production 1', exact: true }).click();
  await page.getByRole('link', { name: 'Relabel R02’s cases' }).click();
  await expect(page.getByLabel('Labelled in')).toHaveValue(/.+/);
  await expect(page.getByLabel('Read by')).toHaveValue('R02');
  await expect(page.getByRole('radio', { name: /Other people/ })).toBeChecked();
  await expect(preview(page)).toContainText('that fit');
  await page.getByLabel('Name').fill('Read again in a journey');
  await page.getByRole('button', { name: 'Create draft batch' }).click();
  await expect(page.getByRole('heading', { name: 'Read again in a journey' })).toBeVisible();
  // By what it was chosen stays with it.
  await expect(page.getByText('Read by R02 of “Production 1”')).toBeVisible();
  await page.getByRole('link', { name: 'Old against new' }).click();
  await expect(page.getByText('Nothing to compare yet')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Back to the batch' }).click();
  await discardDraft(page);
});

test('whoever leads quality pauses a reader of a batch with a reason and lets them go on (R26)', async ({
  page,
}) => {
  await openBatches(page);
  await page
    .getByRole('link', { name: /^Production 1/ })
    .first()
    .click();
  const readers = page.getByRole('table', { name: 'Readers' });
  const pause = readers.getByRole('button', { name: /^Pause R\d+$/ }).first();
  const alias = ((await pause.textContent()) ?? '').replace('Pause ', '').trim();
  await pause.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: `Pause ${alias}` }).click();
  await expect(dialog.getByText('Say why, in at least 3 characters.')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Sides are mixed up; we talk about it first.');
  await dialog.getByRole('button', { name: `Pause ${alias}` }).click();
  await expect(dialog).toBeHidden();
  const row = readers.getByRole('row').filter({ hasText: 'Sides are mixed up' });
  await expect(row).toContainText(alias);
  // The focus is where it came from, on what can be done now.
  const resume = row.getByRole('button', { name: `Resume ${alias}` });
  await expect(resume).toBeFocused();
  await resume.click();
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('We have talked.');
  await dialog.getByRole('button', { name: `Resume ${alias}` }).click();
  await expect(readers.getByRole('button', { name: `Pause ${alias}`, exact: true })).toBeVisible();
  await expect(readers).not.toContainText('Sides are mixed up');
});

test('a batch form says what the panel will have to decide, and whose people must be others (R25, R23)', async ({
  page,
}) => {
  await openBatches(page);
  await page.getByRole('link', { name: 'Create batch' }).click();
  const forecast = page.getByRole('status').filter({ hasText: 'Expect your panel to decide' });
  // The preview gives the number of cases: before it stands there, the forecast changes by itself.
  await expect(preview(page)).toContainText('that fit');
  await expect(forecast).toContainText(/of \d+ cases/);
  const before = await forecast.textContent();
  await page.getByLabel('Reads per case', { exact: true }).fill('5');
  await expect(forecast).not.toHaveText(before ?? '');
  const apart = page.getByRole('group', { name: 'The people here must be others than in' });
  const chosen = apart.getByRole('checkbox').first();
  await chosen.click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Create draft batch' }).click();
  const others = page.getByText('Its people are others than in');
  await expect(others).toContainText('That can be changed until it is opened.');
  await page.getByRole('button', { name: 'Keep people apart' }).click();
  const dialog = page.getByRole('dialog', { name: 'Whose people are others' });
  await dialog.getByRole('checkbox', { checked: true }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save whose people are others' }).click();
  await expect(others).toHaveCount(0);
  await discardDraft(page);
});
