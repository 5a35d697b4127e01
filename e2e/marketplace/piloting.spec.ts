import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, open, press, projectPath } from './market-steps.ts';

test('three pilots on the same cases: one passed, one is open, one failed; the card that does not decide is extended by signature', async ({
  page,
}) => {
  await signIn(page, demoLogin('sponsor'));
  const title = 'Fundus photographs: retinopathy grade';
  const path = await projectPath(await apiOf(demoLogin('sponsor')), title);
  await open(page, `${path}/pilots`, 'Pilots');
  await expect(page.getByText('3 wait for your decision.')).toBeVisible();
  const table = page.getByRole('table', { name: 'Pilots' });
  for (const verdict of ['Pass', 'Inconclusive', 'Fail'])
    await expect(table.getByRole('row', { name: new RegExp(` ${verdict} Open `) })).toHaveCount(1);
  await expect(page.getByRole('heading', { name: 'Side by side' })).toBeVisible();
  await expect(
    page.getByText(/Decided: .* is better than .*Rift|Decided: .* is better than/).first(),
  ).toBeVisible();
  await expectAccessible(page);

  await test.step('the failed one cannot be awarded, and may be granted one retry', async () => {
    await press(table.getByRole('row', { name: / Fail Open / }).getByRole('link'));
    await expect(page.getByText('A failed pilot can’t be awarded.')).toBeVisible();
    await expect(page.getByRole('radio', { name: /Award work/ })).toBeDisabled();
    await expect(page.getByRole('radio', { name: /Grant one retry/ })).toBeEnabled();
    await page.goBack();
  });

  await test.step('the one that cannot be told is extended by so many paid cases, with a reason and a signature', async () => {
    await press(table.getByRole('row', { name: / Inconclusive Open / }).getByRole('link'));
    await expect(page.getByText('Can’t be told yet').first()).toBeVisible();
    await expect(
      page.getByText(/About .* more cases? would decide it, if the value stays\./).first(),
    ).toBeVisible();
    await expectAccessible(page);
    await press(page.getByRole('radio', { name: /Extend pilot/ }), 'Space');
    await page.getByLabel('Reason').fill('More cases will tell.');
    await press(page.getByRole('button', { name: 'Sign decision' }));
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Type your full name').fill('Sofia Lindqvist');
    await dialog.getByLabel('Password').fill(demoLogin('sponsor').password);
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: /^Sign/ }).click();
    await expect(
      page.getByText('Extension ordered and open; nobody has read the new cases yet.'),
    ).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
});

test('no page on quality says before what the readers of a pilot answered while another of its call is read (R15)', async ({
  page,
}) => {
  await signIn(page, demoLogin('sponsor'));
  const path = await projectPath(await apiOf(demoLogin('sponsor')), 'Brain MRI: acute infarct');
  for (const [part, title] of [
    ['quality', 'Quality'],
    ['quality/continuous', 'Quality day by day'],
    ['quality/confusion', 'Confusions'],
  ] as const) {
    await open(page, `${path}/${part}`, title);
    await expect(page.getByText('2 of the 3 pilots of this call are still to be read.')).toBeVisible();
  }
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
  await press(page.getByRole('link', { name: 'Open the pilots' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Pilots' })).toBeVisible();
});

test('a failed pilot whose retry was granted is ordered again; one that was extended withholds its new card', async ({
  page,
}) => {
  await signIn(page, demoLogin('sponsor', 1));
  const title = 'Echocardiogram: view';
  const api = await apiOf(demoLogin('sponsor', 1));
  const path = await projectPath(api, title);
  await open(page, `${path}/pilots`, 'Pilots');
  const table = page.getByRole('table', { name: 'Pilots' });
  await press(table.getByRole('row', { name: / Inconclusive / }).getByRole('link'));
  await expect(page.getByText('The extension is being read.')).toBeVisible();
  await expect(page.getByText('so that all bidders are judged alike (R15)', { exact: false })).toBeVisible();
  await page.goBack();
  await press(table.getByRole('row', { name: / Fail / }).getByRole('link'));
  await expect(page.getByText('Failed; one retry granted, and signed.')).toBeVisible();
  await expectAccessible(page);
  await press(page.getByRole('button', { name: 'Order retry' }));
  await expectAccessible(page);
  await press(page.getByRole('dialog').getByRole('button', { name: 'Order retry' }));
  await expect(page.getByText('The retry is ordered and open.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Retry' })).toBeVisible();
  const pilots = await api.pilots.ofProject.query({ projectId: path.split('/').at(-1) ?? '' });
  expect(pilots.map((one) => one.status).toSorted()).toEqual(['reading', 'reading']);
});
