import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits } from '#e2e/accessible.ts';
import { demoLogin, signIn } from '#e2e/people.ts';
import { sign } from '#e2e/sponsor-steps.ts';
import { apiOf, open, pageOf, press } from './market-steps.ts';

test('the newest vendor has no contract yet: asks for it, signs, the platform finds it among all and countersigns', async ({
  page,
  browser,
}) => {
  const vendor = demoLogin('vendor', 1);
  await signIn(page, vendor);
  await open(page, '/vendor/agreements', 'Agreements');
  await expect(page.getByText('No agreements yet')).toBeVisible();
  await expectAccessible(page);
  await press(page.getByRole('button', { name: 'Ask for agreement' }));
  await page.getByRole('dialog').getByLabel('Kind').selectOption({ label: 'Services agreement' });
  await press(page.getByRole('button', { name: 'Prepare document' }));
  await expect(page.getByText('Neither side has signed yet.')).toBeVisible();
  await expectAccessible(page);
  const { name, organisations } = await (await apiOf(vendor)).identity.me.query();
  await sign(page, { name, password: vendor.password });
  await expect(page.getByText('It waits for Readroom Market Platform.', { exact: false })).toBeVisible();

  const operator = await pageOf(browser, 'operator');
  await open(operator, '/operator/agreements', 'Agreements');
  const legalName = organisations[0]?.legalName ?? '';
  await operator.getByRole('searchbox').fill(legalName);
  await expect(operator.getByRole('table', { name: 'Agreements' }).getByRole('row')).toHaveCount(2);
  await expectAccessible(operator);
  await press(
    operator.getByRole('link', { name: new RegExp(`Countersign the services agreement with ${legalName}`) }),
  );
  await sign(operator, { name: 'Olu Operator', password: demoLogin('operator').password });
  await expect(operator.getByText('It is in force since', { exact: false })).toBeVisible();
  await operator.context().close();

  await open(page, '/vendor/agreements', 'Agreements');
  await expect(
    page.getByRole('table', { name: 'Agreements' }).getByRole('row', { name: /Active/ }),
  ).toHaveCount(1);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});

test('what ends soon is said, and what waits for this side; a sponsor’s and a large vendor’s centre at a glance', async ({
  page,
}) => {
  await signIn(page, demoLogin('vendor'));
  await open(page, '/vendor/agreements', 'Agreements');
  await expect(page.getByRole('main')).toContainText('ends on');
  await expect(page.getByRole('row', { name: /Delegation of credential checks/ })).toBeVisible();
  await expectAccessible(page);
  await page.context().clearCookies();
  await signIn(page, demoLogin('sponsor'));
  await open(page, '/sponsor/agreements', 'Agreements');
  await expect(page.getByText('The agreements carry', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
});
