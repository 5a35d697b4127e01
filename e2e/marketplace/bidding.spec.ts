import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { apiOf, open, pageOf, press, projectPath } from './market-steps.ts';

const SEALED = 'Mammographic density';
const WITH_CEILING = 'Chest radiograph triage';

const inTenDays = () => new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);

async function openCall(page: Page, title: string): Promise<void> {
  await open(page, '/vendor/calls', 'Calls');
  await press(page.getByRole('link', { name: new RegExp(title) }));
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}

test('the largest vendor asks in a sealed call, names two of its 213 people and bids; the sponsor sees a number, no bid', async ({
  page,
  browser,
}) => {
  await signIn(page, demoLogin('vendor'));
  await openCall(page, SEALED);
  await expect(
    page.getByText('Bids are sealed: the sponsor sees their number', { exact: false }),
  ).toBeVisible();
  await expect(page.getByText('Your organisation fits this call')).toBeVisible();
  await expectAccessible(page);

  await test.step('a question stands where every bidder reads it', async () => {
    const questions = page.getByRole('region', { name: 'Questions' });
    await questions.getByLabel('Your question').fill('Are earlier mammograms shown?');
    await press(questions.getByRole('button', { name: 'Ask question' }));
    await expect(questions.getByText('Are earlier mammograms shown?')).toBeVisible();
    await expect(questions.getByText('your question', { exact: false })).toBeVisible();
  });

  await test.step('what is wrong with a bid is told at its fields, then it is in', async () => {
    const bid = page.getByRole('region', { name: 'Your bid' });
    await bid.getByLabel('Price per read').fill('2.35');
    await press(bid.getByLabel('Price per read'));
    await expect(bid.getByRole('alert').first()).toBeVisible();
    await expect(bid.getByLabel('Reads per day')).toHaveAttribute('aria-invalid', 'true');
    await bid.getByLabel('Reads per day').fill('400');
    await bid.getByLabel('Start').fill(inTenDays());
    await bid.getByLabel('Country').fill('US');
    for (const name of ['Arjun Banerjee', 'Ava Carter']) {
      await bid.getByRole('searchbox', { name: 'Find people' }).fill(name);
      await bid
        .getByRole('checkbox', { name: new RegExp(`^${name}`) })
        .first()
        .press('Space');
    }
    await expect(bid.getByRole('status')).toContainText('2 named.');
    await press(bid.getByRole('button', { name: 'Submit binding bid' }));
    await page.waitForURL('**/vendor/bids');
    await expect(page.getByRole('listitem').filter({ hasText: SEALED })).toContainText('$2.35');
  });

  await test.step('the sponsor reads the question, and of the bids that there is one more', async () => {
    const sponsor = await pageOf(browser, 'sponsor');
    await open(sponsor, `${await projectPath(await apiOf(demoLogin('sponsor')), SEALED)}/bids`, 'Bids');
    await expect(sponsor.getByText('6 bids are in, sealed until', { exact: false })).toBeVisible();
    await expect(sponsor.getByText('Are earlier mammograms shown?')).toBeVisible();
    await expect(sponsor.getByText('2.35')).toHaveCount(0);
    await sponsor.context().close();
  });
});

test('a bid above the ceiling is refused in words; the revision below it counts, and the version before stays', async ({
  page,
}) => {
  await signIn(page, demoLogin('vendor'));
  await openCall(page, WITH_CEILING);
  await expect(page.getByText('for the whole work, before the platform fee', { exact: false })).toBeVisible();
  const bid = page.getByRole('region', { name: 'Your bid' });
  await press(bid.getByText('Revise bid'));
  await bid.getByLabel('Price per read').fill('9.99');
  await bid.getByLabel('Start').fill(inTenDays());
  await bid.getByLabel('What you changed').fill('More readers at night.');
  await press(bid.getByRole('button', { name: 'Submit version 2' }));
  await expect(
    bid.getByText(/The bid comes to .* the sponsor pays at most .* before its platform fee\./).first(),
  ).toBeVisible();
  await expectAccessible(page);
  await bid.getByLabel('Price per read').fill('1.39');
  await press(bid.getByRole('button', { name: 'Submit version 2' }));
  await expect(page.getByText('Version 2 of your bid counts now')).toBeVisible();
  const versions = page.getByRole('list', { name: 'Versions' });
  await expect(versions.getByRole('listitem')).toHaveCount(2);
  await expect(versions).toContainText('“More readers at night.”');
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);

  const api = await apiOf(demoLogin('sponsor'));
  const projectId = (await projectPath(api, WITH_CEILING)).split('/').at(-1) ?? '';
  const { bids } = await api.bids.compare.query({ projectId });
  expect(bids.map((one) => one.pricePerReadMinor)).toContain(139n);
});
