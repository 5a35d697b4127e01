import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const preview = (page: Page) => page.getByRole('region', { name: 'What the batch would hold' });

/** Opens the models of the demo's running project. */
async function openModels(page: Page): Promise<void> {
  await signIn(page, demoLogin('sponsor'));
  await page.goto('/sponsor/projects');
  await page
    .getByRole('link', { name: /Chest radiograph findings/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'Models', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Models', exact: true })).toBeVisible();
}

test('a model’s answers are imported, held against the labels, and what it got wrong is chosen to be read again', async ({
  page,
}) => {
  await openModels(page);
  await expect(page.getByText(/^chest-net 1\.2 differs from the final label in/)).toBeVisible();
  await expectAccessible(page);
  // What is wrong in the file is said by line, and nothing is kept.
  await page.getByLabel('Model', { exact: true }).fill('all-clear');
  await page.getByLabel('Version', { exact: true }).fill('0.1');
  const pasted = page.getByLabel('Or paste its lines');
  await pasted.fill('case_id,finding,confidence\nCXR-001,none,0.9\nCXR-999,none,1.9');
  await page.getByRole('button', { name: 'Check the answers' }).click();
  const problems = page.getByRole('region', { name: 'Problems by line' });
  await expect(problems.getByRole('row').nth(1)).toContainText('A confidence is a number from 0 to 1');
  // What the sticky bar covers a part of has no size of its own.
  await page.evaluate(() => scrollTo(0, 0));
  await expectAccessible(page);
  const ids = Array.from({ length: 84 }, (_, i) => `CXR-${String(i + 1).padStart(3, '0')}`);
  await pasted.fill(['case_id,finding,confidence', ...ids.map((id) => `${id},none,0.9`)].join('\n'));
  await page.getByRole('button', { name: 'Check the answers' }).click();
  const checked = page.getByRole('status', { name: 'What would be imported' });
  await expect(checked).toContainText('Main finding: 84 answers (No finding 84)');
  // By keyboard: what was checked is kept.
  await page.getByRole('button', { name: 'Import 84 answers' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^all-clear 0\.1 differs from the final label in/)).toBeVisible();
  await expectAccessible(page);

  const missed = page.getByRole('link', { name: /^\d+ cases? labelled “Nodule” that it called otherwise$/ });
  const wrong = Number(/\d+/.exec((await missed.textContent()) ?? '')?.[0]);
  expect(wrong).toBeGreaterThan(0);
  await missed.click();
  await expect(page.getByLabel('Model', { exact: true }).locator('option:checked')).toContainText(
    'all-clear',
  );
  await expect(page.getByLabel('Labelled as').locator('option:checked')).toHaveText('Nodule');
  // Gold is dealt on top where it is dealt; without, the batch is exactly the failures that were counted.
  await page.getByRole('radio', { name: /^None/ }).click();
  await expect(preview(page)).toContainText(new RegExp(`^The batch\\s*${wrong} of ${wrong} cases? that`));
  await page.getByLabel('Its confidence').selectOption('at_least');
  await page.getByLabel('Confidence from 0 to 1').fill('0.95');
  await expect(preview(page)).toContainText('No cases are chosen.');
  await page.getByLabel('Its confidence').selectOption('');
  await expect(preview(page)).toContainText(new RegExp(`^The batch\\s*${wrong} of`));
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);

  // A wrong import is withdrawn, and nothing more is chosen by it.
  await page.getByRole('link', { name: 'Models', exact: true }).click();
  await expectFits(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'Withdraw all-clear 0.1' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Withdraw the answers' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Reason' })).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('It was a journey’s own and no model.');
  await dialog.getByRole('button', { name: 'Withdraw the answers' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('It was a journey’s own and no model.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Withdraw all-clear 0.1' })).toHaveCount(0);
});
