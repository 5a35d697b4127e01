import { expect, test } from '@playwright/test';
import { truthOf } from '#db/seed/marketplace/hold-tender.ts';
import { TENDERS } from '#db/seed/marketplace/tenders.ts';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin } from '#e2e/people.ts';
import { start } from '#e2e/reading-steps.ts';
import { sign } from '#e2e/sponsor-steps.ts';
import { apiOf, awake, open, pageOf, press, projectPath } from './market-steps.ts';
import { comeIn, fillWallet, readShown } from './onboarding-steps.ts';

const [TENDER] = TENDERS;

test('from sign-up to the first paid case in less than ten minutes: profile, credential, agreement, offer, exam, case', async ({
  page,
  browser,
}) => {
  test.setTimeout(240_000);
  if (!TENDER) throw new Error('The market has no tender.');
  const began = Date.now();
  const run = began.toString(36);
  const number = `ABR${run.toUpperCase()}`;
  const newcomer = {
    name: `Dana Newcomer ${run}`,
    email: `dana-${run}@market.example`,
    password: 'a way into the market',
  };
  await comeIn(page, newcomer);
  await fillWallet(page, number);
  await page.goto('/work');
  await expect(page.getByRole('complementary', { name: 'Your first paid case' })).toContainText(
    'An operator checks who you are first; you need not wait for it here.',
  );
  await expectAccessible(page);
  const operator = await pageOf(browser, 'operator');

  await test.step('the operator checks who they are, and their credential among those of two thousand', async () => {
    await open(operator, '/operator/organisations', 'Organisations');
    await press(operator.getByRole('link', { name: new RegExp(newcomer.name) }));
    const verify = operator.getByRole('button', { name: 'Verify organisation' });
    await awake(verify);
    await operator.getByRole('checkbox', { name: newcomer.name }).check();
    await press(verify);
    await expect(operator.getByText('It is verified: it can', { exact: false })).toBeVisible();
    await open(operator, `/operator/credentials?q=${number}`, 'Verification desk');
    await expect(operator.getByRole('navigation', { name: 'In line' }).getByRole('listitem')).toHaveCount(1);
    await awake(operator.getByRole('button', { name: 'Record check' }));
    await operator.keyboard.press('1');
    await operator.keyboard.press('Control+Enter');
    await expect(operator.getByText('Recorded as verified')).toBeVisible();
  });

  await test.step('they sign the services agreement, and the platform countersigns', async () => {
    await open(page, '/work/agreements', 'Agreements');
    await press(page.getByRole('button', { name: 'Ask for agreement' }));
    await page.getByRole('dialog').getByLabel('Kind').selectOption({ label: 'Services agreement' });
    await press(page.getByRole('button', { name: 'Prepare document' }));
    await expect(page.getByText('Neither side has signed yet.')).toBeVisible();
    await sign(page, newcomer);
    await expect(page.getByText('You have signed.', { exact: false })).toBeVisible();
    await operator.goto(page.url().replace('/work/', '/operator/'));
    await sign(operator, { name: 'Olu Operator', password: demoLogin('operator').password });
    await expect(operator.getByText('It is in force since', { exact: false })).toBeVisible();
  });

  await test.step('they ask for the work that they fit, are offered it and accept', async () => {
    await open(page, '/work/calls', 'Open calls');
    await expectAccessible(page);
    const call = page.getByRole('listitem').filter({ hasText: TENDER.title });
    await press(call.getByRole('button', { name: 'Ask for work' }));
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What you would bring').fill(`Ten years of chest radiographs, ${run}.`);
    await press(dialog.getByRole('button', { name: 'Send to the sponsor' }));
    await expect(page.getByRole('region', { name: 'Your offers' })).toContainText(TENDER.title);
    const sponsor = await pageOf(browser, 'sponsor');
    const path = await projectPath(await apiOf(demoLogin('sponsor')), TENDER.title);
    await open(sponsor, `${path}/independents`, 'Independents');
    const asked = sponsor
      .getByRole('listitem')
      .filter({ hasText: `Ten years of chest radiographs, ${run}.` });
    await press(asked.getByRole('button', { name: 'Offer work' }));
    const offer = sponsor.getByRole('dialog');
    await offer.getByLabel('Price per read').fill('1.80');
    await offer.getByLabel('Reads a week').fill('120');
    await press(offer.getByRole('button', { name: 'Send offer' }));
    await expect(asked.getByText('Offered', { exact: false })).toBeVisible();
    await sponsor.context().close();
    await page.reload();
    await press(page.getByRole('button', { name: 'Accept offer' }));
    await expect(page.getByText('Accepted. Your work is under “Work for me”.')).toBeVisible();
  });

  await test.step('the exam first, and it is paid; then the first case, whose pay waits for acceptance', async () => {
    await open(page, '/work', 'Work for me');
    await expect(page.getByRole('region', { name: 'Why not the rest' })).toContainText(
      'On your own account you pass the exam',
    );
    await expectAccessible(page);
    await press(page.getByRole('button', { name: /^Start: .*Exam for direct readers$/ }));
    const keyOf = (at: number) => String(Number(truthOf(TENDER, 0, at)) + 1);
    for (let read = 1; read <= 10; read += 1) await readShown(page, read, keyOf);
    await expect(page.getByText('You have read 10 cases in this batch.')).toBeVisible();
    // The last answers are still on their way, and the pass is written down once they are in.
    const api = await apiOf(newcomer);
    await expect
      .poll(async () => (await api.credentials.wallet.query()).qualifications.map((one) => one.kind))
      .toContain('exam');
    await start(page, 'First cases, read directly', '/work/read/*');
    await readShown(page, 1, keyOf);
    await expect(page.getByText(/^Case 2 of/)).toBeVisible();
    await expect(page.getByText('$1.80', { exact: false }).first()).toBeVisible();
    const read = async () =>
      (await api.work.listMine.query()).lines.find((one) => one.kind === 'production')?.joined?.submitted;
    await expect.poll(read).toBe(1);
    await open(page, '/work/earnings', 'Earnings');
    await expect(page.getByRole('main')).toContainText('$18.00');
    await expect(page.getByRole('main')).toContainText('$1.80');
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
  expect(Date.now() - began).toBeLessThan(600_000);
  await operator.context().close();
});
