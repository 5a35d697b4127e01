import { expect, test } from '@playwright/test';
import { type Cast, foundOrganisation, type Organisation } from '#db/seed/steps/people.ts';
import { appointLeads, postProject, signAgreement, signProtocol } from '#db/seed/steps/sponsor-steps.ts';
import { staffVendor } from '#db/seed/steps/vendor-steps.ts';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';
import { callOf, casesOf, offerOf, pathologist, projectOf, protocolOf } from '#server/cli/replay/study.ts';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const LEVELS = ['0', '1', '2'];

/** A sponsor with a project that can open a call, and two vendors with two pathologists each. */
async function makeBidders(url: string) {
  const run = Date.now().toString(36);
  const operator = demoLogin('operator');
  const door = openHttpDoor(url);
  const cast: Cast = {
    door,
    operator: await door.signIn(operator),
    mailDomain: `${run}.example.org`,
    password: 'a world of bidding',
  };
  const party = async (kind: 'sponsor' | 'vendor', legalName: string, at: string) => {
    const organisation = await foundOrganisation(cast, {
      kind,
      legalName: `${legalName} ${run}`,
      ownerName: `${legalName} Owner`,
      registerNumber: `BID-${at}-${run}`,
      domain: `${at}-${run}.example.org`,
      country: 'US',
    });
    await signAgreement(cast, organisation, {
      kind: 'services',
      effectiveFrom: new Date().toISOString().slice(0, 10),
      operatorPassword: operator.password,
    });
    return organisation;
  };
  const sponsor = await party('sponsor', 'Bidding Sponsor', 'sponsor');
  const ids = ['1', '2', '3', '4'];
  const reads = { tasks: ids, workers: ['a', 'b'], levels: LEVELS, answers: new Map(), reads: 8 };
  const project = await postProject(sponsor, {
    project: projectOf(`bidding ${run}`, reads, 2, false),
    dataset: casesOf(ids),
  });
  const leads = await appointLeads(cast, sponsor, { clinicalLead: 'Bid Clinical', mlLead: 'Bid Model' });
  await signProtocol(sponsor, leads, project.projectId, protocolOf(LEVELS));
  const bidder = async (name: string, at: string) => {
    const vendor = await party('vendor', name, at);
    const recruits = [1, 2].map((n) => ({
      name: `${name} Reader ${n}`,
      credential: pathologist(`${run}-${at}-${n}`),
    }));
    return { vendor, people: await staffVendor(cast, vendor, recruits, 1) };
  };
  return {
    sponsor,
    project,
    first: await bidder('Early Reads', 'early'),
    second: await bidder('Late Reads', 'late'),
  };
}

const loginOf = ({ owner }: Organisation) => ({ email: owner.email, password: owner.password });

test('a sealed call: asked and answered, bid and revised, opened at its end, compared, split and decided', async ({
  page,
  baseURL,
}) => {
  test.setTimeout(300_000);
  const { sponsor, project, first, second } = await makeBidders(baseURL ?? 'http://localhost:3000');
  // Ten times what asking and bidding take.
  const ends = new Date(Date.now() + 30_000);
  const { callId } = await sponsor.owner.api.bids.openCall.mutate({
    ...callOf(4, 2, false),
    projectId: project.projectId,
    closesAt: ends,
    isSealed: true,
  });
  const offer = (people: typeof first.people, price: bigint) => ({
    ...offerOf(),
    pricePerReadMinor: price,
    seats: people.map((one) => ({ personId: one.personId, role: 'annotator' as const, hoursPerWeek: 10 })),
  });
  const { questionId } = await second.vendor.owner.api.bids.askQuestion.mutate({
    callId,
    question: 'Are earlier slides of a patient shown?',
  });
  await sponsor.owner.api.bids.answerQuestion.mutate({ questionId, answer: 'No, each slide stands alone.' });
  await second.vendor.owner.api.bids.submit.mutate({ callId, ...offer(second.people, 180n) });
  const { bidId } = await first.vendor.owner.api.bids.submit.mutate({ callId, ...offer(first.people, 150n) });
  await first.vendor.owner.api.bids.revise.mutate({
    bidId,
    seenVersion: 1,
    changeNote: 'A lower price.',
    ...offer(first.people, 140n),
  });

  await signIn(page, loginOf(first.vendor));
  await page.goto(`/vendor/calls/${callId}`);
  await expect(page.getByText('No, each slide stands alone.')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Versions' }).getByText('“A lower price.”')).toBeVisible();
  await expectAccessible(page);

  await page.context().clearCookies();
  await signIn(page, loginOf(sponsor));
  const room = `/sponsor/projects/${project.projectId}/bids`;
  await expect(async () => {
    await page.goto(room);
    await expect(page.getByRole('columnheader', { name: /Early Reads/ })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 150_000 });
  await expect(
    page
      .getByText('$1.40', { exact: false })
      .or(page.getByText('1.40 USD', { exact: false }))
      .first(),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Version 2' }).filter({ visible: true }).click();
  await expect(page.getByRole('dialog').getByText('Version 1')).toBeVisible();
  await page.keyboard.press('Escape');
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectFits(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  const pdf = await page.request.get(`/api/documents/comparisons/${project.projectId}`);
  expect([pdf.status(), pdf.headers()['content-type']]).toEqual([200, 'application/pdf']);

  await page.getByRole('button', { name: 'Set direct share' }).click();
  await page.getByRole('dialog').getByLabel('Share of the work').fill('120');
  await page.getByRole('dialog').getByLabel('Price per read').fill('0.90');
  await page.getByRole('dialog').getByRole('button', { name: 'Set share' }).click();
  await expect(page.getByText('A share is between 0 % and 100 %.')).toBeVisible();
  await page.getByRole('dialog').getByLabel('Share of the work').fill('40');
  await page.getByRole('dialog').getByRole('button', { name: 'Set share' }).click();
  await expect(page.getByText('People on their own account', { exact: false })).toBeVisible();

  await page.getByRole('button', { name: 'Decide call' }).click();
  await expect(page.getByRole('dialog').getByLabel(/Why not Late Reads/)).not.toBeEmpty();
  await page.getByRole('dialog').getByRole('button', { name: 'Decide call' }).click();
  await expect(page.getByText('every vendor is told', { exact: false }).first()).toBeVisible();
  const [lost] = await second.vendor.owner.api.bids.mine.query({ limit: 1 });
  expect(lost).toMatchObject({ status: 'declined', reason: expect.stringContaining('On delivery') });
});
