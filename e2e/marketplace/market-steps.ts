import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import type { Api } from '#db/seed/steps/door.ts';
import { type DemoRole, demoLogin, type Login } from '#e2e/people.ts';
import { enterAs } from '#e2e/reading-steps.ts';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';

/** Where the app that is walked listens. */
export const appUrl = (): string => test.info().project.use.baseURL ?? '';

/** The API as somebody of the market, to see what a journey left in the data. */
export const apiOf = (login: Pick<Login, 'email' | 'password'>): Promise<Api> =>
  openHttpDoor(appUrl()).signIn(login);

/** Somebody of the market by their address; all have the password that the seed wrote down. */
export const somebody = (email: string): { email: string; password: string } => ({
  email,
  password: demoLogin('operator').password,
});

/** A page of the market's login of a role. */
export const pageOf = (browser: Browser, role: DemoRole, place = 0): Promise<Page> =>
  enterAs(browser, demoLogin(role, place));

/** The path of a sponsor's project by its title. */
export async function projectPath(api: Api, title: string): Promise<string> {
  const found = (await api.projects.list.query({ limit: 100 })).items.find((one) => one.title === title);
  if (!found) throw new Error(`The market has no project “${title}” of this sponsor.`);
  return `/sponsor/projects/${found.id}`;
}

/** Waits until the page that was asked for stands there under its heading. */
export async function open(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
}

/** Waits until React answers for an element: before that a key or a click on it does nothing. */
export async function awake(target: Locator): Promise<void> {
  await expect
    .poll(() =>
      target.evaluate((element) => Object.keys(element).some((name) => name.startsWith('__reactProps'))),
    )
    .toBe(true);
}

/** Presses a key on something once the page is awake there. */
export async function press(target: Locator, key = 'Enter'): Promise<void> {
  await awake(target);
  await target.press(key);
}
