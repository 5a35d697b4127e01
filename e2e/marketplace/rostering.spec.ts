import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, open, press } from './market-steps.ts';

const WORK = 'Wrist radiographs: fracture';
const SOLVED = { timeout: 60_000 };

test('over two hundred people are planned within seconds: the plan and its gap, a conflict and what resolves it, a what-if, the choice', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await signIn(page, demoLogin('vendor'));
  await open(page, '/vendor/roster', 'Roster');
  await press(page.getByRole('link', { name: WORK }));
  await expect(page.getByRole('heading', { level: 1, name: WORK })).toBeVisible();
  const shown = page.getByRole('region', { name: /^Plan \d+$/ });
  await expect(shown.getByText(/HiGHS, .* (proven best|within .* of the best possible)/)).toBeVisible();
  await expect(shown.getByText(/\d+ people make [\d,]+ reads/)).toBeVisible();
  await expectAccessible(page);

  const plan = async (settings: Record<string, string>) => {
    for (const [label, value] of Object.entries(settings))
      await page.getByRole('textbox', { name: label, exact: true }).fill(value);
    await press(page.getByRole('button', { name: 'Plan roster' }));
  };

  await test.step('more than the whole crowd can read: what is short, and what would do', async () => {
    await plan({ 'Reads a week': '150000', Weeks: '4' });
    const conflict = page.getByRole('region', { name: 'What conflicts' });
    await expect(conflict.getByText(/Reads are [\d,]+ short/)).toBeVisible(SOLVED);
    await expectAccessible(page);
  });

  await test.step('a plan that can be met, and before and after of a what-if', async () => {
    await plan({ 'Reads a week': '1500', Weeks: '2' });
    await expect(shown.getByText(/people make 3,000 reads/)).toBeVisible(SOLVED);
    await page.getByLabel('Weeks for the same cases').fill('3');
    await press(page.getByRole('button', { name: 'Plan this what-if' }));
    const compared = page.getByRole('table', { name: 'Before and after' });
    await expect(compared.getByRole('row', { name: /^Weeks 2 3$/ })).toBeVisible(SOLVED);
  });

  await test.step('it is chosen: its people are asked, and the list says so', async () => {
    await press(page.getByRole('button', { name: 'Choose this plan' }));
    await press(page.getByRole('dialog').getByRole('button', { name: /^Ask \d+ people$/ }));
    await expect(page.getByRole('table', { name: 'People on the roster' })).toBeVisible(SOLVED);
    const api = await apiOf(demoLogin('vendor'));
    const roster = (await api.staffing.rosters.query()).find((one) => one.title === WORK);
    expect(roster?.chosen?.weeks).toBe(3);
    expect(roster?.answers.proposed).toBeGreaterThan(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });

  await test.step('the bench of all of them fits a phone and is accessible', async () => {
    await open(page, '/vendor/roster/bench', 'Who is free');
    await expect(page.getByText(/of .* h offered in the next eight weeks are booked/)).toBeVisible();
    await expectFits(page);
    await expectAccessible(page);
  });
});
