import { type Browser, expect, type Page, test } from '@playwright/test';
import { expectAccessible } from './accessible.ts';
import { enterAs, shownCase, start } from './reading-steps.ts';
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

test.describe('one browser, what is kept in it, and whose it is', () => {
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
});
