import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

test('a text is asked for, negotiated by a redline and settled before anybody signs', async ({
  page,
  browser,
}) => {
  await signIn(page, demoLogin('sponsor'));
  await page.goto('/sponsor/agreements');
  await page.getByRole('button', { name: 'Ask for agreement' }).click();
  await page.getByRole('dialog').getByLabel('Kind').selectOption('confidentiality');
  await page.getByRole('button', { name: 'Prepare document' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Confidentiality Undertaking' })).toBeVisible();
  await page.getByRole('button', { name: 'Comment or propose: Report' }).click();
  const dialog = page.getByRole('dialog');
  const wording = dialog.getByLabel('Wording');
  await wording.fill((await wording.inputValue()).replace('24 hours', '48 hours'));
  await dialog.getByLabel('Comment').fill('As in our other agreements.');
  await dialog.getByRole('button', { name: 'Propose wording' }).click();
  await expect(page.getByText('Its text is under negotiation', { exact: false })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send text to sign' })).toBeDisabled();
  // The first note of a page is loaded as it comes: looked at before, it would fade in under the look.
  await expect(page.getByText('Proposed. The other side is asked.')).toBeVisible();
  await expectAccessible(page);

  const other = await browser.newPage();
  await signIn(other, demoLogin('operator'));
  await other.goto(page.url().replace('/sponsor/', '/operator/'));
  await other.getByRole('button', { name: 'Accept wording' }).press('Enter');
  await expect(other.getByText('Accepted', { exact: true })).toBeVisible();
  await other.getByRole('button', { name: 'Send text to sign' }).press('Enter');
  await expect(other.getByText('Neither side has signed yet.')).toBeVisible();
  await other.close();

  await page.reload();
  await expect(page.getByText('48 hours', { exact: false }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign agreement' })).toBeVisible();
  await page.getByRole('button', { name: 'Decline agreement…' }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Tried out.');
  await page.getByRole('dialog').getByRole('button', { name: 'Decline agreement' }).click();
  await expect(
    page.getByText('It was declined before both sides had signed.', { exact: false }),
  ).toBeVisible();
});

test('an authenticator app is set up from the account page; a wrong code does not turn it on', async ({
  page,
}) => {
  const login = demoLogin('finance');
  await signIn(page, login);
  await page.goto('/account/security');
  await page.getByLabel('Password').fill(login.password);
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('img', { name: /secret for your authenticator app/ })).toBeVisible();
  await page.getByLabel('Code of your authenticator app').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('That code is not right', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});
