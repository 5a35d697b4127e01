import { expect, type Page, test } from '@playwright/test';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

/** Signs the proposal on the page as its signatory, who reads what they agree to. */
async function sign(page: Page, login: { password: string }): Promise<void> {
  const proposal = page.getByRole('region', { name: /^Proposed: version/ });
  await proposal.getByRole('button', { name: /^Sign version/ }).click();
  await expect(proposal.getByText('Tick this if you agree to sign electronically.')).toBeVisible();
  await proposal.getByRole('checkbox').check();
  await proposal.getByRole('button', { name: /^Sign version/ }).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel('Type your full name');
  const hint = (await name.getAttribute('aria-describedby'))?.split(' ')[0];
  await name.fill((await dialog.locator(`[id="${hint}"]`).textContent()) ?? '');
  await dialog.getByLabel('Title').fill('Owner');
  await dialog.getByLabel('Password').fill(login.password);
  await dialog.getByRole('checkbox').check();
  await dialog.getByRole('button', { name: /^Sign/ }).click();
  await expect(dialog).toBeHidden();
}

test('a price for complex cases is proposed, signed by both sides over the same bytes, and called off by a batch', async ({
  page,
  baseURL,
}) => {
  const door = openHttpDoor(baseURL ?? '');
  const [sponsor, vendor] = [demoLogin('sponsor'), demoLogin('vendor')];
  const [asSponsor, asVendor] = [await door.signIn(sponsor), await door.signIn(vendor)];
  const award = (await asVendor.contracts.mine.query()).find((one) => one.status === 'active');
  if (!award) throw new Error('The demo has no award.');
  const { projectId, contractId } = award;
  const ofSponsor = `/sponsor/projects/${projectId}/contracts/${contractId}`;
  const tier = `complex_${Date.now().toString(36)}`;

  await signIn(page, sponsor);
  await page.goto(ofSponsor);
  await page.getByRole('link', { name: 'Propose other terms' }).click();
  await page.getByRole('button', { name: 'Add a class' }).click();
  await page.getByRole('button', { name: 'Propose terms' }).click();
  await expect(page.getByText('Say which cases belong to the class.').first()).toBeVisible();
  await page.getByLabel('Class', { exact: true }).last().fill(tier);
  await page.getByLabel('Cases of the class').last().fill('Cases with a prior to compare.');
  await page.getByLabel('Price').last().fill('3.40');
  await page.getByLabel('Reason').fill('Comparison with a prior takes twice as long.');
  await page.getByRole('button', { name: 'Propose terms' }).click();
  await expect(page.getByText(`new class ${tier}`).first()).toBeVisible();
  await expectAccessible(page);
  await sign(page, sponsor);
  await expect(page.getByText('Your side has signed', { exact: false })).toBeVisible();

  await page.context().clearCookies();
  await signIn(page, vendor);
  await page.goto('/vendor/contracts');
  await expect(page.getByText('waits for your signature', { exact: false }).first()).toBeVisible();
  await page.goto(`/vendor/contracts/${contractId}`);
  await sign(page, vendor);
  await expect(page.getByRole('region', { name: 'Terms in force' }).getByText(tier)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open the sealed PDF' }).first()).toBeVisible();

  const [dataset] = await asSponsor.datasets.list.query({ projectId });
  if (!dataset) throw new Error('The demo project has no cases.');
  const { items } = await asSponsor.datasets.cases.query({ datasetId: dataset.id, limit: 1 });
  const { batchId } = await asSponsor.work.createBatch.mutate({
    projectId,
    contractId,
    datasetId: dataset.id,
    name: 'One complex case',
    kind: 'production',
    caseIds: items.map((one) => one.id),
    overlap: 2,
    goldMode: 'none',
    pricePerReadMinor: 340n,
  });
  await asSponsor.work.openBatch.mutate({ batchId });
  await page.reload();
  const called = page.getByRole('region', { name: 'Called off' }).first();
  await expect(called.getByText('One complex case')).toBeVisible();
  await expect(called.getByText(tier)).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
  // Nobody is to find it among their work.
  await asSponsor.work.closeBatch.mutate({ batchId, reason: 'Tried out.' });

  await page.setViewportSize({ width: 1440, height: 900 });
  const trigger = page.getByRole('button', { name: 'End contract' });
  await trigger.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'End contract' }).press('Enter');
  await expect(dialog.getByText('Choose how the contract ends.').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(trigger).toBeFocused();
});
