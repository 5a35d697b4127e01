import { expect, test } from '@playwright/test';
import { type Cast, foundOrganisation, type Person } from '#db/seed/steps/people.ts';
import {
  appointLeads,
  fundByCard,
  postProject,
  signAgreement,
  signProtocol,
} from '#db/seed/steps/sponsor-steps.ts';
import { attestWorkforce, contractPilot, staffVendor } from '#db/seed/steps/vendor-steps.ts';
import { download, openHttpDoor } from '#server/cli/replay/api-client.ts';
import { callOf, casesOf, offerOf, pathologist, projectOf, protocolOf } from '#server/cli/replay/study.ts';
import { expectAccessible } from './accessible.ts';
import { demoLogin, signIn } from './people.ts';

const CASES = ['1', '2', '3', '4'];
const LEVELS = ['0', '1', '2'];

/** The main job from sign-up to payout, at the smallest scale, with protected data behind the chain of agreements. */
test('the whole pass: post, bid, sign, read in the browser, score, award, pay, take away', async ({
  page,
  browser,
  baseURL,
}) => {
  test.setTimeout(240_000);
  const url = baseURL ?? '';
  const door = openHttpDoor(url);
  const operator = demoLogin('operator');
  const run = Date.now().toString(36);
  const cast: Cast = {
    door,
    operator: await door.signIn(operator),
    mailDomain: `${run}.example.org`,
    password: 'a whole pass of the job',
  };
  const today = new Date().toISOString().slice(0, 10);
  const party = (kind: 'sponsor' | 'vendor', legalName: string) =>
    foundOrganisation(cast, {
      kind,
      legalName: `${legalName} ${run}`,
      ownerName: `${legalName} Owner`,
      registerNumber: `E2E-${run}`,
      domain: `${kind}-${run}.example.org`,
    });
  const sponsor = await party('sponsor', 'Pass Sponsor');
  const vendor = await party('vendor', 'Pass Vendor');

  const reads = {
    tasks: CASES,
    workers: ['a', 'b'],
    levels: LEVELS,
    answers: new Map(),
    reads: CASES.length * 2,
  };
  const { assisted: _, ...policy } = projectOf('pass', reads, 2, false).qualityPolicy;
  const project = await postProject(sponsor, {
    project: {
      ...projectOf('pass', reads, 2, false),
      dataClass: 'phi',
      qualityPolicy: { ...policy, assisted: false },
    },
    dataset: {
      ...casesOf(CASES),
      dataClass: 'phi',
      evidence: {
        kind: 'baa',
        issuer: 'A hospital',
        reference: 'BAA-1',
        issuedOn: today,
        expiresOn: null,
        sha256: null,
      },
    },
  });
  const leads = await appointLeads(cast, sponsor, { clinicalLead: 'Pass Clinical', mlLead: 'Pass Model' });
  await signProtocol(sponsor, leads, project.projectId, protocolOf(LEVELS));
  await fundByCard(sponsor, { projectId: project.projectId, amountMinor: 50_000n });
  const people = await staffVendor(
    cast,
    vendor,
    ['Pass Anna', 'Pass Bert'].map((name, i) => ({ name, credential: pathologist(`${run}-${i}`) })),
    1,
  );
  const contract = await contractPilot({
    sponsor,
    vendor,
    people,
    project,
    call: callOf(CASES.length, 2, false),
    offer: offerOf(),
  });
  const [anna] = people;
  if (!anna) throw new Error('Nobody reads.');

  // R1, R18: work on protected data is refused with the missing hop in words, until each hop is signed in its turn.
  const open = () => sponsor.owner.api.work.openBatch.mutate({ batchId: contract.batchId });
  const join = () => anna.api.work.join.mutate({ batchId: contract.batchId, tier: 'label' });
  const sign = (party: typeof sponsor, kind: 'services' | 'baa' | 'subcontractor_baa') =>
    signAgreement(cast, party, { kind, effectiveFrom: today, operatorPassword: operator.password });
  for (const party of [sponsor, vendor]) await sign(party, 'services');
  await expect(open()).rejects.toThrow(/business associate agreement/i);
  await sign(sponsor, 'baa');
  await open();
  await expect(join()).rejects.toThrow();
  await sign(vendor, 'subcontractor_baa');
  await attestWorkforce(vendor, people, today);

  for (const [index, person] of people.entries()) {
    const own = await browser.newContext({ baseURL: url });
    await readEverything(await own.newPage(), person, contract.batchId, index);
    await own.close();
  }

  // R15: the card waits until the reading is over; the batch closes by itself when every case is read.
  await expect(async () => {
    await sponsor.owner.api.pilots.compute.mutate({ pilotId: contract.pilotId });
  }).toPass({ timeout: 30_000 });
  await signIn(page, sponsor.owner);
  await page.goto(`/sponsor/projects/${project.projectId}/pilots/${contract.pilotId}`);
  await expect(page.getByText(/Reliability of Grade group/).first()).toBeVisible();
  await expectAccessible(page);

  const exported = await download(
    url,
    `/api/exports/${contract.batchId}?what=reads&field=grade`,
    sponsor.owner,
  );
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

/** Reads every case of a batch in the browser, by the keyboard alone. */
async function readEverything(
  page: import('@playwright/test').Page,
  person: Person,
  batchId: string,
  index: number,
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
    await page.keyboard.press(String(((read + index) % 2) + 1));
    await page.keyboard.press('Enter');
  }
  await expect(page.getByText(`You have read ${CASES.length} cases in this batch.`)).toBeVisible();
}
