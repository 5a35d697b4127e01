import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { enterAs } from '#e2e/reading-steps.ts';
import { apiOf, open, pageOf, press, projectPath, somebody } from './market-steps.ts';

const INTAKE = 'Winter intake';

test('what stays inside is own staff’s alone, what is beyond their hours is the vendor’s from the start', async ({
  page,
  browser,
}) => {
  const sponsor = await apiOf(demoLogin('sponsor'));
  const project = await projectPath(sponsor, 'Wrist radiographs: fracture');
  await signIn(page, demoLogin('sponsor'));
  await open(page, `${project}/batches/routing`, 'Routing');

  await test.step('the hand-off time is shown, and which hand-offs wait', async () => {
    await expect(page.getByText(/had its first read after 5 h 1 min; 2 others wait/)).toBeVisible();
    const table = page.getByRole('table', { name: 'Hand-offs' });
    await expect(table.getByRole('row', { name: /^Autumn intake .* 5 h 1 min$/ })).toHaveCount(1);
    await expect(table.getByRole('row', { name: /^Late autumn intake .* waiting$/ })).toHaveCount(1);
    await expect(page.getByRole('checkbox', { name: 'Harbour Clinic' })).toBeChecked();
    await expectAccessible(page);
  });

  await test.step('a routed pair is made: what it comes to is told before', async () => {
    await page.getByLabel('Name').fill(INTAKE);
    await page.getByLabel('Due on').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10));
    await page.getByLabel('Reads per case').fill('9');
    await expect(page.getByText(/^30 cases stay inside\. .* and the vendors with [1-9]\d*\./)).toBeVisible();
    await press(page.getByRole('button', { name: 'Make routed batches' }));
    await page.waitForURL(`**${project}/batches`);
    await expect(page.getByText(INTAKE).first()).toBeVisible();
  });

  const batches = await sponsor.work.batches.query({ projectId: project.split('/').at(-1) ?? '' });
  const made = batches.filter((one) => one.name.startsWith(INTAKE));
  expect(made).toHaveLength(2);
  for (const { id } of made) await sponsor.work.openBatch.mutate({ batchId: id });

  await test.step('own staff find what stays inside, the vendor’s reader only what overflows', async () => {
    const own = await enterAs(browser, somebody('tobias-lindgren@market.example'));
    await expect(own.getByRole('listitem').filter({ hasText: `${INTAKE}, inside` })).toContainText(
      '100 or more open',
    );
    await own.context().close();
    const bought = await pageOf(browser, 'annotator');
    const theirs = bought.getByRole('listitem').filter({ hasText: INTAKE });
    await expect(theirs).toHaveCount(1);
    await expect(theirs).not.toContainText('inside');
    await expect(theirs).toContainText(/\d+ (or more )?open/);
    await bought.context().close();
  });

  await test.step('and the sponsor finds the new hand-off in the list', async () => {
    await open(page, `${project}/batches/routing`, 'Routing');
    await expect(
      page
        .getByRole('table', { name: 'Hand-offs' })
        .getByRole('row', { name: new RegExp(`^${INTAKE}.*From the start.* waiting$`) }),
    ).toHaveCount(1);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
});
