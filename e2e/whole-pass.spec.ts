import { expect, type Page, test } from '@playwright/test';
import type { Door } from '#db/seed/steps/door.ts';
import { appointPanel } from '#db/seed/steps/panel-steps.ts';
import { type Cast, foundOrganisation, type Organisation, type Person } from '#db/seed/steps/people.ts';
import { appointLeads, signAgreement } from '#db/seed/steps/sponsor-steps.ts';
import { attestWorkforce, staffVendor } from '#db/seed/steps/vendor-steps.ts';
import { download, openHttpDoor } from '#server/cli/replay/api-client.ts';
import { pathologist } from '#server/cli/replay/study.ts';
import { expectAccessible } from './accessible.ts';
import { type Company, signDialog, signUp, verify } from './coming-in-steps.ts';
import { demoLogin } from './people.ts';
import { allSent, enterAs, readAll, shownNumber, start } from './reading-steps.ts';
import {
  askAndSign,
  createPanelBatch,
  createProduction,
  fundByCard,
  openBatch,
  openCall,
  orderPilot,
  postProject,
  sign,
  signPanelGold,
  signProtocol,
  uploadCases,
  writeProtocol,
} from './sponsor-steps.ts';
import { bid, setUpPayouts } from './vendor-steps.ts';

const LEVELS = ['0', '1', '2'];
const CASES = ['1', '2', '3', '4', '5', '6'];
/** The panel reads the first three; the pilot has them and one more. */
const GOLD = 3;
const PILOT = 4;
/** What is known already needs no review. */
const REVIEWED = CASES.length - GOLD;
/** Both readers miss this one; the reviewer puts it right. */
const MISSED = 4;
/** The readers part over this one; the panel decides it. */
const DIVIDED = 6;
const PRICE = 150n;

/** The option that is right for a case, counted from 1 as its number key. */
const right = (caseNumber: number) => 1 + (caseNumber % LEVELS.length);
const wrong = (caseNumber: number) => 1 + (right(caseNumber) % LEVELS.length);

/** The main job from sign-up to payout by its forms, at the smallest scale, with protected data behind its agreements. */
test('the whole pass: post, agree gold, bid, sign, pilot, award, read, review, adjudicate, pay, take away', async ({
  page,
  browser,
  baseURL,
}) => {
  test.setTimeout(600_000);
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
  const desk = await enterAs(browser, operator);
  const title = `Slides ${run}`;
  const today = new Date().toISOString().slice(0, 10);

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
  const clinical = await enterAs(browser, leads.clinicalLead);
  const model = await enterAs(browser, leads.mlLead);
  await signProtocol(clinical, project, 'clinical', leads.clinicalLead);
  await signProtocol(model, project, 'ML', leads.mlLead);
  await openCall(page, project, PILOT);
  await expectAccessible(page);

  // R7, R18: the panel makes the gold, once the sponsor's own agreements let it open protected cases.
  const panel = await appointPanel(cast, sponsor, {
    projectId: project.split('/').at(-1) ?? '',
    members: ['Pass Pia', 'Pass Quin'].map((name, i) => ({
      name,
      credential: pathologist(`${run}-panel-${i}`),
    })),
    concurrency: 1,
  });
  for (const { personId, api } of panel) {
    const attested = { personId, relation: 'employed', privacyTrainingOn: today } as const;
    const { id } = await sponsor.owner.api.agreements.attestOwnStaff.mutate(attested);
    await api.agreements.confirmAttestation.mutate({ attestationId: id });
  }
  const panelBatch = await createPanelBatch(page, project, GOLD);
  await page.getByRole('button', { name: 'Open batch' }).click();
  await expect(refusal(page, 'The batch can’t open yet.')).toContainText('business associate agreement');
  const platform = { name: (await cast.operator.identity.me.query()).name, password: operator.password };
  for (const kind of ['Services agreement', 'Business associate agreement']) {
    const agreementId = await askAndSign(page, kind, sponsor.owner);
    await desk.goto(`/operator/agreements/${agreementId}`);
    await sign(desk, platform);
    await expect(desk.getByRole('link', { name: 'Download sealed copy' })).toBeVisible();
  }
  await page.goto(panelBatch);
  await openBatch(page);
  const progressOf = (path: string) =>
    sponsor.owner.api.work.batch.query({ batchId: path.split('/').at(-1) ?? '' });
  const readsIn = (path: string, n: number) => async () => (await progressOf(path)).totals.submitted === n;
  const settled = (path: string) =>
    expect.poll(async () => (await progressOf(path)).status, { timeout: 60_000 }).toBe('settled');
  for (const [index, person] of panel.entries()) {
    const reads = { id: panelBatch.split('/').at(-1) ?? '', name: 'Panel', cases: GOLD };
    // They part over the third case.
    const choose = (n: number) => (index === 1 && n === GOLD ? wrong(n) : right(n));
    await readAll(browser, person, reads, choose, readsIn(panelBatch, (index + 1) * GOLD));
  }
  await settled(panelBatch);
  const divided = {
    name: String(GOLD),
    level: LEVELS[right(GOLD) - 1] ?? '',
    rationale: 'The follow-up shows it.',
  };
  await signPanelGold(clinical, project, divided, leads.clinicalLead);
  await expectAccessible(clinical);

  const recruits = ['Pass Anna', 'Pass Bert', 'Pass Rita'].map((name, i) => ({
    name,
    credential: pathologist(`${run}-${i}`),
  }));
  const [anna, bert, rita] = await staffVendor(cast, vendor, [...recruits, { name: 'Pass Novice' }], 1);
  if (!anna || !bert || !rita) throw new Error('Nobody reads.');
  const offers = await enterAs(browser, vendor.owner);
  await bid(offers, title, {
    price: '1.50',
    people: [anna.name, bert.name],
    reviewer: rita.name,
    unqualified: 'Pass Novice',
  });
  const pilot = await orderPilot(page, project);
  const { batchId } = await sponsor.owner.api.pilots.detail.query({ pilotId: pilot.split('/').at(-1) ?? '' });
  if (batchId === null) throw new Error('The pilot has no batch.');

  // R18, R29: protected data and unfunded work are refused with what is missing, until the chain is signed and paid.
  await page.getByRole('button', { name: 'Open pilot' }).click();
  await expect(refusal(page, 'The pilot can’t open yet.')).toContainText('funded');
  await fundByCard(page, project, '500.00');
  for (const kind of ['services', 'subcontractor_baa'] as const) {
    await signAgreement(cast, vendor, { kind, effectiveFrom: today, operatorPassword: operator.password });
  }
  await attestWorkforce(vendor, [anna, bert, rita], today);
  await page.goto(pilot);
  await page.getByRole('button', { name: 'Open pilot' }).click();
  await expect(page.getByRole('button', { name: 'Close pilot' })).toBeVisible();
  const { name } = await sponsor.owner.api.work.batch.query({ batchId });
  for (const [index, person] of [anna, bert].entries()) {
    const reads = { id: batchId, name, cases: PILOT };
    await readAll(browser, person, reads, right, readsIn(batchId, (index + 1) * PILOT));
    if (index === 0) await lookAtRunningPilot(page, `${project}/batches/${batchId}`);
  }

  // R15: the card waits until the reading is over; the batch closes by itself when every case is read.
  await settled(batchId);
  await page.goto(pilot);
  // R10: the card, its three-valued verdict, and the signed award, with the reason that an inconclusive card asks for.
  await page.getByRole('button', { name: /Compute scorecard/ }).click();
  await expect(page.getByText(/Reliability of Grade group/).first()).toBeVisible();
  await expect(page.getByText(/Accuracy of Grade group/).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('radio', { name: /Award work/ }).click();
  await page.getByLabel('Share of the work').fill('60');
  await page.getByLabel('Reason').fill('The readers agree; a larger sample would cost more than it tells.');
  await page.getByRole('button', { name: 'Sign decision' }).click();
  await signDialog(page, sponsor.owner);
  await expect(page.getByText('Awarded, and signed.')).toBeVisible();

  // Production: both miss one case, part over another; the reviewer mends the first, the panel decides the second (R25).
  const production = await createProduction(page, project);
  await openBatch(page);
  const id = production.split('/').at(-1) ?? '';
  for (const [index, person] of [anna, bert].entries()) {
    const reads = { id, name: 'Production 1', cases: CASES.length };
    const choose = (n: number) => (n === MISSED || (n === DIVIDED && index === 1) ? wrong(n) : right(n));
    await readAll(browser, person, reads, choose, readsIn(production, (index + 1) * CASES.length));
  }
  await expect.poll(async () => (await progressOf(production)).tasks.in_review).toBe(REVIEWED);
  await reviewAll(await enterAs(browser, rita), id);
  const judge = await enterAs(browser, panel[0] as Person);
  await start(judge, 'Production 1', `/work/adjudicate/${id}`);
  expect(await shownNumber(judge)).toBe(DIVIDED);
  await judge.keyboard.press(String(right(DIVIDED)));
  await judge.getByLabel('Rationale').fill('The worst area is benign.');
  await judge.keyboard.press('Control+Enter');
  await expect(judge.getByText('You have decided 1 case in this batch.')).toBeVisible();
  await settled(production);

  // What it came to: quality and the three costs on the screen, the labels with how they came about.
  await page.goto(`${project}/dashboard`);
  const line = page.getByRole('listitem').filter({ hasText: 'Production 1' });
  await expect(line.getByText('6 of 6 cases')).toBeVisible();
  await expect(line.getByText('Right on gold, every gated field')).toBeVisible();
  await expect(page.getByText('Cost per correct label')).toBeVisible();
  await expect(page.getByText('no cost', { exact: false })).toHaveCount(0);
  await expectAccessible(page);
  const take = async (what: string) =>
    (await download(url, `/api/exports/${id}?what=${what}`, sponsor.owner)).trim().split('\n');
  expect(await take('reads&field=grade&format=csv')).toHaveLength(1 + CASES.length * 2);
  const finals = await take('final_labels&format=jsonl');
  const labels = finals.map((row) => JSON.parse(row) as Record<string, unknown>);
  expect(labels).toHaveLength(CASES.length);
  for (const label of labels) {
    const n = Number(label.case_id);
    const path = n === MISSED ? 'review' : n === DIVIDED ? 'adjudication' : 'unanimous';
    expect(label, `case ${n}`).toMatchObject({ grade: LEVELS[right(n) - 1], grade_path: path });
  }

  // Everybody is paid once, what the statement says, and ledger, rail and statements agree to the cent.
  await setUpPayouts(offers);
  const earned = PRICE * BigInt(PILOT * 2 + CASES.length * 2 + REVIEWED);
  const statement = () => vendor.owner.api.payouts.statement.query({ before: null, limit: 50 });
  await expect
    .poll(async () => (await statement()).lines.reduce((sum, one) => sum + one.amountMinor, 0n), {
      timeout: 30_000,
    })
    .toBe(earned);
  await desk.goto('/operator/money');
  await desk.getByRole('button', { name: 'Start payout run' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Start payout run' }).click();
  await expect(desk.getByRole('dialog')).toBeHidden();
  const paid = async () =>
    (await statement()).payouts.map(({ status, amountMinor }) => ({ status, amountMinor }));
  await expect
    .poll(paid, { timeout: 60_000 })
    .toEqual([{ status: expect.stringMatching(/^(confirmed|reconciled)$/), amountMinor: earned }]);
  await offers.goto('/vendor/statement');
  await expect(offers.getByRole('region', { name: 'Payouts' }).getByText('$34.50').first()).toBeVisible();
  const { reconciliation } = await cast.operator.payouts.operatorMoney.query();
  expect(reconciliation).toMatchObject({ ok: true });
});

/** R15, R26: while a pilot is read its answers stay closed, in words; its readers can be seen, and paused. */
async function lookAtRunningPilot(page: Page, batch: string): Promise<void> {
  const closed = page.getByText('What was read is not shown yet.');
  await page.goto(`${batch}/reads`);
  await expect(closed).toBeVisible();
  await page.goto(batch);
  await expect(closed).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Final labels' })).toHaveCount(0);
  const readers = page.getByRole('table', { name: 'Readers' });
  await expectAccessible(page);
  const dialog = page.getByRole('dialog');
  for (const verb of ['Pause', 'Resume']) {
    await readers.getByRole('button', { name: `${verb} R01`, exact: true }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('We talk about the cases first.');
    await dialog.getByRole('button', { name: `${verb} R01` }).click();
    await expect(dialog).toBeHidden();
  }
  await expect(readers.getByRole('button', { name: 'Pause R01', exact: true })).toBeVisible();
}

/** What the page says of work that can't start. */
const refusal = (page: Page, title: string) => page.getByRole('alert').filter({ hasText: title });

/** The organisation that came in by the form, with its owner's hold on the app. */
async function organisationOf(door: Door, company: Company): Promise<Organisation> {
  const api = await door.signIn(company);
  const { personId, activeOrgId } = await api.identity.me.query();
  if (activeOrgId === null) throw new Error('The owner has no organisation.');
  const owner = { name: company.ownerName, email: company.email, password: company.password, personId, api };
  return { orgId: activeOrgId, legalName: company.legalName, owner };
}

/** Reviews every case that is not gold by the keyboard: accepts both reads, but mends the case that both missed. */
async function reviewAll(page: Page, batchId: string): Promise<void> {
  await start(page, 'Production 1', `/work/review/${batchId}`);
  for (let n = 1; n <= REVIEWED; n += 1) {
    await expect(page.getByRole('contentinfo').getByText(`Case ${n}`, { exact: true })).toBeVisible();
    const isMissed = (await shownNumber(page)) === MISSED;
    await expect(page.getByRole('region', { name: 'Reader B' })).toBeVisible();
    const keys = isMissed ? ['2', '2', String(right(MISSED)), 'Enter'] : ['1', '1', 'Enter'];
    for (const key of keys) await page.keyboard.press(key);
  }
  await allSent(page, `You have reviewed ${REVIEWED} cases in this batch.`);
  await page.context().close();
}
