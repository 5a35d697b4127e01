import { expect, test } from '@playwright/test';
import type { Door } from '#db/seed/steps/door.ts';
import { type Cast, foundOrganisation, type Organisation, type Person } from '#db/seed/steps/people.ts';
import { appointLeads, signAgreement } from '#db/seed/steps/sponsor-steps.ts';
import { attestWorkforce, staffVendor } from '#db/seed/steps/vendor-steps.ts';
import { download, openHttpDoor } from '#server/cli/replay/api-client.ts';
import { pathologist } from '#server/cli/replay/study.ts';
import { expectAccessible } from './accessible.ts';
import { type Company, signDialog, signUp, verify } from './coming-in-steps.ts';
import { demoLogin, signIn } from './people.ts';
import {
  askAndSign,
  fundByCard,
  openCall,
  orderPilot,
  postProject,
  sign,
  signProtocol,
  uploadCases,
  writeProtocol,
} from './sponsor-steps.ts';
import { bid } from './vendor-steps.ts';

const CASES = ['1', '2', '3', '4'];
const LEVELS = ['0', '1', '2'];

/** The main job from sign-up to payout by its forms, at the smallest scale, with protected data behind its agreements. */
test('the whole pass: post, bid, sign, read in the browser, score, award, pay, take away', async ({
  page,
  browser,
  baseURL,
}) => {
  test.setTimeout(420_000);
  const url = baseURL ?? '';
  const door = openHttpDoor(url);
  const operator = demoLogin('operator');
  const run = Date.now().toString(36);
  const password = 'a whole pass of the job';
  const cast: Cast = {
    door,
    operator: await door.signIn(operator),
    mailDomain: `${run}.example.org`,
    password,
  };
  const pageOf = async () => (await browser.newContext({ baseURL: url })).newPage();
  const desk = await pageOf();
  await signIn(desk, operator);
  const title = `Slides ${run}`;

  // Coming in: the sponsor by the forms and the operator's desk, the vendor by the same calls that its forms make.
  const company: Company = {
    kind: 'sponsor',
    legalName: `Pass Sponsor ${run}`,
    registerNumber: `E2E-${run}`,
    domain: `sponsor-${run}.example.org`,
    ownerName: 'Pass Owner',
    email: `owner@${run}.example.org`,
    password,
  };
  await signUp(page, company);
  await verify(desk, company.legalName);
  const sponsor = await organisationOf(door, company);
  const vendor = await foundOrganisation(cast, {
    kind: 'vendor',
    legalName: `Pass Vendor ${run}`,
    ownerName: 'Vendor Owner',
    registerNumber: `E2E-${run}`,
    domain: `vendor-${run}.example.org`,
  });

  const project = await postProject(page, title);
  await uploadCases(page, project, CASES);
  await writeProtocol(page, project, LEVELS);
  const leads = await appointLeads(cast, sponsor, { clinicalLead: 'Pass Clinical', mlLead: 'Pass Model' });
  for (const [role, lead] of [
    ['clinical', leads.clinicalLead],
    ['ML', leads.mlLead],
  ] as const) {
    const own = await pageOf();
    await signIn(own, lead);
    await signProtocol(own, project, role, lead);
    await own.context().close();
  }
  await openCall(page, project);
  await expectAccessible(page);

  const recruits = ['Pass Anna', 'Pass Bert'].map((name, i) => ({
    name,
    credential: pathologist(`${run}-${i}`),
  }));
  const people = await staffVendor(cast, vendor, [...recruits, { name: 'Pass Novice' }], 1);
  const [anna, bert] = people;
  if (!anna || !bert) throw new Error('Nobody reads.');
  const offers = await pageOf();
  await signIn(offers, vendor.owner);
  await bid(offers, title, { price: '1.50', people: [anna.name, bert.name], unqualified: 'Pass Novice' });
  await offers.context().close();
  const pilot = await orderPilot(page, project);
  const { batchId } = await sponsor.owner.api.pilots.detail.query({ pilotId: pilot.split('/').at(-1) ?? '' });
  if (batchId === null) throw new Error('The pilot has no batch.');
  const pilotBatch = () => sponsor.owner.api.work.batch.query({ batchId });

  // R18, R29: protected data and unfunded work are refused with what is missing, until the chain is signed and paid.
  await page.getByRole('button', { name: 'Open pilot' }).click();
  const refusal = page.getByRole('alert').filter({ hasText: 'The pilot can’t open yet.' });
  await expect(refusal).toContainText('business associate agreement');
  await expect(refusal).toContainText('funded');
  await fundByCard(page, project, '500.00');
  const today = new Date().toISOString().slice(0, 10);
  const platform = { name: (await cast.operator.identity.me.query()).name, password: operator.password };
  for (const kind of ['Services agreement', 'Business associate agreement']) {
    const agreementId = await askAndSign(page, kind, sponsor.owner);
    await desk.goto(`/operator/agreements/${agreementId}`);
    await sign(desk, platform);
    await expect(desk.getByRole('link', { name: 'Download sealed copy' })).toBeVisible();
  }
  for (const kind of ['services', 'subcontractor_baa'] as const) {
    await signAgreement(cast, vendor, { kind, effectiveFrom: today, operatorPassword: operator.password });
  }
  await attestWorkforce(vendor, [anna, bert], today);
  await page.goto(pilot);
  await page.getByRole('button', { name: 'Open pilot' }).click();
  await expect(page.getByRole('button', { name: 'Close pilot' })).toBeVisible();

  for (const [index, person] of [anna, bert].entries()) {
    const own = await browser.newContext({ baseURL: url });
    await readEverything(await own.newPage(), person, batchId);
    // The last answer is sent while the page already says that all is read.
    await expect.poll(async () => (await pilotBatch()).totals.submitted).toBe((index + 1) * CASES.length);
    await own.close();
  }

  // R15: the card waits until the reading is over; the batch closes by itself when every case is read.
  await expect.poll(async () => (await pilotBatch()).status, { timeout: 60_000 }).toBe('settled');
  await page.goto(pilot);
  // R10: the card, its three-valued verdict, and the signed award, with the reason that an inconclusive card asks for.
  await page.getByRole('button', { name: /Compute scorecard/ }).click();
  await expect(page.getByText(/Reliability of Grade group/).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('radio', { name: /Award work/ }).click();
  await page.getByLabel('Share of the work').fill('60');
  await page.getByLabel('Reason').fill('The readers agree; a larger sample would cost more than it tells.');
  await page.getByRole('button', { name: 'Sign decision' }).click();
  await signDialog(page, sponsor.owner);
  await expect(page.getByText('Awarded, and signed.')).toBeVisible();

  await page.goto(`${project}/batches/new`);
  await page.getByRole('button', { name: 'Create draft batch' }).click();
  await page.waitForURL(/batches\/[0-9a-f-]{36}$/);
  await page.getByRole('button', { name: 'Open batch' }).click();
  await expect(page.getByRole('button', { name: 'Close batch' })).toBeVisible();

  const exported = await download(url, `/api/exports/${batchId}?what=reads&field=grade`, sponsor.owner);
  expect(exported.trim().split('\n')).toHaveLength(1 + CASES.length * 2);

  await vendor.owner.api.payouts.setUpDestination.mutate({ currency: 'USD' });
  await expect(async () => {
    const statement = await vendor.owner.api.payouts.statement.query({ before: null, limit: 50 });
    expect(statement.lines.reduce((sum, line) => sum + line.amountMinor, 0n)).toBe(
      BigInt(CASES.length) * 2n * 150n,
    );
  }).toPass({ timeout: 30_000 });
  const { reconciliation } = await cast.operator.payouts.operatorMoney.query();
  expect(reconciliation).toMatchObject({ ok: true });
});

/** The organisation that came in by the form, with its owner's hold on the app. */
async function organisationOf(door: Door, company: Company): Promise<Organisation> {
  const api = await door.signIn(company);
  const { personId, activeOrgId } = await api.identity.me.query();
  if (activeOrgId === null) throw new Error('The owner has no organisation.');
  const owner = { name: company.ownerName, email: company.email, password: company.password, personId, api };
  return { orgId: activeOrgId, legalName: company.legalName, owner };
}

/** Reads every case of a batch in the browser, by the keyboard alone. */
async function readEverything(
  page: import('@playwright/test').Page,
  person: Person,
  batchId: string,
): Promise<void> {
  await signIn(page, person);
  // The first time, a reader starts with the terms that hold now.
  await page.goto('/work');
  await page.getByRole('button', { name: /Start/ }).click();
  await page.waitForURL(new RegExp(`/work/read/${batchId}`));
  for (let read = 0; read < CASES.length; read += 1) {
    const slide = page
      .getByText(/Case \d+$/)
      .filter({ visible: true })
      .first();
    await expect(slide).toBeVisible();
    await expect(page.getByText(`Case ${read + 1} of ${CASES.length}`)).toBeVisible();
    const grade = Number(/\d+$/.exec((await slide.textContent()) ?? '')?.[0]) % LEVELS.length;
    await page.keyboard.press(String(grade + 1));
    await page.keyboard.press('Enter');
  }
  await expect(page.getByText(`You have read ${CASES.length} cases in this batch.`)).toBeVisible();
}
