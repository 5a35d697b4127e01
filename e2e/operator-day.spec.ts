import { expect, test } from '@playwright/test';
import { readBatch } from '#db/seed/steps/reading.ts';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';
import { GRADE_FIELD } from '#server/cli/replay/study.ts';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, expectSentHome, signIn } from './people.ts';
import { enterAs } from './reading-steps.ts';
import { makeReadingWorld } from './reading-world.ts';

test.beforeEach(async ({ page }) => {
  await signIn(page, demoLogin('operator'));
});

test('ledger and rails agree, and a payout run is started and accounted for', async ({ page }) => {
  await page.goto('/operator/money');
  await expect(page.getByText('Ledger, Stripe and transfers agree to the cent')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start payout run' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Start payout run' }).click();
  await expect(dialog).toBeHidden();
  await page.reload();
  await expect(page.getByText('Ledger, Stripe and transfers agree to the cent')).toBeVisible();
});

test('an operator is sent home from the pages of readers', async ({ page }) => {
  await expectSentHome(page, '/operator', ['/work/agreements', '/work/earnings']);
});

test('an organisation is refused with a reason, corrects, and is verified with who may sign for it', async ({
  page,
  baseURL,
}) => {
  const run = Date.now().toString(36);
  const door = openHttpDoor(baseURL ?? '');
  const account = {
    name: 'Ona Owner',
    email: `ona-${run}@example.org`,
    password: 'words to come in with',
    country: 'US',
  };
  const facts = { registerNumber: `OP-${run}`, domain: `op-${run}.example.org`, country: 'US' };
  const { orgId } = await door.anonymous.identity.signUp.mutate({
    account,
    organisation: { kind: 'vendor', legalName: `Checked ${run}`, ...facts },
  });
  await page.goto(`/operator/organisations/${orgId}`);
  await expect(page.getByText('address not confirmed', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Refuse…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Refuse organisation' }).click();
  await expect(dialog.getByText('Give the reason in a sentence', { exact: false })).toBeVisible();
  await dialog.getByLabel('Reason').fill('The register shows another name.');
  await dialog.getByRole('button', { name: 'Refuse organisation' }).click();
  await expect(dialog).toBeHidden();
  const owner = await door.signIn(account);
  await owner.identity.correctOrganisation.mutate({ legalName: `Checked Again ${run}`, ...facts });
  await page.goto(`/operator/organisations/${orgId}`);
  await page.getByRole('button', { name: 'Verify organisation' }).click();
  await expect(page.getByText('Choose at least one person who may sign.')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Ona Owner' }).check();
  await page.getByRole('button', { name: 'Verify organisation' }).click();
  await expect(page.getByRole('button', { name: 'Suspend…' })).toBeVisible();
  const { organisations } = await owner.identity.me.query();
  expect(organisations).toMatchObject([{ status: 'verified', statusReason: null }]);
});

test('a bank transfer is booked once, and a wrong amount or project is said where it is', async ({
  page,
}) => {
  const finance = await openHttpDoor(test.info().project.use.baseURL ?? '').signIn(demoLogin('finance'));
  const [project] = await finance.payouts.sponsorMoney.query();
  if (!project) throw new Error('The demo has no project.');
  await page.goto('/operator/money');
  const book = async (projectId: string, amount: string, reference: string) => {
    await page.getByLabel('Project id').fill(projectId);
    await page.getByLabel('Amount').fill(amount);
    await page.getByLabel('Bank reference').fill(reference);
    await page.getByRole('button', { name: 'Book transfer' }).click();
  };
  const says = (words: string) => expect(page.getByRole('alert').filter({ hasText: words })).toBeVisible();
  const reference = `E2E-${Date.now().toString(36)}`;
  await book('a project', '12.34', reference);
  await says('Copy the whole project id');
  await book(project.projectId, '12.345', reference);
  await says('decimal');
  await book(project.projectId, '12.34', reference);
  await expect(page.getByText('Bank transfer booked')).toBeVisible();
  await book(project.projectId, '12.34', reference);
  await says('A bank transfer with this reference is recorded for this project already.');
});

test('a payee whom the card rail does not reach is paid by bank transfer, once its reference is recorded', async ({
  page,
  browser,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const { vendor, annotators, openBatch } = await makeReadingWorld(baseURL ?? '', 2, 'IN');
  const batchId = await openBatch({ name: 'Abroad', cases: 2, overlap: 1, reviewed: false });
  const answer = () => ({ answers: { [GRADE_FIELD]: '1' }, activeMs: 0 });
  await readBatch({ batchId, people: annotators.slice(0, 1), answer, concurrency: 1 });
  const { payouts } = vendor.owner.api;
  await payouts.setUpDestination.mutate({ currency: 'USD' });
  const owed = async () => {
    const { balances } = await payouts.statement.query({ before: null, limit: 1 });
    return balances.find(({ code }) => code === 'payable')?.balanceMinor;
  };
  await expect.poll(owed, { timeout: 60_000 }).toBe(300n);

  await page.goto('/operator/money');
  await page.getByRole('button', { name: 'Start payout run' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start payout run' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const row = page
    .getByRole('region', { name: 'Payouts' })
    .getByRole('row', { name: new RegExp(vendor.legalName) });
  await expect(async () => {
    await page.reload();
    await expect(row.getByRole('button', { name: 'Record reference' })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const dialog = page.getByRole('dialog');
  // A click on a page that is not awake yet opens nothing, and is tried again.
  await expect(async () => {
    await row.getByRole('button', { name: 'Record reference' }).click({ timeout: 2_000 });
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await dialog.getByLabel('Bank reference').fill('IN-2026-0001');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Record transfer' }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByText('Confirmed')).toBeVisible();
  await expect(row.getByText('IN-2026-0001')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Ledger, Stripe and transfers agree to the cent')).toBeVisible();

  const payee = await enterAs(browser, vendor.owner);
  await payee.goto('/vendor/statement');
  await expect(
    payee.getByRole('region', { name: 'Payouts' }).getByText('IN-2026-0001').first(),
  ).toBeVisible();
  await payee.context().close();
});

for (const path of [
  '/operator',
  '/operator/organisations',
  '/operator/credentials',
  '/operator/agreements',
  '/operator/money',
  '/operator/health',
]) {
  test(`${path} is accessible and fits a phone`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
  });
}
