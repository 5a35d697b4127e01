import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits } from './accessible.ts';
import { signDialog } from './coming-in-steps.ts';
import { enterAs, start } from './reading-steps.ts';
import { makeReadingWorld, type ReadingWorld } from './reading-world.ts';

/** Chooses the second answer by its number, once the page listens, and submits. */
async function answer(page: Page): Promise<void> {
  const chosen = page.locator('[data-choice]:is([aria-pressed=true], [aria-checked=true])').first();
  await expect(async () => {
    await page.keyboard.press('2');
    await expect(chosen).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('Enter');
}

/** A batch of four cases that stops at a quarter, in which something is asked, and whose final labels are all audited. */
test.describe('what is looked at again', () => {
  test.setTimeout(240_000);
  let world: ReadingWorld;
  let batch: { id: string; name: string };
  test.beforeAll(async ({ baseURL }) => {
    world = await makeReadingWorld(baseURL ?? '', 4);
    const name = 'Checked 1';
    const id = await world.openBatch({
      name,
      cases: 4,
      overlap: 1,
      reviewed: false,
      checkpoints: [2500],
      audited: true,
    });
    batch = { id, name };
  });
  const quality = () => `/sponsor/projects/${world.project.projectId}/quality`;
  const stateOf = async () => (await world.sponsor.owner.api.work.batch.query({ batchId: batch.id })).status;

  test('a batch stops at its checkpoint, readers are told, and it goes on when the clinical lead has signed', async ({
    browser,
  }) => {
    const reader = await enterAs(browser, world.annotators[0]);
    await start(reader, batch.name, `/work/read/${batch.id}`);
    await expect(reader.getByText(/^Case 1 of/)).toBeVisible();
    // R24, by keyboard: what they ask waits for the clinical lead, without their name.
    await expect(async () => {
      await reader.keyboard.press('a');
      await expect(reader.getByLabel('Your question')).toBeFocused({ timeout: 1_000 });
    }).toPass();
    await reader.keyboard.type('Does a mix count as the higher grade?');
    await reader.keyboard.press('Control+Enter');
    await expect(reader.getByText(/Sent to the clinical lead/)).toBeVisible();
    await answer(reader);
    await expect.poll(stateOf, { timeout: 45_000 }).toBe('paused');
    await reader.goto('/work');
    await expect(reader.getByText(/Checkpoint at 25 % of the batch/).first()).toBeVisible();
    await reader.context().close();

    const lead = await enterAs(browser, world.leads.clinicalLead);
    await lead.goto(`/sponsor/projects/${world.project.projectId}/batches/${batch.id}`);
    await expect(lead.getByText('A checkpoint holds this batch.')).toBeVisible();
    await lead.getByRole('link', { name: 'Open checkpoint' }).click();
    await lead.waitForURL('**/quality/checkpoints/**');
    await expect(async () => {
      await lead.reload();
      await expect(lead.getByRole('heading', { name: 'Sample' })).toBeVisible({ timeout: 5_000 });
    }).toPass();
    await expectAccessible(lead);
    await lead.setViewportSize({ width: 390, height: 844 });
    await expectFits(lead);
    await lead.setViewportSize({ width: 1440, height: 900 });
    await lead.getByRole('button', { name: 'Sign checkpoint' }).click();
    await expect(lead.getByRole('link', { name: 'Choose whether the batch goes on.' })).toBeVisible();
    // The figures may be counted while the page is open; then what was seen is not what would be signed, and it is loaded again.
    await expect(async () => {
      await lead.reload();
      await lead.getByRole('radio', { name: /Goes on/ }).click();
      await lead.getByRole('textbox', { name: 'What you saw' }).fill('The first reads are sound.');
      await lead.getByRole('button', { name: 'Sign checkpoint' }).click();
      await signDialog(lead, world.leads.clinicalLead);
    }).toPass({ timeout: 60_000 });
    await expect(lead.getByText(/Signed to go on by/)).toBeVisible();
    expect(await stateOf()).toBe('open');
    await lead.goto(`/sponsor/projects/${world.project.projectId}/questions`);
    await expect(lead.getByText('Does a mix count as the higher grade?')).toBeVisible();
    await lead.getByRole('button', { name: 'Answer', exact: true }).click();
    await lead.getByLabel('Your answer').fill('Yes, the higher one.');
    await lead.getByRole('button', { name: 'Send the answer' }).click();
    await expect(lead.getByRole('heading', { name: 'Answered (1)' })).toBeVisible();
    await expectAccessible(lead);
    await lead.setViewportSize({ width: 390, height: 844 });
    await expectFits(lead);
    // R24: the answer to one question becomes a clarification for all, in the draft of the next version.
    await lead.getByRole('button', { name: 'Make it a clarification' }).click();
    const clarification = lead.getByRole('dialog', { name: 'Make it a clarification' });
    await expect(clarification.getByLabel('What to do in such a case')).toHaveValue('Yes, the higher one.');
    await expect(clarification.getByText(/reads? in \d+ batch/)).toBeVisible();
    await expectAccessible(lead);
    const put = clarification.getByRole('button', { name: 'Put it into the protocol’s draft' });
    await put.click();
    const wrong = clarification.getByRole('alert').filter({ hasText: 'Give the example a title.' });
    await expect(wrong).toBeFocused();
    await wrong.getByRole('link').click();
    await lead.keyboard.type('A mix of grades');
    await put.click();
    await expect(lead.getByText('What to do in this case is in the draft of protocol v2.')).toBeVisible();
    await expect(lead.getByText(/once both leads have signed version 2/)).toBeVisible();
    await expectAccessible(lead);
    await expectFits(lead);
    await lead.goto(`${quality()}/inbox`);
    await expect(
      lead.getByRole('region', { name: 'Checkpoints' }).or(lead.getByText('Checkpoints').first()),
    ).toBeVisible();
    await lead.context().close();
  });

  test('an auditor of another organisation finds an error; the panel hears of it and the sponsor sees the rate', async ({
    browser,
  }) => {
    const reader = await enterAs(browser, world.annotators[0]);
    await start(reader, batch.name, `/work/read/${batch.id}`);
    await expect(reader.getByRole('button', { name: '1 answer to what you said' })).toBeVisible();
    await reader.keyboard.press('g');
    await expect(reader.getByRole('region', { name: 'Answers to what you said' })).toContainText(
      'Yes, the higher one.',
    );
    await reader.keyboard.press('g');
    for (const place of [2, 3, 4]) {
      await expect(reader.getByText(`Case ${place} of 4`)).toBeVisible();
      await answer(reader);
    }
    await expect.poll(stateOf, { timeout: 45_000 }).toBe('closing');
    await reader.context().close();

    const auditor = await world.bringAuditor();
    const owner = await enterAs(browser, world.sponsor.owner);
    await owner.goto(`${quality()}/checks`);
    await expect(owner.getByText('Nobody is appointed.')).toBeVisible();
    await owner.getByLabel('Address of their account').fill('nobody@nowhere.example.org');
    await owner.getByRole('button', { name: 'Appoint auditor' }).click();
    await expect(owner.getByText('Nobody was appointed.')).toBeVisible();
    await owner.getByLabel('Address of their account').fill(auditor.email);
    await owner.getByRole('button', { name: 'Appoint auditor' }).click();
    await expect(owner.getByText(auditor.name)).toBeVisible();
    await expectAccessible(owner);

    const page = await enterAs(browser, auditor);
    await start(page, batch.name, `/work/audit/${batch.id}`);
    await expect(page.getByText('Is the final label right?')).toBeVisible();
    await expectAccessible(page);
    // By keyboard: agree with the first three, disagree with the last.
    for (let n = 0; n < 3; n += 1) {
      await expect(page.getByRole('button', { name: /I agree/ })).toHaveAttribute('aria-pressed', 'false');
      await page.keyboard.press('1');
      await expect(page.getByRole('button', { name: /I agree/ })).toHaveAttribute('aria-pressed', 'true');
      await page.keyboard.press('Enter');
    }
    await expect(page.getByRole('button', { name: /I agree/ })).toHaveAttribute('aria-pressed', 'false');
    await page.keyboard.press('2');
    await page.getByLabel('What is wrong').selectOption('mislabel');
    await page.getByRole('region', { name: 'Right answers' }).locator('[data-choice]').last().click();
    await page.getByRole('button', { name: /Submit audit/ }).click();
    await expect(page.getByText('You have audited 4 cases in this batch.')).toBeVisible();
    // The page says so before the last answer has arrived.
    const audits = () => world.sponsor.owner.api.labels.audits.query({ projectId: world.project.projectId });
    await expect
      .poll(async () => (await audits()).batches.find((one) => one.batchId === batch.id)?.audit?.done)
      .toBe(4);
    await page.context().close();

    await owner.reload();
    await expect(owner.getByText(/25(\.0)?\s*%/).first()).toBeVisible();
    await expect(owner.getByText(/1 error \(1 another class\)/)).toBeVisible();
    // What the verdict speaks of, in words.
    await expect(owner.getByText('It speaks of the 4 cases that this batch has.')).toBeVisible();
    await expectAccessible(owner);
    await owner.setViewportSize({ width: 390, height: 844 });
    await expectFits(owner);
    await owner.context().close();
  });

  test('once a clarification is signed, what it makes doubtful is counted when asked and leads to its relabel batch (R24)', async ({
    browser,
  }) => {
    await signDraft(world);
    const owner = await enterAs(browser, world.sponsor.owner);
    await owner.goto(`/sponsor/projects/${world.project.projectId}/questions`);
    await owner.getByRole('button', { name: /^Show the cases to read again/ }).press('Enter');
    const batch = owner.getByRole('link', { name: 'Create the relabel batch of 1 case of Published cases' });
    await expect(batch).toBeVisible();
    await expectAccessible(owner);
    await owner.setViewportSize({ width: 390, height: 844 });
    await expectFits(owner);
    await owner.setViewportSize({ width: 1440, height: 900 });
    // The button stays, and the focus on it: what was counted can be counted again.
    const again = owner.getByRole('button', { name: /^Count again/ });
    await expect(again).toBeFocused();
    await again.press('Enter');
    await expect(batch).toBeVisible();
    await batch.press('Enter');
    await expect(owner.getByRole('heading', { level: 1, name: 'Create batch' })).toBeVisible();
    await expect(owner).toHaveURL(/kind=relabel&.*doubt=doubtful/);
    await owner.context().close();
  });

  test('what was read on a credential that did not hold is decided on, with a reason that a slip does not cost (R27)', async ({
    browser,
  }) => {
    const wallet = await world.annotators[0].api.credentials.wallet.query();
    const [held] = wallet.credentials;
    if (!held) throw new Error('The reader has no credential.');
    await world.cast.operator.credentials.recordVerification.mutate({
      credentialId: held.id,
      seenStatus: held.status,
      outcome: 'adverse',
      sourceStanding: 'revoked',
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
      note: 'Revoked by the board.',
      effectiveOn: new Date().toISOString().slice(0, 10),
    });
    const lead = await enterAs(browser, world.leads.clinicalLead);
    await lead.goto(`${quality()}/recalls`);
    await expect(lead.getByText(/reads? of 1 reader to look at again/)).toBeVisible();
    const opens = lead.getByRole('button', { name: 'Decide' });
    await opens.click();
    const dialog = lead.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Record decision' }).click();
    const wrong = dialog.getByRole('alert');
    await expect(wrong).toBeFocused();
    await expect(wrong).toContainText('Choose what becomes of the labels.');
    await expectAccessible(lead);
    await dialog.getByLabel('Reason').fill('An auditor has looked at every one of them.');
    // Closed by a slip: the focus is where it came from, what was typed is kept, and what was wrong is not said again.
    await lead.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(opens).toBeFocused();
    await opens.click();
    await expect(dialog.getByLabel('Reason')).toHaveValue('An auditor has looked at every one of them.');
    await expect(wrong).toHaveCount(0);
    await dialog.getByRole('radio', { name: /Keep the labels/ }).click();
    await dialog.getByRole('button', { name: 'Record decision' }).click();
    await expect(dialog).toBeHidden();
    await expect(lead.getByText('No label waits to be looked at again.')).toBeVisible();
    // The button is gone; the keyboard goes on in its list.
    await expect(lead.getByRole('list', { name: 'Credentials that did not hold' })).toBeFocused();
    await expect(lead.getByText('An auditor has looked at every one of them.')).toBeVisible();
    await lead.context().close();
  });
});

/** Both leads sign the draft of the next version. */
async function signDraft({ sponsor, leads, project }: ReadingWorld): Promise<void> {
  const { current } = await sponsor.owner.api.protocols.get.query({ projectId: project.projectId });
  if (current?.status !== 'draft') throw new Error('There is no draft.');
  const { id: protocolVersionId, contentSha256 } = current;
  for (const [person, role] of [
    [leads.clinicalLead, 'clinical_lead'],
    [leads.mlLead, 'ml_lead'],
  ] as const) {
    await person.api.identity.reauthenticate.mutate({ password: person.password });
    await person.api.protocols.sign.mutate({
      protocolVersionId,
      contentSha256,
      role,
      typedName: person.name,
    });
  }
}
