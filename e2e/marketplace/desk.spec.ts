import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, awake, open, press } from './market-steps.ts';

test.beforeEach(async ({ page }) => {
  await signIn(page, demoLogin('operator'));
});

test('among a thousand claims one is found by its number, verified by keys, and is gone from the line', async ({
  page,
}) => {
  const operator = await apiOf(demoLogin('operator'));
  const waiting = async () => (await operator.credentials.desk.query({})).waiting;
  const before = await waiting();
  expect(before).toBeGreaterThan(1_000);
  await open(page, '/operator/credentials', 'Verification desk');
  const line = page.getByRole('navigation', { name: 'In line' });
  const first = await line.getByRole('listitem').first().textContent();
  await press(line.getByRole('link', { name: 'Next in line' }));
  await expect(line.getByRole('link', { name: 'From the beginning' })).toBeVisible();
  await expect(line.getByRole('listitem').first()).not.toHaveText(first ?? '');
  const { items } = await operator.credentials.desk.query({ reason: 'claim', limit: 50 });
  const claim = items.find((one) => one.identifier !== null && one.kind === 'board_certification');
  if (!claim?.identifier) throw new Error('No claim of the market has such a number.');
  await line.getByRole('searchbox').fill(claim.identifier);
  await page.keyboard.press('Enter');
  await expect(line.getByRole('listitem')).toHaveCount(1);
  const shown = page.getByRole('region', { name: 'Next credential' });
  await expect(shown.getByText(claim.personName).first()).toBeVisible();
  await expectAccessible(page);
  await awake(page.getByRole('button', { name: 'Record check' }));
  await page.keyboard.press('1');
  await expect(page.getByRole('radio', { name: /Verified/ })).toBeChecked();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Recorded as verified')).toBeVisible();
  await expect.poll(waiting).toBe(before - 1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});

test('a delegate’s sample is looked at: what the source said before is shown, and its share moves', async ({
  page,
}) => {
  await open(page, '/operator/delegates', 'Delegates');
  const delegate = page.getByRole('listitem').filter({ hasText: 'Meridian Reading Group' });
  await expect(delegate).toContainText('n 5 samples');
  await expectAccessible(page);
  await press(delegate.getByRole('link', { name: '3 samples wait at the desk' }));
  const line = page.getByRole('navigation', { name: 'In line' });
  await expect(line.getByRole('listitem')).toHaveCount(3);
  await expect(page.getByRole('region', { name: 'Checks so far' })).toBeVisible();
  await expectAccessible(page);
  await awake(page.getByRole('button', { name: 'Record check' }));
  await page.keyboard.press('1');
  await expect(page.getByRole('radio', { name: /Verified/ })).toBeChecked();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Recorded as verified')).toBeVisible();
  await expect(line.getByRole('listitem')).toHaveCount(2);
  await open(page, '/operator/delegates', 'Delegates');
  await expect(delegate).toContainText('n 6 samples');
});

test('a licence that its source has revoked is found adverse: the reader is told and has nothing open any more', async ({
  page,
}) => {
  const operator = await apiOf(demoLogin('operator'));
  const [held] = (await operator.credentials.desk.query({ text: 'Registered nurse', reason: 'claim' })).items;
  if (!held) throw new Error('No nurse of the market waits.');
  await open(page, `/operator/credentials?credential=${held.id}`, 'Verification desk');
  await awake(page.getByRole('button', { name: 'Record check' }));
  await page.keyboard.press('4');
  await page.keyboard.press('Control+Enter');
  await expect(
    page.getByText('Say what was found; the person reads it and may answer.').first(),
  ).toBeVisible();
  await page.getByLabel('Standing at the source').selectOption('revoked');
  await page.getByLabel('Note').fill('The register shows a revocation of last spring.');
  await expectAccessible(page);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/Recorded as (adverse|revoked)/)).toBeVisible();
  const found = await operator.credentials.desk.query({ open: held.id });
  expect(found.opened).toBeNull();
});
