import { expect, test } from '@playwright/test';
import type { Person } from '#db/seed/steps/people.ts';
import { expectAccessible } from './accessible.ts';
import { enterAs, shownCase, start } from './reading-steps.ts';
import { makeReadingWorld, type ReadingWorld } from './reading-world.ts';

const EXAMPLE = { title: 'Two areas', description: 'Of two areas grade the larger one.' };

/** Both leads sign the next version, which says one thing more clearly. */
async function signClearer({ sponsor, leads, project }: ReadingWorld): Promise<void> {
  const { api } = sponsor.owner;
  const { projectId } = project;
  const draft = await api.protocols.newVersion.mutate({ projectId, changeClass: 'clarifying' });
  const version = await api.protocols.saveDraft.mutate({
    projectId,
    seenSha256: draft.contentSha256,
    changeClass: 'clarifying',
    guidelinesMarkdown: draft.guidelinesMarkdown,
    labelSchema: draft.labelSchema,
    edgeCases: [EXAMPLE],
  });
  const sign = async (person: Person, role: 'clinical_lead' | 'ml_lead') => {
    await person.api.identity.reauthenticate.mutate({ password: person.password });
    const { id: protocolVersionId, contentSha256 } = version;
    await person.api.protocols.sign.mutate({
      protocolVersionId,
      contentSha256,
      role,
      typedName: person.name,
    });
  };
  await sign(leads.clinicalLead, 'clinical_lead');
  await sign(leads.mlLead, 'ml_lead');
}

test('a new version reaches who reads by the older one, and a pilot that waits moves to it; a panel’s answers wait (R6, R7, R24)', async ({
  browser,
  baseURL,
}) => {
  test.setTimeout(300_000);
  const world = await makeReadingWorld(baseURL ?? '', 6);
  const { sponsor, project, annotators } = world;
  const batchId = await world.openBatch({ name: 'Running', cases: 4, overlap: 1, reviewed: false });
  const panel = await sponsor.owner.api.work.createBatch.mutate({
    projectId: project.projectId,
    datasetId: project.datasetId,
    name: 'Panel',
    kind: 'self_label',
    pricePerReadMinor: 0n,
  });
  await sponsor.owner.api.work.openBatch.mutate({ batchId: panel.batchId });
  const reader = await enterAs(browser, annotators[0]);
  await start(reader, 'Running', `/work/read/${batchId}`);
  await expect(shownCase(reader)).toBeVisible();
  const clarified = reader.getByRole('button', { name: 'The guideline has 1 clarification' });
  await expect(clarified).toHaveCount(0);

  const owner = await enterAs(browser, sponsor.owner);
  const base = `/sponsor/projects/${project.projectId}`;
  await owner.goto(`${base}/pilots`);
  await owner.locator('main a[href*="/pilots/"]').first().click();
  const openPilot = owner.getByRole('button', { name: 'Open pilot' });
  await expect(openPilot).toBeVisible();

  await signClearer(world);
  await reader.reload();
  // On a phone it opens above what opened it, with what is new on top.
  await reader.setViewportSize({ width: 390, height: 844 });
  await clarified.click();
  await expect(reader.getByRole('heading', { name: 'New since version 1' })).toBeInViewport();
  await reader.setViewportSize({ width: 1440, height: 900 });
  const said = reader.getByRole('region', { name: 'Clarifications' });
  await expect(said).toContainText('New since version 1');
  await expect(said).toContainText(EXAMPLE.title);
  await expect(said).toContainText(EXAMPLE.description);
  await expectAccessible(reader);
  await reader.screenshot({ path: test.info().outputPath('clarified.png') });
  await reader.context().close();

  // The page is from before the signature: what is refused says so in one note, with the one button that is of use.
  await openPilot.click();
  await expect(owner.getByText('This pilot moves to protocol version 2 before it opens.')).toBeVisible();
  await expect(openPilot).toHaveCount(0);
  await expect(owner.getByText('Refused:')).toHaveCount(1);
  await expectAccessible(owner);
  await owner.screenshot({ path: test.info().outputPath('move.png') });
  await owner.getByRole('button', { name: 'Move to version 2' }).click();
  await expect(owner.getByText('The pilot is read by protocol version 2.')).toBeVisible();
  await expect(owner.getByText('Refused:')).toHaveCount(0);
  await openPilot.click();
  await expect(owner.getByText(/The pilot is open/)).toBeVisible();

  await owner.goto(`${base}/batches/${panel.batchId}`);
  await expect(owner.getByText('What was read is not shown yet.')).toBeVisible();
  await expect(owner.getByText(/The panel is still reading/)).toBeVisible();
  await expectAccessible(owner);
  await owner.context().close();
});
