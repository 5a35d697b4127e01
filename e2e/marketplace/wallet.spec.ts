import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, open, pageOf, press } from './market-steps.ts';

test('a reader of the largest vendor sees what is proven, adds a language, and finds it at the operator’s desk', async ({
  page,
  browser,
}) => {
  const login = demoLogin('annotator');
  await signIn(page, login);
  await open(page, '/work/credentials', 'Credentials');
  const wallet = page.getByRole('region', { name: 'Your credentials' });
  await expect(wallet.getByRole('listitem').filter({ hasText: 'Chest radiograph basics' })).toContainText(
    '12 of 12 right; pass level 75 %.',
  );
  await expectAccessible(page);
  await press(page.getByRole('button', { name: 'Add credential' }));
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('What is it?').selectOption({ label: 'Language' });
  await dialog.getByLabel('Language', { exact: true }).selectOption({ label: 'French' });
  await expectAccessible(page);
  await press(dialog.getByRole('button', { name: 'Add credential' }));
  await expect(dialog).toBeHidden();
  await expect(wallet.getByRole('heading', { name: 'French, C1' })).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);

  const { name } = await (await apiOf(login)).identity.me.query();
  const operator = await pageOf(browser, 'operator');
  await open(operator, '/operator/credentials', 'Verification desk');
  await operator.getByRole('searchbox', { name: 'Person, credential or number' }).fill('French');
  await operator.keyboard.press('Enter');
  const line = operator.getByRole('navigation', { name: 'In line' });
  await expect(line.getByRole('link', { name: new RegExp(`^French ?${name}`) })).toBeVisible();
  await operator.context().close();
});

test('work for me says what can be read for how much, and of exams which are passed, begun and closed, and why', async ({
  page,
}) => {
  await signIn(page, demoLogin('annotator'));
  const now = page.getByRole('region', { name: 'Read now' });
  await expect(now.getByRole('listitem').filter({ hasText: 'Autumn intake' }).first()).toContainText('due 2');
  await expectAccessible(page);
  await open(page, '/work/qualifications', 'Qualifications');
  const exams = page.getByRole('region', { name: 'Exams that hold in every project' });
  const line = (title: string) => exams.getByRole('listitem').filter({ hasText: title });
  await expect(line('Chest radiograph basics')).toContainText('Passed, counts until');
  await expect(line('Reading on a small screen')).toContainText(
    'The sittings that are open hold cases that you have met. Look again when another opens.',
  );
  await expect(line('Ultrasound views').getByRole('button', { name: /^Go on/ })).toBeVisible();
  await expect(line('Words of a report').getByRole('button', { name: /^Take the exam/ })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});

test('on their own account, somebody who has accepted an offer reads what stands in the way and what opens it', async ({
  page,
}) => {
  await signIn(page, demoLogin('independent'));
  const why = page.getByRole('region', { name: 'Why not the rest' });
  await expect(why).toContainText(
    'On your own account you pass the exam on this version of the protocol first (R17). It is paid (R34).',
  );
  await expectAccessible(page);
  await press(why.getByRole('link', { name: 'See trainings and exams' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Qualifications' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Start: .*Exam for direct readers$/ })).toBeVisible();
});
