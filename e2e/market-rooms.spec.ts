import { expect, type Page, test } from '@playwright/test';
import { appointPanel, makePanelGold } from '#db/seed/steps/panel-steps.ts';
import { readBatch } from '#db/seed/steps/reading.ts';
import { postProject, signAgreement, signProtocol } from '#db/seed/steps/sponsor-steps.ts';
import { casesOf, GRADE_FIELD, pathologist, projectOf, protocolOf } from '#server/cli/replay/study.ts';
import { expectAccessible, expectFits } from './accessible.ts';
import { demoLogin } from './people.ts';
import { enterAs, shownCase } from './reading-steps.ts';
import { makeReadingWorld, type ReadingWorld } from './reading-world.ts';

const KNOWN = 6;
const LEVELS = ['0', '1', '2'];
/** What the panel found in every case; the second of the protocol's options. */
const TRUTH = '1';
const TRUTH_KEY = '2';

/** A general exam with a sitting of cases that two of the panel agreed on, and a second project that asks for it. */
async function setExam(world: ReadingWorld, run: string) {
  const { cast, sponsor, leads, project } = world;
  const { api } = sponsor.owner;
  const [second] = await appointPanel(cast, sponsor, {
    projectId: project.projectId,
    members: [{ name: 'Second Panel', credential: pathologist(`${run}-8`) }],
    concurrency: 1,
  });
  const [first] = world.panel;
  if (!first || !second) throw new Error('The panel is missing.');
  await makePanelGold({
    sponsor,
    clinicalLead: leads.clinicalLead,
    project,
    panel: [first, second],
    answer: () => ({ answers: { [GRADE_FIELD]: TRUTH }, activeMs: 1000 }),
    settle: () => null,
    concurrency: 2,
  });
  const title = `Grade groups ${run}`;
  const { examId, specialty } = await api.credentials.defineExam.mutate({
    title,
    subjectKind: 'anatomy',
    subject: 'Prostate',
    passLevelBasisPoints: 5000,
    retryAfterDays: 7,
    maxAttempts: 2,
    validMonths: 24,
    entryRule: { anyOf: [] },
    pricePerReadMinor: 50n,
    currency: 'USD',
  });
  const { batchId } = await api.work.createBatch.mutate({
    projectId: project.projectId,
    datasetId: project.datasetId,
    name: 'First sitting',
    kind: 'exam',
    generalExamId: examId,
    overlap: 2,
    goldMode: 'none',
    filter: { gold: 'only' },
    caseLimit: KNOWN,
    reviewShareBasisPoints: 0,
    isAdjudicated: false,
    pricePerReadMinor: 50n,
  });
  await api.work.openBatch.mutate({ batchId });
  const ids = ['1', '2', '3'];
  const reads = { tasks: ids, workers: ['a', 'b'], levels: LEVELS, answers: new Map(), reads: 6 };
  const elsewhere = await postProject(sponsor, {
    project: {
      ...projectOf(`elsewhere ${run}`, reads, 2, false),
      credentialRule: {
        anyOf: [{ allOf: [{ kind: 'general_exam', specialty, minLevel: 'primary_source' }] }],
      },
    },
    dataset: casesOf(ids),
  });
  await signProtocol(sponsor, leads, elsewhere.projectId, protocolOf(LEVELS));
  return { title, examId, sittingId: batchId, projectId: elsewhere.projectId };
}

/** So many known answers are wrong after all, so that too few cases are left to pass the exam on (R7). */
async function withdrawGold({ sponsor, leads, project }: ReadingWorld, count: number): Promise<void> {
  const { projectId } = project;
  const { items } = await sponsor.owner.api.gold.items.query({ projectId, status: 'active', limit: count });
  for (const { id: goldItemId } of items)
    await leads.clinicalLead.api.gold.dispute.mutate({ goldItemId, reason: 'The biopsy says another.' });
}

/** Decides on the pass of the first person in the list, by keys alone; what is missing is said first. */
async function decideFirstPass(page: Page, decision: RegExp, reason: string): Promise<void> {
  const list = page.getByRole('list', { name: 'Exam passes in doubt' });
  await list
    .getByRole('button', { name: /^Decide on the pass of R\d+ in / })
    .first()
    .press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Record decision' }).press('Enter');
  await expect(dialog.getByText('Choose what becomes of the pass.').first()).toBeVisible();
  await dialog.getByRole('radio', { name: decision }).press('Space');
  await dialog.getByLabel('Reason').fill(reason);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Record decision' }).press('Enter');
  await expect(dialog).toBeHidden();
}

/** The vendor as a delegate: its agreement signed by both sides, its files audited. */
async function appoint({ cast, vendor }: ReadingWorld): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  await signAgreement(cast, vendor, {
    kind: 'delegation',
    effectiveFrom: today,
    operatorPassword: demoLogin('operator').password,
  });
  await cast.operator.credentials.appointDelegate.mutate({
    orgId: vendor.orgId,
    auditedOn: today,
    filesAudited: 8,
    filesPassed: 8,
    findings: 'Eight files, all in order.',
    sampleShareBasisPoints: 1000,
  });
}

test('a delegate’s check counts as the platform’s; an exam passed once opens another project, whose strategy leads to its call', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const run = Date.now().toString(36);
  const world = await makeReadingWorld(baseURL ?? '', KNOWN);
  const [anna] = world.annotators;
  const exam = await setExam(world, run);
  await appoint(world);

  await test.step('the vendor records what the source said, by keys; what is missing is said first', async () => {
    const page = await enterAs(browser, world.vendor.owner);
    await page.goto('/vendor/agreements');
    const line = page
      .getByRole('row')
      .filter({ hasText: anna.name })
      .filter({ hasText: 'Board-certified pathologist' });
    await line.getByRole('button', { name: /Record check/ }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Source that was asked').press('Enter');
    await expect(dialog.getByLabel('Your file')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('As of').fill(new Date().toISOString().slice(0, 10));
    await dialog.getByLabel('Your file').fill('HR-17');
    await dialog.getByLabel('Your file').press('Enter');
    await expect(dialog).toBeHidden();
    await expect(line.getByText('verified at its source', { exact: false })).toBeVisible();
    await expectAccessible(page);
    await page.context().close();
    const { credentials } = await anna.api.credentials.wallet.query();
    expect(credentials[0]).toMatchObject({ status: 'verified', level: 'primary_source' });
  });

  await test.step('a reader takes the exam and has passed it', async () => {
    const page = await enterAs(browser, anna);
    await page.goto('/work/qualifications');
    await page.getByRole('button', { name: `Take the exam: ${exam.title}` }).press('Enter');
    for (let read = 1; read <= KNOWN; read += 1) {
      await expect(page.getByText(new RegExp(`^Case ${read} of`))).toBeVisible();
      await expect(shownCase(page)).toBeVisible();
      await page.keyboard.press(TRUTH_KEY);
      await page.keyboard.press('Enter');
    }
    const passed = async () =>
      (await anna.api.credentials.wallet.query()).credentials.some((one) => one.kind === 'general_exam');
    await expect.poll(passed).toBe(true);
    await page.goto('/work/qualifications');
    const line = page.getByRole('listitem').filter({ hasText: exam.title }).first();
    await expect(line.getByText(/^Passed, counts until/)).toBeVisible();
    await page.context().close();
  });

  await test.step('in a project that asks for it she counts; the strategy is decided and leads to the call', async () => {
    const page = await enterAs(browser, world.sponsor.owner);
    await page.goto(`/sponsor/projects/${exam.projectId}/strategy`);
    await expect(page.getByText(/^1 person qualifies/)).toBeVisible();
    await page
      .getByRole('button', { name: 'Choose buy' })
      .or(page.getByRole('button', { name: 'Chosen' }))
      .first()
      .press('Enter');
    await expectAccessible(page);
    await page.getByLabel('Why').fill('We have nobody of our own who reads biopsies.');
    await page.getByRole('button', { name: /^Decide/ }).press('Enter');
    await page.waitForURL(`**/projects/${exam.projectId}/bids`);
    await expect(page.getByRole('heading', { name: 'Open the call' })).toBeVisible();
    await expect(page.getByText('1 person', { exact: false }).first()).toBeVisible();
    await page.context().close();
    const { decisions } = await world.sponsor.owner.api.strategy.view.query({ projectId: exam.projectId });
    expect(decisions[0]).toMatchObject({ mode: 'human', source: 'buy' });
  });

  await test.step('known answers were wrong: the sponsor lets one pass stay and ends the other, which was no try then (R7, R26)', async () => {
    const [, bert] = world.annotators;
    await bert.api.work.sitExam.mutate({ examId: exam.examId });
    const answer = () => ({ answers: { [GRADE_FIELD]: TRUTH }, activeMs: 1000 });
    await readBatch({ batchId: exam.sittingId, people: [bert], answer, concurrency: 1 });
    await withdrawGold(world, 3);
    const page = await enterAs(browser, world.leads.clinicalLead);
    await expect(async () => {
      await page.goto(`/sponsor/projects/${world.project.projectId}/quality/inbox`);
      await expect(page.getByText('6 of 6 right before, 3 of 3 without what was wrong')).toHaveCount(2, {
        timeout: 1_000,
      });
    }).toPass();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await decideFirstPass(page, /^Let the pass stay/, 'All that is left was right.');
    // The button is gone; the keyboard goes on in its list, and after the last of it at what else is to be decided.
    await expect(page.getByRole('list', { name: 'Exam passes in doubt' })).toBeFocused();
    await decideFirstPass(page, /^End the pass/, 'Three cases are too few to tell.');
    await expect(page.getByRole('region', { name: 'Decisions', exact: true })).toBeFocused();
    await page.context().close();
    const results = await Promise.all(
      [anna, bert].map(async (person) => (await person.api.work.myExams.query())[0]),
    );
    const ended = results[0]?.regrade === 'taken' ? anna : bert;
    expect(results.map((one) => one?.regrade).toSorted()).toEqual(['kept', 'taken']);
    const reader = await enterAs(browser, ended);
    await reader.goto('/work/qualifications');
    const result = reader.getByRole('region', { name: 'Results of exams' }).getByRole('listitem').first();
    await expect(result).toContainText('3 of 3 right.');
    await expect(result).toContainText('it does not count as a try');
    await expectAccessible(reader);
    await reader.context().close();
  });
});
