import { expect, test } from '@playwright/test';
import { openHttpDoor } from '#server/cli/replay/api-client.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { expectAccessible } from './accessible.ts';
import { press } from './marketplace/market-steps.ts';
import { demoLogin, signIn } from './people.ts';

/** More findings than a page of the list holds. */
const BLANK = 230;

test('what was decided on every case of a kind, also where nobody has looked, is taken back in one act', async ({
  page,
}) => {
  const sponsor = await openHttpDoor(test.info().project.use.baseURL ?? '').signIn(demoLogin('sponsor'));
  const { id: projectId } = await sponsor.projects.create.mutate({
    title: 'Blank reports',
    summary: '',
    modality: 'Text report',
    anatomy: 'Chest',
    intendedUse: 'research',
    dataClass: 'public',
    currency: 'USD',
    budgetMinor: 100_000n,
    deadline: `${new Date().getUTCFullYear() + 1}-12-31`,
    locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
    credentialRule: { anyOf: [] },
    qualityPolicy: policyPreset('research'),
    reviewPeriodDays: 7,
  });
  const evidence = { kind: 'licence', issuer: 'A library', reference: 'CC0-1.0' } as const;
  // A report of stops alone says nothing; as many stops as its number make it nobody's copy.
  const lines = Array.from({ length: BLANK }, (_, n) => `B${n},patient-${n},north,${'.'.repeat(n + 1)}`);
  const { datasetId } = await sponsor.datasets.importText.mutate({
    projectId,
    name: 'Blank',
    dataClass: 'public',
    legalBasis: 'Made up for a journey.',
    evidence: { ...evidence, issuedOn: null, expiresOn: null, sha256: null },
    format: 'csv',
    text: ['case_id,patient_key,site,text:report', ...lines].join('\n'),
  });
  await signIn(page, demoLogin('sponsor'));
  await page.goto(`/sponsor/projects/${projectId}/dataset/${datasetId}/intake?kind=unreadable`);
  const together = page.getByRole('list', { name: 'Decided together' });
  await expect(together).toHaveCount(0);
  await press(page.getByRole('button', { name: `Exclude all ${BLANK} cases` }));
  await expect(page.getByText(`${BLANK} findings excluded.`)).toBeFocused();
  await expect(together.getByRole('listitem')).toContainText(
    `${BLANK} findings excluded at once: Unreadable`,
  );
  await expectAccessible(page);
  // The way back is there when the page was left, and by keyboard.
  await page.reload();
  await press(together.getByRole('button', { name: `Take back all ${BLANK}` }));
  await expect(page.getByText(`${BLANK} decisions taken back.`)).toBeFocused();
  await expect(together).toHaveCount(0);
  await expect(page.getByRole('button', { name: `Exclude all ${BLANK} cases` })).toBeVisible();
  await sponsor.projects.decide.mutate({ projectId, decision: 'archived' });
});
