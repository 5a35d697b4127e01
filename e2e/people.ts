import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';

export type DemoRole =
  | 'sponsor'
  | 'clinical_lead'
  | 'ml_lead'
  | 'finance'
  | 'vendor'
  | 'annotator'
  | 'independent'
  | 'operator';
export type Login = { role: DemoRole; email: string; password: string };

/** The seed's login of a role, as it wrote it down; the first, or the one at `place` among several. */
export function demoLogin(role: DemoRole, place = 0): Login {
  const file = path.join(process.env.READROOM_HOME ?? '.readroom', 'demo.json');
  const { logins } = JSON.parse(readFileSync(file, 'utf8')) as { logins: Login[] };
  const login = logins.filter((candidate) => candidate.role === role)[place];
  if (!login) throw new Error(`The seed has no login for ${role} at place ${place}.`);
  return login;
}

/** Signs in by the page, as a person does, and waits for the home of their role. */
export async function signIn(page: Page, login: { email: string; password: string }): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(login.email);
  await page.getByLabel('Password').fill(login.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

/** Each of these addresses sends whoever is signed in, and has nothing there, to their own home. */
export async function expectSentHome(page: Page, home: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await page.goto(path);
    await page.waitForURL(({ pathname }) => pathname === home);
    await expect(page.getByRole('heading', { level: 1 }), path).toBeVisible();
  }
}
