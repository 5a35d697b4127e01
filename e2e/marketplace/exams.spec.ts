import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, open, pageOf, press, projectPath } from './market-steps.ts';

const TITLE = 'Pneumothorax on chest films';

test('the operator sets a new exam that holds everywhere, makes its sitting from signed gold, and a reader takes it up', async ({
  page,
  browser,
}) => {
  await signIn(page, demoLogin('operator'));
  await open(page, '/sponsor/exams', 'Exams');
  await expect(page.getByText('4 exams are set, all can be taken now.')).toBeVisible();
  await expect(
    page.getByRole('listitem').filter({ hasText: 'Chest radiograph basics' }).first(),
  ).toContainText('n 3 people');
  await expectAccessible(page);

  await test.step('it is set by a form that says what is missing', async () => {
    await press(page.getByRole('button', { name: 'Set an exam' }));
    const dialog = page.getByRole('dialog');
    await press(dialog.getByLabel('Title'));
    await expect(dialog.getByLabel('Title')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Title').fill(TITLE);
    await dialog.getByLabel('Which').fill('Chest');
    await dialog.getByLabel('Pass level').fill('60');
    await dialog.getByLabel('Paid per case').fill('0.70');
    await expectAccessible(page);
    await press(dialog.getByRole('button', { name: 'Set the exam' }));
    await expect(dialog).toBeHidden();
    await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: TITLE })).toContainText(
      'It has no sitting yet.',
    );
  });

  await test.step('a sitting of its own gold is drafted and opened on the platform’s own project', async () => {
    const path = await projectPath(await apiOf(demoLogin('operator')), 'General exams');
    await open(page, `${path}/gold`, 'Gold');
    await expectAccessible(page);
    await press(page.getByRole('button', { name: 'Make an exam or training' }));
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Passing it counts for').selectOption({ label: `${TITLE} (every project)` });
    await dialog.getByLabel('Name', { exact: true }).fill('Winter sitting');
    await dialog.getByLabel('Cases').fill('8');
    await press(dialog.getByRole('button', { name: 'Create draft' }));
    await page.waitForURL(/\/batches\/[0-9a-f-]{36}$/);
    await press(page.getByRole('button', { name: 'Open batch' }));
    await expect(page.getByText(/is reserved; what is not spent comes back/)).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('a reader of the largest vendor finds it with what passing takes, and begins', async () => {
    const reader = await pageOf(browser, 'annotator');
    await open(reader, '/work/qualifications', 'Qualifications');
    const exam = reader
      .getByRole('region', { name: 'Exams that hold in every project' })
      .getByRole('listitem')
      .filter({ hasText: TITLE });
    await expect(exam).toContainText('passed with 8 of 8 right, which shows 60 %');
    await press(exam.getByRole('button', { name: `Take the exam: ${TITLE}` }));
    await expect(reader.getByText(/^Case 1 of 8/)).toBeVisible();
    await reader.context().close();
  });

  await open(page, '/sponsor/exams', 'Exams');
  await expect(page.getByRole('listitem').filter({ hasText: 'Winter sitting' }).last()).toContainText(
    '8 cases · 1 of 10 places taken',
  );
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});
