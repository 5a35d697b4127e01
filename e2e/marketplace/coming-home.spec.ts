import { expect, test } from '@playwright/test';
import { expectAccessible } from '#e2e/accessible.ts';
import { type DemoRole, demoLogin, signIn } from '#e2e/people.ts';

const PEOPLE: [DemoRole, number, RegExp][] = [
  ['sponsor', 0, /\/sponsor/],
  ['vendor', 0, /\/vendor/],
  ['annotator', 0, /\/work/],
  ['operator', 0, /\/operator/],
];

for (const [role, place, home] of PEOPLE) {
  test(`${role} signs in to a market at its full size and finds their own room`, async ({ page }) => {
    await signIn(page, demoLogin(role, place));
    await expect(page).toHaveURL(home);
    await expectAccessible(page);
  });
}
