import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { enterAs, shownCase, shownNumber, start } from './reading-steps.ts';
import { makeReadingWorld, type ReadingWorld } from './reading-world.ts';

/**
 * Somebody else signs in on the browser of a page. Their cookies take the place of the others in one step: without any session for a moment,
 * a call that the page makes by itself would lock it as one whose session has ended.
 */
async function takeOver(browser: Browser, page: Page, person: Parameters<typeof enterAs>[1]): Promise<void> {
  const entered = await enterAs(browser, person);
  await page.context().addCookies(await entered.context().cookies());
  await entered.context().close();
}

test.describe('one browser, what is kept in it, whose it is, and what it follows', () => {
  let world: ReadingWorld;

  test.beforeAll(async ({ baseURL }) => {
    test.setTimeout(180_000);
    world = await makeReadingWorld(baseURL ?? '', 6);
  });

  test('somebody else signs in: the page locks, keeps what is unsent, and sends it for its own person', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Shared', cases: 4, overlap: 1, reviewed: false });
    const [anna, bert] = world.annotators;
    const page = await enterAs(browser, bert);
    await start(page, 'Shared', `/work/read/${batchId}`);
    await expect(shownCase(page)).toBeVisible();

    await takeOver(browser, page, anna);
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await expect(
      page.getByText('Somebody else is signed in on this browser', { exact: false }),
    ).toBeVisible();
    await expectAccessible(page);
    expect(await anna.api.work.leases.query({ batchId, tier: 'label' })).toEqual([]);
    await page.getByLabel(/Password of/).fill(bert.password);
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Case 2 of/)).toBeVisible();
    await expect
      .poll(async () => (await bert.api.work.reading.query({ batchId, tier: 'label' })).progress.submitted)
      .toBe(1);

    // R28: what is being reported is behind the lock too, and there again for its own person.
    await page.keyboard.press('a');
    const question = page.getByLabel('Your question');
    await question.fill('Is a scar counted?');
    await takeOver(browser, page, anna);
    await page.getByRole('button', { name: 'Send question' }).click();
    await expect(
      page.getByText('Somebody else is signed in on this browser', { exact: false }),
    ).toBeVisible();
    await expect(question).toHaveCount(0);
    await page.getByLabel(/Password of/).fill(bert.password);
    await page.getByRole('button', { name: 'Go on reading' }).click();
    await expect(question).toHaveValue('Is a scar counted?');
    await page.context().close();
  });

  test('signing out asks where something is unsent, and leaves nothing of the person on the device', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Signed out', cases: 4, overlap: 1, reviewed: false });
    const [, bert] = world.annotators;
    const page = await enterAs(browser, bert);
    await start(page, 'Signed out', `/work/read/${batchId}`);
    await expect(shownCase(page)).toBeVisible();
    const kept = () =>
      page.evaluate(
        () => Object.keys(localStorage).filter((key) => /^readroom\.reading\..*\.label\./.test(key)).length,
      );
    // The server does not take submits for now.
    await page.route(/submitAndNext/, (route) => route.abort());
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 case is kept on this device', { exact: false })).toBeVisible();
    expect(await kept()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL('**/work');
    const signOut = async () => {
      await page.getByRole('button', { name: /^Account of/ }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
    };
    await signOut();
    await expect(page.getByRole('heading', { name: '1 case is not sent yet' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(await kept()).toBeGreaterThan(0);
    await page.unroute(/submitAndNext/);
    await signOut();
    await page.waitForURL('**/sign-in');
    expect(await kept()).toBe(0);
    await expect
      .poll(async () => (await bert.api.work.reading.query({ batchId, tier: 'label' })).progress.submitted)
      .toBe(1);
    await page.context().close();
  });

  test('a page that dies in the middle of a case is opened again on the same case, with what was put down, and hands it in once', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Crashed', cases: 4, overlap: 1, reviewed: false });
    const [, bert] = world.annotators;
    const held = async () =>
      (await bert.api.work.leases.query({ batchId, tier: 'label' })).map((one) => one.leaseId).sort();
    const submitted = async () =>
      (await bert.api.work.reading.query({ batchId, tier: 'label' })).progress.submitted;
    const first = await enterAs(browser, bert);
    await start(first, 'Crashed', `/work/read/${batchId}`);
    const shown = await shownNumber(first);
    await first.keyboard.press('3');
    await expect(first.getByText(/^Draft (kept on this device|saved)$/)).toBeVisible();
    const leases = await held();
    await crash(first);

    const page = await first.context().newPage();
    await page.goto(`/work/read/${batchId}`);
    expect(await shownNumber(page)).toBe(shown);
    await expect(page.getByRole('button', { name: /Grade group 2/, pressed: true })).toBeVisible();
    await expect(page.getByText(/^Case 1 of 4$/)).toBeVisible();
    expect(await held()).toEqual(expect.arrayContaining(leases));
    expect(await submitted()).toBe(0);
    await page.keyboard.press('Enter');
    await expect(page.getByText(/^Case 2 of 4$/)).toBeVisible();
    await expect.poll(submitted).toBe(1);
    expect(await shownNumber(page)).not.toBe(shown);
    const { labels } = world.sponsor.owner.api;
    const reads = await labels.reads.query({ batchId, limit: 10, isWaiting: false });
    expect(reads.map((one) => one.answers)).toEqual([{ grade: '2' }]);
    await page.context().close();
  });

  test('who follows a batch sees it move by itself, over a break of the connection and the end of their session, to its own end', async ({
    browser,
  }) => {
    const batchId = await world.openBatch({ name: 'Followed', cases: 3, overlap: 1, reviewed: false });
    const [anna] = world.annotators;
    const owner = await enterAs(browser, world.sponsor.owner);
    await owner.goto(`/sponsor/projects/${world.project.projectId}/batches/${batchId}`);
    // A figure by its name: the definition beside the term.
    const figure = (term: string) =>
      owner.locator('dt', { hasText: new RegExp(`^${term}$`) }).locator('xpath=following-sibling::dd[1]');
    const reads = owner.getByRole('progressbar', { name: 'Reads' });
    await expect(owner.getByText('Live', { exact: true })).toBeVisible();
    await expect(reads).toHaveAttribute('aria-valuenow', '0');
    await expect(figure('At work in the last ten minutes')).toHaveText('0 readers');
    const loads: string[] = [];
    owner.on('load', () => loads.push(owner.url()));

    const reader = await enterAs(browser, anna);
    await start(reader, 'Followed', `/work/read/${batchId}`);
    await readNext(reader, 1);
    await expect(reads).toHaveAttribute('aria-valuenow', '1');
    await expect(figure('At work in the last ten minutes')).toHaveText('1 reader');
    await expect(figure('On a screen now')).toHaveText('2 cases');

    await owner.context().setOffline(true);
    await expect(owner.getByText('The connection broke; trying again')).toBeVisible();
    await readNext(reader, 2);
    await expect(reader.getByText(/^Case 3 of 3$/)).toBeVisible();
    // There is a network again, and nobody answers: it is tried until somebody does.
    await owner.route('**/api/live/**', (route) => route.abort('connectionreset'));
    const tried = owner.waitForEvent('requestfailed', {
      predicate: (request) => request.url().includes('/api/live/'),
      timeout: 15_000,
    });
    await owner.context().setOffline(false);
    await tried;
    await expect(owner.getByText('The connection broke; trying again')).toBeVisible();
    await expect(reads).toHaveAttribute('aria-valuenow', '1');
    await owner.unroute('**/api/live/**');
    await expect(owner.getByText('Live', { exact: true })).toBeVisible();
    await expect(reads).toHaveAttribute('aria-valuenow', '2');

    const elsewhere = await owner.context().newPage();
    await elsewhere.goto('/sponsor');
    await elsewhere.getByRole('button', { name: /^Account of/ }).click();
    await elsewhere.getByRole('menuitem', { name: 'Sign out' }).click();
    await elsewhere.waitForURL('**/sign-in');
    await elsewhere.close();
    const lock = owner.getByRole('dialog', { name: 'Your session has ended' });
    const password = lock.getByLabel(/^Password of/);
    await expect(password).toBeFocused();
    await expect(owner.getByText('Not live any more; load the page again')).toBeVisible();
    await password.fill(world.sponsor.owner.password);
    await owner.keyboard.press('Enter');
    await expect(lock).toBeHidden();
    await expect(owner.getByText('Live', { exact: true })).toBeVisible();

    // Its end: what the page says of its state and offers besides comes up to date too.
    await expect(owner.getByRole('button', { name: 'Close batch' })).toBeVisible();
    await readNext(reader, 3);
    await expect(reads).toHaveAttribute('aria-valuenow', '3');
    await expect(figure('All reads done')).toHaveText('Nothing is being read now');
    await expect(owner.getByRole('button', { name: 'Close batch' })).toHaveCount(0);
    await reader.context().close();
    expect(loads).toEqual([]);
    await owner.context().close();
  });
});

/** Ends the process of a page: nothing on it hears of it. */
async function crash(page: Page): Promise<void> {
  const gone = page.waitForEvent('crash');
  const devtools = await page.context().newCDPSession(page);
  // Nobody answers any more.
  devtools.send('Page.crash').catch(() => undefined);
  await gone;
  await page.close();
}

/** Answers the case on the screen, the `n`th of the batch, and submits it. */
async function readNext(page: Page, n: number): Promise<void> {
  await expect(page.getByText(new RegExp(`^Case ${n} of`))).toBeVisible();
  await expect(shownCase(page)).toBeVisible();
  await page.keyboard.press('2');
  await page.keyboard.press('Enter');
}
