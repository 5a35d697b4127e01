import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';
import { allSent, enterAs, shownCase, shownNumber, start } from './reading-steps.ts';
import { makeReadingWorld, type ReadingWorld } from './reading-world.ts';

test.describe('as the demo’s annotator', () => {
  test.beforeEach(async ({ page }) => {
    await signIn(page, demoLogin('annotator'));
  });

  test('a reader sees work with its pay, and reads cases by the keyboard alone', async ({ page }) => {
    await expect(page.getByRole('region', { name: 'Read now' })).toBeVisible();
    await expectAccessible(page);
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Production 1' })
      .getByRole('button', { name: /Go on|Start/ })
      .click();
    for (let read = 0; read < 3; read += 1) {
      const report = page
        .getByText(/Report CXR-\d+/)
        .filter({ visible: true })
        .first();
      await expect(report).toBeVisible();
      const before = await report.textContent();
      if (read === 0) await expectAccessible(page);
      await page.keyboard.press('1');
      await page.keyboard.press('Enter');
      await expect(report).not.toHaveText(before ?? '');
    }
  });

  test('a rule between fields is explained where it is broken, and nothing is sent', async ({ page }) => {
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Production 1' })
      .getByRole('button', { name: /Go on|Start/ })
      .click();
    const report = page
      .getByText(/Report CXR-\d+/)
      .filter({ visible: true })
      .first();
    await expect(report).toBeVisible();
    const before = await report.textContent();
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await expect(
      page
        .getByRole('alert')
        .or(page.getByText(/Nodule size|needed|required/i))
        .first(),
    ).toBeVisible();
    await expect(report).toHaveText(before ?? '');
  });

  for (const path of [
    '/work',
    '/work/calls',
    '/work/earnings',
    '/work/credentials',
    '/work/qualifications',
    '/work/agreements',
  ]) {
    test(`${path} is accessible and fits a phone`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectFits(page);
    });
  }
});

test.describe('in a batch of one’s own', () => {
  let world: ReadingWorld;

  test.beforeAll(async ({ baseURL }) => {
    test.setTimeout(180_000);
    world = await makeReadingWorld(baseURL ?? '', 6);
  });

  test('a read is fixed, returned, corrected by its author, rejected with evidence, and shown with what to do', async ({
    browser,
  }) => {
    test.setTimeout(240_000);
    const batchId = await world.openBatch({ name: 'Reviewed', cases: 4, overlap: 1 });
    const [anna] = world.annotators;
    const reader = await enterAs(browser, anna);
    await start(reader, 'Reviewed', `/work/read/${batchId}`);
    for (let n = 1; n <= 4; n += 1) await readCase(reader, n, '1');
    await expect(reader.getByText('You have read 4 cases in this batch.')).toBeVisible();

    const reviewer = await enterAs(browser, world.reviewer);
    await expect(async () => {
      await reviewer.goto('/work');
      await expect(reviewer.getByRole('button', { name: /Reviewed/ })).toBeVisible({ timeout: 1_000 });
      await expect(reviewer.getByText('4 open')).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await start(reviewer, 'Reviewed', `/work/review/${batchId}`);
    await expect(shownCase(reviewer)).toBeVisible();
    await expectAccessible(reviewer);
    await reviewNext(reviewer, 1, ['1', 'Enter']);
    // A fix that fixes nothing is a slip; the number keys are on the right answers already.
    await reviewer.keyboard.press('2');
    await expect(reviewer.getByRole('region', { name: 'Corrected answers' })).toBeVisible();
    await reviewer.keyboard.press('Enter');
    await expect(reviewer.getByText('Nothing of Reader A is changed yet.', { exact: false })).toBeVisible();
    await reviewNext(reviewer, 2, ['3', 'Enter']);
    await reviewer.keyboard.press('3');
    await expect(reviewer.getByLabel('What to correct')).toBeFocused();
    await reviewer.keyboard.type('Look at the worst area again.');
    await reviewNext(reviewer, 3, ['Control+Enter']);
    await reviewer.keyboard.press('4');
    await reviewer.keyboard.press('Control+Enter');
    await expect(reviewer.getByText('Choose why Reader A is rejected.')).toBeVisible();
    await reviewer.getByLabel('Reason').selectOption({ label: 'It describes another case' });
    await reviewer.getByLabel('What shows it').fill('The answer is that of the case before.');
    await reviewer.keyboard.press('Control+Enter');
    await expect(reviewer.getByText('You have reviewed 4 cases in this batch.')).toBeVisible();

    // The last review is sent while the page already says that all is reviewed.
    await expect(async () => {
      await reader.goto('/work');
      await expect(reader.getByText('1 returned to you')).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await start(reader, 'Reviewed', `/work/read/${batchId}`);
    await expect(reader.getByText('Look at the worst area again.')).toBeVisible();
    await reader.keyboard.press('2');
    await reader.keyboard.press('Enter');
    await expect(reader.getByText('No case for you just now')).toBeVisible();
    await reader.goto('/work/earnings');
    const rejected = reader.getByRole('region', { name: 'Rejected reads' });
    await expect(rejected).toContainText('It describes another case');
    await expect(rejected).toContainText('The answer is that of the case before.');
    await expectAccessible(reader);
    // R31: an appeal needs its reason, is given once, and is decided by somebody else.
    await rejected
      .getByRole('button', { name: /^Appeal the rejection of your read of .*, Reviewed$/ })
      .click();
    const appeal = reader.getByRole('dialog');
    await appeal.getByRole('button', { name: 'Appeal', exact: true }).click();
    await expect(appeal.getByText('Say why the read should count.').first()).toBeVisible();
    await expectAccessible(reader);
    await appeal.getByLabel('Why the read should count').fill('It is of this case: I measured it twice.');
    // A slip of the hand costs nobody what they wrote; what was wrong before is not said again.
    await reader.keyboard.press('Escape');
    await expect(appeal).toBeHidden();
    await rejected.getByRole('button', { name: 'Appeal' }).click();
    await expect(appeal.getByLabel('Why the read should count')).toHaveValue(
      'It is of this case: I measured it twice.',
    );
    await expect(appeal.getByText('Say why the read should count.')).toHaveCount(0);
    await appeal.getByRole('button', { name: 'Appeal', exact: true }).click();
    await expect(appeal).toBeHidden();
    await expect(rejected).toContainText('The answer is due by');
    await expect(rejected.getByRole('button', { name: 'Appeal' })).toHaveCount(0);

    const operator = await enterAs(browser, demoLogin('operator'));
    await operator.goto('/operator');
    await operator.getByRole('link', { name: /Decide \d+ appeals? against a rejection/ }).click();
    const desk = operator.getByRole('listitem').filter({ hasText: world.sponsor.legalName });
    await expect(desk).toContainText('The answer is that of the case before.');
    // What is disputed is looked at, before it is decided (ADR 038).
    await desk.getByRole('button', { name: /^Open the case of the read by R\d+ of / }).click();
    const opened = desk.getByRole('region', { name: 'Case' });
    await expect(opened.getByRole('figure')).toBeVisible();
    await expect(opened).toBeFocused();
    await expectAccessible(operator);
    await operator.setViewportSize({ width: 390, height: 844 });
    await expectFits(operator);
    await operator.setViewportSize({ width: 1440, height: 900 });
    await desk
      .getByRole('button', { name: /^Overturn rejection of the read by R\d+ of .*, Reviewed$/ })
      .click();
    const decision = operator.getByRole('dialog');
    await decision.getByLabel('Reason').fill('The answer fits the case.');
    await decision.getByRole('button', { name: 'Overturn rejection' }).click();
    // Behind the open dialog the desk has no roles, and would count as gone before the decision is in.
    await expect(decision).toBeHidden();
    await expect(desk).toHaveCount(0);
    await operator.context().close();

    await reader.reload();
    await expect(rejected).toContainText('Appeal succeeded');
    await expect(rejected).toContainText('Why: The answer fits the case.');
    await reader.setViewportSize({ width: 390, height: 844 });
    await expectFits(reader);
    await reader.context().close();
    await reviewer.context().close();
  });

  test('where nobody reviews, the sponsor rejects a read that waits, with a reason of the list and its evidence', async ({
    browser,
  }) => {
    test.setTimeout(180_000);
    const batchId = await world.openBatch({ name: 'Unreviewed', cases: 1, overlap: 2, reviewed: false });
    const [anna] = world.annotators;
    const reader = await enterAs(browser, anna);
    await start(reader, 'Unreviewed', `/work/read/${batchId}`);
    await readCase(reader, 1, '2');
    await expect(reader.getByText('You have read 1 case in this batch.')).toBeVisible();

    const owner = await enterAs(browser, world.sponsor.owner);
    const path = `/sponsor/projects/${world.project.projectId}/batches/${batchId}`;
    await expect(async () => {
      await owner.goto(path);
      await owner.getByRole('link', { name: 'Reads', exact: true }).click();
      await owner.waitForURL(`**${path}/reads`);
      await expect(owner.getByRole('button', { name: /^Reject the read of R01, case \w{8}$/ })).toBeVisible({
        timeout: 2_000,
      });
    }).toPass();
    await expectAccessible(owner);
    await owner.setViewportSize({ width: 390, height: 844 });
    await expectFits(owner);
    await owner.setViewportSize({ width: 1440, height: 900 });
    await owner.getByRole('button', { name: 'Reject the read of R01' }).click();
    const dialog = owner.getByRole('dialog');
    await expect(dialog).toContainText('can appeal for 7 days');
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect(dialog.getByText('Choose why it is rejected.').first()).toBeVisible();
    await expectAccessible(owner);
    await dialog.getByLabel('Reason').selectOption({ label: 'No effort was made' });
    await dialog.getByLabel('What shows it').fill('Submitted before the image was loaded.');
    await dialog.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(owner.getByText('No read waits for acceptance.')).toBeVisible();
    await owner.context().close();

    await reader.goto('/work/earnings');
    const rejected = reader.getByRole('region', { name: 'Rejected reads' });
    await expect(rejected).toContainText('Submitted before the image was loaded.');
    await expect(rejected).toContainText('You can appeal until');
    await reader.context().close();
  });

  test('split reads go to the panel without names, and a decision needs its rationale', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Split', cases: 1, overlap: 2, reviewed: false });
    for (const [index, person] of world.annotators.entries()) {
      const page = await enterAs(browser, person);
      await start(page, 'Split', `/work/read/${batchId}`);
      await readCase(page, 1, String(index + 1));
      await allSent(page, 'You have read 1 case in this batch.');
      await page.context().close();
    }
    const [member] = world.panel;
    if (!member) throw new Error('There is no panel.');
    const panel = await enterAs(browser, member);
    await expect(async () => {
      await panel.goto('/work');
      await expect(panel.getByRole('button', { name: /Split/ })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await start(panel, 'Split', `/work/adjudicate/${batchId}`);
    await expect(panel.getByRole('columnheader', { name: 'Reader B' })).toBeVisible();
    await expect(panel.getByText('Reading Anna')).toHaveCount(0);
    await expectAccessible(panel);
    await panel.keyboard.press('2');
    await panel.keyboard.press('Enter');
    await expect(panel.getByText('Say why you decided so.')).toBeVisible();
    await panel.getByLabel('Rationale').fill('The worst area is small but clear.');
    await panel.keyboard.press('Control+Enter');
    await allSent(panel, 'You have decided 1 case in this batch.');
    await panel.context().close();
  });

  test('closing the tab gives back at once what was claimed ahead; the case on the screen stays', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Closed', cases: 6, overlap: 1, reviewed: false });
    const [, bert] = world.annotators;
    const held = async () => (await bert.api.work.leases.query({ batchId, tier: 'label' })).length;
    const page = await enterAs(browser, bert);
    await start(page, 'Closed', `/work/read/${batchId}`);
    await expect(shownCase(page)).toBeVisible();
    const shown = await shownNumber(page);
    // The page claims ahead of the reader.
    await expect.poll(held).toBeGreaterThan(1);
    await page.close({ runBeforeUnload: true });
    // Long before a lease would run out.
    await expect.poll(held).toBe(1);

    // The tab is opened again, and left for another site: the same case, and again nothing else is held.
    const again = await bert.api.work.leases.query({ batchId, tier: 'label' });
    const back = await page.context().newPage();
    await back.goto(`/work/read/${batchId}`);
    await expect(shownCase(back)).toBeVisible();
    expect(await shownNumber(back)).toBe(shown);
    await expect.poll(held).toBeGreaterThan(1);
    await back.goto('about:blank');
    await expect.poll(held).toBe(1);
    expect((await bert.api.work.leases.query({ batchId, tier: 'label' })).map((one) => one.leaseId)).toEqual(
      again.map((one) => one.leaseId),
    );
    await back.context().close();
  });

  test('a second tab says that the batch is read in the first, and takes its case up once that is closed', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Two tabs', cases: 6, overlap: 1, reviewed: false });
    const [, bert] = world.annotators;
    const page = await enterAs(browser, bert);
    await start(page, 'Two tabs', `/work/read/${batchId}`);
    await expect(shownCase(page)).toBeVisible();
    const shown = await shownNumber(page);
    const second = await page.context().newPage();
    await second.goto(`/work/read/${batchId}`);
    await expect(
      second.getByRole('heading', { name: 'You are reading this batch in another tab' }),
    ).toBeVisible();
    await expectAccessible(second);
    await expect(shownCase(second)).toHaveCount(0);
    await page.close({ runBeforeUnload: true });
    await expect(async () => {
      await second.reload();
      await expect(shownCase(second)).toBeVisible({ timeout: 2_000 });
    }).toPass();
    expect(await shownNumber(second)).toBe(shown);
    await second.context().close();
  });

  test('without a connection reading goes on and is sent later; an idle screen locks over the kept draft', async ({
    browser,
  }) => {
    test.setTimeout(180_000);
    const batchId = await world.openBatch({ name: 'Plain', cases: 6, overlap: 1, reviewed: false });
    const [, bert] = world.annotators;
    const page = await enterAs(browser, bert);
    await page.clock.install();
    await start(page, 'Plain', `/work/read/${batchId}`);
    await expect(shownCase(page)).toBeVisible();
    await page.keyboard.press('a');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Is the margin part of it?');
    await page.keyboard.press('Control+Enter');
    await expect(dialog).toBeHidden();
    await expect(page.getByText('It costs neither pay nor score.', { exact: false })).toBeVisible();
    await page.keyboard.press('s');
    await expect(dialog).toBeVisible();
    const skipped = await shownCase(page).textContent();
    await page.keyboard.press('1');
    await expect(shownCase(page)).not.toHaveText(skipped ?? '');

    await page.context().setOffline(true);
    // The skip may still be on its way.
    await expect(page.getByText(/^No connection\. /)).toBeVisible();
    for (let n = 1; n <= 2; n += 1) await readCase(page, n, '2');
    await expect(page.getByText(/[23] cases are kept on this device/)).toBeVisible();
    await page.context().setOffline(false);
    await expect(page.getByText('Connected')).toBeVisible();

    // What was read without a connection used up the cases held ahead: the next has to come first.
    await expect(page.getByText(/^Case 3 of/)).toBeVisible();
    await expect(shownCase(page)).toBeVisible();
    await page.keyboard.press('3');
    const put = page.getByRole('button', { name: /Grade group 2/, pressed: true });
    await expect(put).toBeVisible();
    const begun = await shownCase(page).textContent();
    await page.clock.fastForward('15:30');
    await expect(page.getByRole('heading', { name: 'Screen locked' })).toBeVisible();
    await expect(page.getByText(begun ?? '', { exact: true })).toHaveCount(0);
    await expectAccessible(page);
    await page.getByLabel(/Password of/).fill(bert.password);
    await page.keyboard.press('Enter');
    await expect(shownCase(page)).toHaveText(begun ?? '');
    await expect(put).toBeVisible();
    await page.context().close();
  });

  // The last of the world's journeys: its reader is gone after it.
  test('who has left the vendor still comes by a notice, and from the account, to what was rejected, and appeals (R31)', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Left', cases: 1, overlap: 2, reviewed: false });
    const [, bert] = world.annotators;
    const page = await enterAs(browser, bert);
    await start(page, 'Left', `/work/read/${batchId}`);
    await readCase(page, 1, '2');
    await expect(page.getByText('You have read 1 case in this batch.')).toBeVisible();
    const { labels } = world.sponsor.owner.api;
    const waiting = () => labels.reads.query({ batchId, limit: 1, isWaiting: true });
    await expect.poll(async () => (await waiting()).length).toBe(1);
    const labelId = (await waiting())[0]?.labelId ?? '';
    await labels.reject.mutate({ batchId, labelId, reason: 'no_effort', evidence: 'Submitted in 0.2 s.' });
    await world.vendor.owner.api.identity.endMembership.mutate({ personId: bert.personId });

    await page.goto('/work');
    await page.waitForURL('**/account');
    await expectAccessible(page);
    await page.getByRole('button', { name: /^Notices/ }).click();
    await page.getByRole('menuitem', { name: /One of your reads was rejected/ }).click();
    await page.waitForURL('**/work/earnings');
    await page.goto('/account');
    await page.getByRole('link', { name: 'Earnings and rejected reads' }).click();
    const rejected = page.getByRole('region', { name: 'Rejected reads' });
    await expect(rejected).toContainText('Submitted in 0.2 s.');
    await expectAccessible(page);
    await rejected.getByRole('button', { name: /^Appeal the rejection of your read of .*, Left$/ }).click();
    const appeal = page.getByRole('dialog');
    await appeal.getByLabel('Why the read should count').fill('I had seen the case in the batch before.');
    await appeal.getByRole('button', { name: 'Appeal', exact: true }).click();
    await expect(rejected).toContainText('The answer is due by');
    await page.context().close();
  });
});

/** Answers the case on the screen, which is the `n`th of the batch, by its number key. */
async function readCase(page: Page, n: number, key: string): Promise<void> {
  await expect(page.getByText(new RegExp(`^Case ${n} of`))).toBeVisible();
  await expect(shownCase(page)).toBeVisible();
  await page.keyboard.press(key);
  await page.keyboard.press('Enter');
}

/** Ends the `n`th review with these keys and waits for the next case. */
async function reviewNext(page: Page, n: number, keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await expect(page.getByRole('contentinfo').getByText(`Case ${n + 1}`, { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Reader A' })).toBeVisible();
}
