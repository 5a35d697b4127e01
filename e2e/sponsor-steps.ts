import { expect, type Page } from '@playwright/test';
import { signDialog } from './coming-in-steps.ts';

type Signer = { name: string; password: string };

/** Posts a project by its form, wrong at first; returns the project's address. */
export async function postProject(page: Page, title: string): Promise<string> {
  await page.goto('/sponsor/projects/new');
  await page.getByLabel('Title').fill(title);
  await page.getByLabel('What kind of data it is').selectOption('phi');
  await page.getByLabel('Budget').fill('12.345');
  await page.getByLabel('Deadline').fill('2020-01-01');
  await page.getByRole('button', { name: 'Save and go to the project' }).click();
  const problems = page.getByRole('alert').filter({ hasText: 'things to correct' });
  await expect(problems).toContainText('USD has 2 decimals; 12.345 has 3.');
  await expect(problems).toContainText('The deadline has passed.');
  await page.getByLabel('Budget').fill('25000');
  await page.getByLabel('Deadline').fill(`${new Date().getUTCFullYear() + 1}-12-31`);
  await page.getByLabel('Summary').fill('Grade each slide by its worst area.');
  await page.getByLabel('Modality').fill('histopathology');
  await page.getByLabel('Anatomy').fill('prostate');
  await page.getByRole('button', { name: 'Add a credential' }).click();
  await page.getByLabel('Specialty').fill('Pathology');
  await page.getByLabel('At least', { exact: true }).selectOption('vendor_attested');
  await page.getByLabel('Reads per case').fill('2');
  await page.getByRole('button', { name: 'Save and go to the project' }).click();
  await page.waitForURL(/projects\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Uploads a file with a twice-named case, which is refused by its line, and then the right one. */
export async function uploadCases(page: Page, project: string, cases: readonly string[]): Promise<void> {
  const lines = cases.map((name) => `${name},patient-${name},site,Case ${name}`);
  const file = (rows: readonly string[]) => ({
    name: 'cases.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['case_id,patient_key,site,text:slide', ...rows].join('\n')),
  });
  await page.goto(`${project}/dataset`);
  await page.getByLabel('Name', { exact: true }).fill('Slides');
  await page.getByLabel('Legal basis').fill('Treatment records under the agreement with the hospital');
  await page.getByLabel('Issued by').fill('A hospital');
  await page.getByLabel('Reference').fill('BAA-1');
  await page.getByLabel('File of cases').setInputFiles(file([...lines, lines[0] ?? '']));
  await page.getByRole('button', { name: 'Check and import' }).click();
  const problems = page.getByRole('region', { name: 'Problems by line' });
  await expect(problems).toContainText('The same case_id is in line 2.');
  await page.getByLabel('File of cases').setInputFiles(file(lines));
  await page.getByRole('button', { name: 'Check and import' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Slides' })).toBeVisible();
  await expect(page.getByText(`${cases.length} cases of ${cases.length} patients`)).toBeVisible();
}

/** Writes the protocol by its editor: guidelines, a graded field, a remark, a rule between them. */
export async function writeProtocol(page: Page, project: string, levels: readonly string[]): Promise<void> {
  await page.goto(`${project}/protocol`);
  await page.getByRole('textbox', { name: 'Guidelines' }).fill('# Grade the slide\n\nBy its worst area.');
  const field = (index: number) =>
    page
      .getByRole('group')
      .filter({ has: page.getByLabel('Question') })
      .nth(index);
  await field(0).getByLabel('Question').fill('Grade group');
  await field(0).getByLabel('Key in exports').fill('grade');
  await field(0).getByLabel('Answer', { exact: true }).selectOption('ordinal');
  await field(0).getByRole('textbox', { name: 'Definition', exact: true }).fill('0 means no cancer.');
  for (const [index, level] of levels.entries()) {
    const option = field(0).getByRole('textbox', { name: `Option ${index + 1}`, exact: true });
    if (!(await option.isVisible())) await field(0).getByRole('button', { name: 'Add an option' }).click();
    await option.fill(level);
  }
  await page.getByRole('button', { name: 'Add a field' }).click();
  await field(1).getByLabel('Question').fill('Remark');
  await field(1).getByLabel('Answer', { exact: true }).selectOption('text');
  await field(1).getByRole('textbox', { name: 'Definition', exact: true }).fill('Anything unusual.');
  await field(1).getByRole('checkbox', { name: 'Must always be answered' }).uncheck();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  const rule = page.getByRole('group', { name: 'Rule 1' });
  await rule.getByLabel('When').selectOption({ label: 'Remark' });
  await rule.getByLabel('Then').selectOption({ label: 'Grade group' });
  await rule.getByLabel('What the reader is told').fill('A remark needs a grade.');
  await page.getByRole('button', { name: 'Check and save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Protocol v1' })).toBeVisible();
}

/** A lead's signature under the protocol, with the password asked again. */
export async function signProtocol(
  page: Page,
  project: string,
  role: 'clinical' | 'ML',
  signer: Signer,
): Promise<void> {
  await page.goto(`${project}/protocol`);
  await page.getByRole('button', { name: `Sign as ${role} lead` }).click();
  await signDialog(page, signer);
  const given = page.getByRole('region', { name: 'Signatures' });
  await expect(given.getByText(new RegExp(`${signer.name},`))).toBeVisible();
}

/** Opens the call by its form: gold among the pilot's cases, agreement and accuracy asked of the first field. */
export async function openCall(page: Page, project: string, pilotCases: number): Promise<void> {
  await page.goto(`${project}/bids`);
  await page.getByLabel('Cases', { exact: true }).fill(String(pilotCases));
  await page.getByRole('radio', { name: /Among the cases/ }).click();
  await page.getByLabel('Accuracy on gold').selectOption({ label: 'Grade group' });
  await page.getByLabel('Agreement between readers').selectOption({ label: 'Grade group' });
  await page.getByRole('button', { name: 'Open call' }).click();
  await expect(page.getByText('No bid yet.', { exact: false }).first()).toBeVisible();
}

/** Shortlists the only bid and orders its pilot; returns the pilot's address. */
export async function orderPilot(page: Page, project: string): Promise<string> {
  await page.goto(`${project}/bids`);
  await page.getByRole('button', { name: 'Shortlist bid' }).click();
  await page.getByRole('button', { name: 'Order pilot' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('To fund')).toBeVisible();
  await dialog.getByRole('button', { name: 'Order pilot' }).click();
  await page.waitForURL(/pilots\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1, name: /Pilot of/ })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Asks for an agreement and signs the sponsor's side; returns its id. */
export async function askAndSign(page: Page, kind: string, signer: Signer): Promise<string> {
  await page.goto('/sponsor/agreements');
  await page.getByRole('button', { name: 'Ask for agreement' }).click();
  await page.getByLabel('Kind').selectOption({ label: kind });
  await page.getByRole('button', { name: 'Prepare document' }).click();
  await page.waitForURL(/agreements\/[0-9a-f-]{36}$/);
  await sign(page, signer);
  await expect(page.getByText(new RegExp(`${signer.name}, Signatory`))).toBeVisible();
  return page.url().split('/').at(-1) ?? '';
}

/** Signs the agreement on the page: consent, then name, title, statement and password. */
export async function sign(page: Page, signer: Signer): Promise<void> {
  const ceremony = page.getByRole('region', { name: 'Sign' });
  // A click on a page that is not awake yet changes nothing, and is tried again.
  await expect(() => ceremony.getByRole('checkbox').check({ timeout: 5_000 })).toPass();
  await ceremony.getByRole('button', { name: 'Sign agreement' }).click();
  await signDialog(page, { ...signer, title: 'Signatory' });
}

/** Pays the project's account with the sandbox's card, after an amount that is refused. */
export async function fundByCard(page: Page, project: string, amount: string): Promise<void> {
  await page.goto(`${project}/money`);
  await page.getByLabel('Amount').fill('0');
  await page.getByRole('button', { name: 'Fund project' }).click();
  await expect(page.getByText('The amount must be above zero.')).toBeVisible();
  await page.getByLabel('Amount').fill(amount);
  await page.getByRole('button', { name: 'Fund project' }).click();
  await expect(page.getByText('is booked', { exact: false }).first()).toBeVisible();
}

/** Makes a batch of the first cases for the panel by its form; the panel has been appointed. Returns the batch's address. */
export async function createPanelBatch(page: Page, project: string, cases: number): Promise<string> {
  await page.goto(`${project}/gold`);
  await page.getByRole('link', { name: 'Create panel batch' }).click();
  await page.getByLabel('Cases, at most').fill(String(cases));
  return createDraft(page);
}

/** Makes a production batch by its form: gold among its cases, every case reviewed. Returns the batch's address. */
export async function createProduction(page: Page, project: string): Promise<string> {
  await page.goto(`${project}/batches/new`);
  await page.getByRole('radio', { name: /Among the cases/ }).click();
  await page.getByLabel('Reviewed share').fill('100');
  return createDraft(page);
}

async function createDraft(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Create draft batch' }).click();
  await page.waitForURL(/batches\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('button', { name: 'Open batch' })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Opens the batch on the page. */
export async function openBatch(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open batch' }).click();
  await expect(page.getByRole('button', { name: 'Close batch' })).toBeVisible();
}

/** The clinical lead makes gold of what the panel read: the divided case is decided with its reason, the set signed (R7). */
export async function signPanelGold(
  page: Page,
  project: string,
  divided: { name: string; level: string; rationale: string },
  signer: Signer,
): Promise<void> {
  await page.goto(`${project}/gold`);
  await page.getByRole('button', { name: 'Propose gold' }).click();
  await page.getByRole('link', { name: new RegExp(`^${divided.name} `) }).click();
  await expect(page.getByText('The panel disagrees on Grade group.')).toBeVisible();
  await page.getByRole('checkbox', { name: divided.level, exact: true }).check();
  await page.getByRole('button', { name: 'Save the answer' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'to correct' })).toBeVisible();
  await page.getByLabel('Rationale').fill(divided.rationale);
  await page.getByRole('button', { name: 'Save the answer' }).click();
  await page.waitForURL(/gold\?status=proposed/);
  await page.getByRole('button', { name: /Sign gold set/ }).click();
  await signDialog(page, signer);
  await expect(page.getByText('answers are in force', { exact: false }).first()).toBeVisible();
}
