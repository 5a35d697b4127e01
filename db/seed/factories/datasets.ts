import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { assets, cases, datasets, intakeFindings } from '#db/schema/datasets.ts';
import { type Clock, systemClock } from '#server/core/clock.ts';
import { newId, newIds } from '#server/core/ids.ts';
import type { Composition, DatasetEvidence } from '#server/datasets/schemas.ts';
import type { DataClass } from '#server/projects/schemas.ts';

export type MadeCase = { id: string; externalId: string; assetId: string };
type MadeCaseFacts = {
  patientKey: string;
  site: string;
  split: string | null;
  subgroups: Record<string, string>;
  context: Record<string, string>;
  text: string;
};
export type MadeDataset = { id: string; projectId: string; dataClass: DataClass; cases: MadeCase[] };

export type MakeDataset = {
  name?: string;
  projectId: string;
  orgId: string;
  createdBy: string;
  /** How many cases, each with one short text; named "1", "2", … unless `externalIds` is given. */
  cases: number;
  externalIds?: readonly string[];
  dataClass?: DataClass;
  evidence?: DatasetEvidence;
  /** Sites are dealt in turn; two by default. */
  sites?: readonly string[];
  /** What a case is, by its place in the file; for tests of filters, splits and patients. */
  caseAt?: (index: number) => Partial<MadeCaseFacts>;
  clock?: Clock;
};

const LICENCE: DatasetEvidence = {
  kind: 'licence',
  issuer: 'Readroom tests',
  reference: 'CC0-1.0',
  issuedOn: '2026-01-01',
  expiresOn: null,
  sha256: null,
};

/** The sites that the cases say they are from; null when they say none. */
function sitesOf({ cases: count, caseAt }: MakeDataset): readonly string[] | null {
  const named = Array.from({ length: count }, (_, i) => caseAt?.(i).site).filter((site) => site != null);
  return named.length === 0 ? null : [...new Set(named)];
}

/** A dataset of one-text cases, inserted directly (the importer is tested in server/datasets). */
export async function makeDataset(db: Database, input: MakeDataset): Promise<MadeDataset> {
  const now = (input.clock ?? systemClock).now();
  const datasetId = newId();
  const evidence = input.evidence ?? LICENCE;
  const sites = input.sites ?? sitesOf(input) ?? ['north', 'south'];
  const caseIds = newIds(input.cases);
  const made = caseIds.map((id, i) => ({
    id,
    externalId: input.externalIds?.[i] ?? String(i + 1),
    assetId: newId(),
  }));
  const siteAt = (i: number) => input.caseAt?.(i).site ?? sites[i % sites.length];
  const perSite = (index: number) => made.filter((_, i) => siteAt(i) === sites[index]).length;
  const composition: Composition = {
    cases: made.length,
    patients: made.length,
    assets: { text: made.length, image: 0 },
    sites: sites.map((value, index) => ({ value, cases: perSite(index) })),
    splits: [],
    subgroups: {},
    classes: {},
    goldCases: 0,
    warnings: [],
  };
  await db.insert(datasets).values({
    id: datasetId,
    orgId: input.orgId,
    projectId: input.projectId,
    name: input.name ?? 'Cases of a test',
    dataClass: input.dataClass ?? 'public',
    legalBasis: 'licence',
    evidence,
    evidenceExpiresOn: evidence.expiresOn,
    caseCount: made.length,
    assetCount: made.length,
    composition,
    createdBy: input.createdBy,
    createdAt: now,
  });
  for (let from = 0; from < made.length; from += 1000) {
    const chunk = made.slice(from, from + 1000);
    await db.insert(cases).values(
      chunk.map((one, i) => ({
        datasetId,
        id: one.id,
        externalId: one.externalId,
        patientKey: `patient-${one.externalId}`,
        site: sites[(from + i) % sites.length] ?? 'north',
        subgroups: {},
        context: {},
        position: from + i,
        ...withoutText(input.caseAt?.(from + i)),
      })),
    );
    await db
      .insert(assets)
      .values(chunk.map((one, i) => textAsset(datasetId, one, input.caseAt?.(from + i).text)));
  }
  return { id: datasetId, projectId: input.projectId, dataClass: input.dataClass ?? 'public', cases: made };
}

function withoutText({ text: _text, ...facts }: Partial<MadeCaseFacts> = {}) {
  return facts;
}

function textAsset(datasetId: string, one: MadeCase, given?: string) {
  const text = given ?? `Case ${one.externalId}`;
  return {
    datasetId,
    id: one.assetId,
    caseId: one.id,
    position: 0,
    name: 'report',
    kind: 'text' as const,
    mediaType: 'text/plain',
    text,
    sha256: createHash('sha256').update(text, 'utf8').digest('hex'),
  };
}

/** An automatic finding about a case, which opens the intake of its dataset until somebody decides. */
export async function makeFinding(
  db: Database,
  input: { datasetId: string; caseId: string; clock?: Clock },
): Promise<void> {
  await db.insert(intakeFindings).values({
    datasetId: input.datasetId,
    caseId: input.caseId,
    code: 'unreadable',
    source: 'automatic',
    says: 'Blank.',
    foundAt: (input.clock ?? systemClock).now(),
  });
  await db.update(datasets).set({ intakeStatus: 'open' }).where(eq(datasets.id, input.datasetId));
}
