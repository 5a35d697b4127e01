import { expect, type Page, test } from '@playwright/test';
import { readBatch } from '#db/seed/steps/reading.ts';
import { GRADE_FIELD } from '#server/cli/replay/study.ts';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin } from './people.ts';
import { enterAs, start } from './reading-steps.ts';
import { makeReadingWorld, type ReadingWorld } from './reading-world.ts';

test.describe('what is reported of a case, and what nobody decides', () => {
  test.setTimeout(240_000);
  let world: ReadingWorld;
  test.beforeAll(async ({ baseURL }) => {
    world = await makeReadingWorld(baseURL ?? '', 3);
  });
  const batchPage = (batchId: string) => `/sponsor/projects/${world.project.projectId}/batches/${batchId}`;

  test('R24: two people report one case, one of them after handing it in; it stays shut when one is confirmed, and the desk says so', async ({
    browser,
  }) => {
    const name = 'Reported 1';
    const batchId = await world.openBatch({ name, cases: 1, overlap: 2, reviewed: false });
    const [anna, bert] = world.annotators;
    const reader = await enterAs(browser, anna);
    await start(reader, name, `/work/read/${batchId}`);
    await expect(reader.getByText(/^Case 1 of/)).toBeVisible();
    const chosen = reader.locator('[data-choice]:is([aria-pressed=true], [aria-checked=true])').first();
    await expect(async () => {
      await reader.keyboard.press('2');
      await expect(chosen).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await reader.keyboard.press('Enter');
    await expect(reader.getByText('You have read 1 case in this batch.')).toBeVisible();
    // Taken back to be looked at once more, while somebody else sees what is in it and has it shut.
    await reader.keyboard.press('u');
    await expect(chosen).toBeVisible();
    await bert.api.work.join.mutate({ batchId, tier: 'label' });
    const { leases } = await bert.api.work.claim.mutate({ batchId, tier: 'label', limit: 1 });
    const said = { batchId, kind: 'phi_seen' as const, note: `Seen by the second reader of ${batchId}.` };
    expect(await bert.api.work.flag.mutate({ ...said, leaseId: leases[0]?.leaseId ?? '' })).toMatchObject({
      isHeld: true,
    });
    await expect(async () => {
      await reader.keyboard.press('p');
      await expect(reader.getByLabel('Where is it, and of what kind?')).toBeFocused({ timeout: 1_000 });
    }).toPass();
    await reader.keyboard.type(`Seen by the first reader of ${batchId}.`);
    await reader.keyboard.press('Control+Enter');
    await expect(
      reader.getByText(/You did not hold it any more, so that your pay stays as it is/),
    ).toBeVisible();
    await reader.context().close();

    const desk = await enterAs(browser, demoLogin('operator'));
    await desk.goto('/operator/incidents');
    const row = (who: string) =>
      desk.getByRole('listitem').filter({ hasText: `Seen by the ${who} reader of ${batchId}.` });
    await expect(row('second').getByText('Another report of this case waits as well.')).toBeVisible();
    await expectAccessible(desk);
    await desk.setViewportSize({ width: 390, height: 844 });
    await expectFits(desk);
    await desk.setViewportSize({ width: 1440, height: 900 });
    await close(desk, row('second'), 'It was protected information');
    await expect(desk.getByText('Closed. The case stays shut for good.')).toBeVisible();
    await expect(row('first').getByText(/it stays shut whatever this one comes to/)).toBeVisible();
    await expect(
      row('first').getByText('The case stays shut: another report of it was confirmed.'),
    ).toBeVisible();
    await close(desk, row('first'), 'It was none');
    await expect(row('first').getByText('False alarm, case shut by another report')).toBeVisible();
    await expect(row('second').getByText('Confirmed, stays shut')).toBeVisible();
    await desk.context().close();
  });

  test('R5: cases that nobody decides are counted with why, and a relabel of exactly these is one link away', async ({
    browser,
  }) => {
    const { sponsor, vendor, project, annotators } = world;
    const { items } = await sponsor.owner.api.datasets.cases.query({
      datasetId: project.datasetId,
      limit: 3,
    });
    const caseIds = items.slice(1).map((item) => item.id);
    const { batchId } = await sponsor.owner.api.work.createBatch.mutate({
      projectId: project.projectId,
      datasetId: project.datasetId,
      vendorOrgId: vendor.orgId,
      name: 'Divided 1',
      kind: 'production',
      caseIds,
      overlap: 2,
      goldMode: 'none',
      reviewShareBasisPoints: 0,
      isAdjudicated: false,
      pricePerReadMinor: 150n,
    });
    await sponsor.owner.api.work.openBatch.mutate({ batchId });
    // They agree on the last case and on no other.
    const answer = (person: { personId: string }, caseText: string) => ({
      answers: { [GRADE_FIELD]: caseText.includes('3') || person === annotators[0] ? '1' : '2' },
      activeMs: 0,
    });
    await readBatch({ batchId, people: annotators, answer, concurrency: 1 });
    await expect
      .poll(async () => (await sponsor.owner.api.work.batch.query({ batchId })).status, { timeout: 45_000 })
      .toBe('settled');

    const lead = await enterAs(browser, world.leads.clinicalLead);
    await lead.goto(batchPage(batchId));
    await expect(lead.getByRole('heading', { name: '1 case left undecided' })).toBeVisible();
    await expect(
      lead.getByText('1 case has a field on which its readers were divided and that nobody decided.'),
    ).toBeVisible();
    await expect(lead.getByText(/The project manager or the owner orders that/)).toBeVisible();
    await expectAccessible(lead);
    await lead.setViewportSize({ width: 390, height: 844 });
    await expectFits(lead);
    await lead.context().close();

    const owner = await enterAs(browser, sponsor.owner);
    await owner.goto(batchPage(batchId));
    await owner.getByRole('link', { name: 'Have these cases read again' }).click();
    // What the form makes of it is in start-choice.ts; here nobody holds an award to read under.
    await owner.waitForURL(`**/batches/new?kind=relabel&from=${batchId}&doubt=uncertain&again=left_out`);
    await expect(owner.getByText('Cases are read again by other people.', { exact: false })).toBeVisible();
    await owner.context().close();
  });
});

/** Ends a report of the desk with what it was. */
async function close(desk: Page, row: ReturnType<Page['getByRole']>, outcome: string): Promise<void> {
  await expect(async () => {
    await row.getByRole('radio', { name: outcome }).click({ timeout: 2_000 });
    await expect(row.getByRole('radio', { name: outcome })).toBeChecked({ timeout: 1_000 });
  }).toPass();
  await row.getByLabel('What was found').fill('Looked into.');
  await row.getByRole('button', { name: 'Close incident' }).click();
  await expect(row.getByRole('button', { name: 'Close incident' })).toBeHidden();
  await expect(desk.getByRole('heading', { level: 1 })).toBeVisible();
}
