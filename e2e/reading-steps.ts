import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import type { Person } from '#db/seed/steps/people.ts';
import { signIn } from './people.ts';

/** A page of somebody's own, signed in. */
export async function enterAs(browser: Browser, person: { email: string; password: string }): Promise<Page> {
  const context = await browser.newContext({ baseURL: test.info().project.use.baseURL ?? '' });
  const page = await context.newPage();
  await signIn(page, person);
  return page;
}

/** Takes up a batch from the list of work, once there is something in it. */
export async function start(page: Page, name: string, path: string): Promise<void> {
  const button = page.getByRole('button', { name: new RegExp(`(Start|Go on): .*, ${name}$`) });
  await expect(async () => {
    await page.goto('/work');
    await expect(button).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await button.click();
  await page.waitForURL(`**${path}`);
}

/** The text of the case on the screen: "Case" and its number. */
export function shownCase(page: Page): Locator {
  // The status line counts cases in the same words; behind a dialog the page has no roles.
  return page
    .locator('main')
    .getByText(/^Case \d+$/)
    .filter({ visible: true })
    .first();
}

/** The number of the case on the screen. */
export async function shownNumber(page: Page): Promise<number> {
  await expect(shownCase(page)).toBeVisible();
  return Number(/\d+$/.exec((await shownCase(page).textContent()) ?? '')?.[0]);
}

/** Waits until the page says that so much is done and no more that the last of it is still being sent, which closing it would put off. */
export async function allSent(page: Page, words: string): Promise<void> {
  await expect(page.getByText(words, { exact: true })).toBeVisible();
}

/**
 * Reads a batch to its end in the browser by the number keys: option `choose(number of the case)`, counted from 1, and
 * asks `isIn` until all of it is counted.
 */
export async function readAll(
  browser: Browser,
  person: Person,
  batch: { id: string; name: string; cases: number },
  choose: (caseNumber: number) => number,
  isIn: () => Promise<boolean>,
): Promise<void> {
  const page = await enterAs(browser, person);
  await start(page, batch.name, `/work/read/${batch.id}`);
  for (let read = 1; read <= batch.cases; read += 1) {
    await expect(page.getByText(new RegExp(`^Case ${read} of`))).toBeVisible();
    await page.keyboard.press(String(choose(await shownNumber(page))));
    await page.keyboard.press('Enter');
  }
  await allSent(page, `You have read ${batch.cases} cases in this batch.`);
  await expect.poll(isIn).toBe(true);
  await page.context().close();
}
