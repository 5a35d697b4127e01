import { expect, test } from '@playwright/test';
import { foundIndependent, foundOrganisation } from '#db/seed/steps/people.ts';
import { appointLeads, postProject, signAgreement, signProtocol } from '#db/seed/steps/sponsor-steps.ts';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';
import { callOf, casesOf, pathologist, projectOf, protocolOf } from '#server/cli/replay/study.ts';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const LEVELS = ['0', '1'];

/** A sponsor with an open call, and a pathologist on their own account whose board certification waits to be checked. */
async function makeMarket(url: string) {
  const run = Date.now().toString(36);
  const operator = demoLogin('operator');
  const door = openHttpDoor(url);
  const cast = {
    door,
    operator: await door.signIn(operator),
    mailDomain: `${run}.example.org`,
    password: 'work on my own account',
  };
  const services = {
    kind: 'services' as const,
    effectiveFrom: new Date().toISOString().slice(0, 10),
    operatorPassword: operator.password,
  };
  const sponsor = await foundOrganisation(cast, {
    kind: 'sponsor',
    legalName: `Direct Sponsor ${run}`,
    ownerName: 'Direct Sponsor Owner',
    registerNumber: `DIR-${run}`,
    domain: `direct-${run}.example.org`,
  });
  await signAgreement(cast, sponsor, services);
  const ids = ['1', '2'];
  const reads = { tasks: ids, workers: ['a', 'b'], levels: LEVELS, answers: new Map(), reads: 4 };
  const project = await postProject(sponsor, {
    project: projectOf(`direct ${run}`, reads, 2, false),
    dataset: casesOf(ids),
  });
  const leads = await appointLeads(cast, sponsor, {
    clinicalLead: 'Direct Clinical',
    mlLead: 'Direct Model',
  });
  await signProtocol(sponsor, leads, project.projectId, protocolOf(LEVELS));
  // Soonest to close, so that it stands first among the calls of other journeys.
  await sponsor.owner.api.bids.openCall.mutate({
    ...callOf(2, 2, false),
    projectId: project.projectId,
    closesAt: new Date(Date.now() + 3 * 3_600_000),
  });
  const reader = await foundIndependent(cast, { name: `Inga Independent ${run}` });
  await signAgreement(cast, reader, services);
  const { id } = await reader.owner.api.credentials.claim.mutate(pathologist(`IND-${run}`));
  return { sponsor, project, reader, credentialId: id, title: `Replay of direct ${run}` };
}

const loginOf = ({ owner }: { owner: { email: string; password: string } }) => ({
  email: owner.email,
  password: owner.password,
});

test('R17: verified at the desk by keys alone, a person on their own account asks for work, is offered it and accepts', async ({
  page,
  baseURL,
}) => {
  const { sponsor, project, reader, credentialId, title } = await makeMarket(baseURL ?? '');

  await test.step('the operator verifies by keys: a result, what is missing, the result, the next in line', async () => {
    await signIn(page, demoLogin('operator'));
    await page.goto(`/operator/credentials?credential=${credentialId}`);
    const claim = page.getByRole('region', { name: 'Next credential' });
    await expect(claim.getByText(reader.owner.name).first()).toBeVisible();
    await expect(claim.getByRole('radio')).toHaveCount(4);
    // The form stands there before the page listens to keys.
    await expect(async () => {
      await page.keyboard.press('2');
      await expect(page.getByRole('radio', { name: /Discrepancy/ })).toBeChecked({ timeout: 1_000 });
    }).toPass();
    await page.keyboard.press('Control+Enter');
    await expect(
      page.getByText('Say what was found; the person reads it and may answer.').first(),
    ).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('1');
    await expect(page.getByRole('radio', { name: /Verified/ })).toBeChecked();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Recorded as verified')).toBeVisible();
    await expect(page).not.toHaveURL(new RegExp(credentialId));
  });

  await test.step('they ask for the work that they fit', async () => {
    await page.context().clearCookies();
    await signIn(page, loginOf(reader));
    await page.goto('/work/calls');
    const call = page.getByRole('listitem').filter({ hasText: title });
    await call.getByRole('button', { name: 'Ask for work' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send to the sponsor' }).click();
    await expect(dialog.getByText('Say in a sentence what you would bring.').first()).toBeVisible();
    await dialog.getByLabel('What you would bring').fill('Twelve years of prostate biopsies.');
    await dialog.getByRole('button', { name: 'Send to the sponsor' }).click();
    await expect(page.getByRole('region', { name: 'Your offers' }).getByText(title)).toBeVisible();
  });

  await test.step('the sponsor reads what they bring and offers a price', async () => {
    await page.context().clearCookies();
    await signIn(page, loginOf(sponsor));
    await page.goto(`/sponsor/projects/${project.projectId}/independents`);
    const asked = page.getByRole('listitem').filter({ hasText: 'Twelve years of prostate biopsies.' });
    await expect(asked.getByText(reader.owner.name)).toBeVisible();
    await expectAccessible(page);
    await asked.getByRole('button', { name: 'Offer work' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reads a week').fill('120');
    await dialog.getByRole('button', { name: 'Send offer' }).click();
    await expect(dialog.getByText('Give a price, for example 1.20.').first()).toBeVisible();
    await dialog.getByLabel('Price per read').fill('1.80');
    await dialog.getByRole('button', { name: 'Send offer' }).click();
    await expect(asked.getByText('Offered', { exact: false })).toBeVisible();
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('they accept, and it is said what comes next', async () => {
    await page.context().clearCookies();
    await signIn(page, loginOf(reader));
    await page.goto('/work/calls');
    const offers = page.getByRole('region', { name: 'Your offers' });
    await expect(offers.getByText('about 120 a week', { exact: false })).toBeVisible();
    await offers.getByRole('button', { name: 'Accept offer' }).click();
    await expect(offers.getByText('Next: sign what “Agreements” shows', { exact: false })).toBeVisible();
    await expectAccessible(page);
  });
});
