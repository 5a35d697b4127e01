import { expect, type Page } from '@playwright/test';

export type Company = {
  kind: 'sponsor' | 'vendor';
  legalName: string;
  registerNumber: string;
  domain: string;
  ownerName: string;
  email: string;
  password: string;
};

/** Opens an account with its organisation by the form, and confirms the address by the mailed link. */
export async function signUp(page: Page, company: Company): Promise<void> {
  await page.goto('/sign-up');
  await page
    .getByRole('radio', { name: company.kind === 'sponsor' ? /We have data/ : /We have readers/ })
    .click();
  await page.getByLabel('Legal name').fill(company.legalName);
  await page.getByLabel('Register number').fill(company.registerNumber);
  await page.getByLabel('Domain').fill(company.domain);
  await page.getByLabel('Country of registration').selectOption({ label: 'United States' });
  await page.getByLabel('Name', { exact: true }).fill(company.ownerName);
  await page.getByLabel('E-mail address').fill(company.email);
  await page.getByLabel('Country you work in').selectOption({ label: 'United States' });
  await page.getByLabel('Password').fill(company.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByText('Confirm your address with the link that was sent')).toBeVisible();
  await page.goto(`/mailbox?to=${encodeURIComponent(company.email)}`);
  const link = page.getByRole('link', { name: /\/confirm\// }).first();
  await page.goto((await link.getAttribute('href')) ?? '');
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await expect(page.getByText('waits for verification by an operator')).toBeVisible();
}

/** The operator's decision at the desk: verified, with everybody listed as a signatory. */
export async function verify(operator: Page, legalName: string): Promise<void> {
  await operator.goto('/operator/organisations');
  await operator.getByRole('link', { name: new RegExp(legalName) }).click();
  await operator.getByRole('group', { name: 'Who may sign for it' }).getByRole('checkbox').first().check();
  await operator.getByRole('button', { name: 'Verify organisation' }).click();
  await expect(operator.getByText('It is verified: it can publish, bid, sign and read.')).toBeVisible();
}

/** Signs whatever the open dialog asks to be signed, with name, statement and password. */
export async function signDialog(
  page: Page,
  signer: { name: string; password: string; title?: string },
): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type your full name').fill(signer.name);
  if (signer.title) await dialog.getByLabel('Title').fill(signer.title);
  await dialog.getByLabel('Password').fill(signer.password);
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: /^Sign/ }).click();
  await expect(dialog).toBeHidden();
}
