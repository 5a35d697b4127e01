import { createHash } from 'node:crypto';
import type { assets, cases } from '#db/schema/datasets.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { present } from '#server/core/assert.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId, newIds } from '#server/core/ids.ts';
import { storeFile } from '#server/files/store-file.ts';
import { importGold } from '#server/gold/import-gold.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findLatestProtocol, findSignedProtocol } from '#server/protocols/reads.ts';
import { describeCases } from './describe-cases.ts';
import { insertFindings, listKnownCases, lockIntake, updateDataset } from './intake-queries.ts';
import { type AssetFacts, findInCases, type ImageLook, type ProjectFacts } from './intake-rules.ts';
import { addDocument, type EvidenceDocument, storeDocument } from './keep-document.ts';
import { lookAtImages } from './look-at-image.ts';
import { quarantineCase } from './quarantine-case.ts';
import { insertCases, insertDataset } from './queries.ts';
import { type ParsedCase, readCases } from './read-cases.ts';
import { checklistFaults, documentFaults, evidenceFaults, imageMediaType } from './rules.ts';
import { listShutContents, lockCopies } from './same-content.ts';
import { type Composition, IMPORT_LIMITS, type ImportMeta } from './schemas.ts';

export type UploadedImage = { name: string; bytes: Uint8Array };

export type ImportDatasetInput = ImportMeta & {
  fileName: string;
  /** The file of cases as bytes, or as text when it never was a file. */
  content: Uint8Array | string;
  images?: readonly UploadedImage[] | undefined;
  /** The document behind the evidence. */
  document?: EvidenceDocument | null | undefined;
};

export type ImportedDataset = {
  datasetId: string;
  sha256: string;
  composition: Composition;
  /** What the intake found and a person has to decide on; 0 means that the accepted set is frozen. */
  findings: number;
};

/**
 * Imports a file of cases with their images into a project (R3), all or nothing. Refuses with `import_invalid` and the
 * problems line by line (at most 200), with `evidence_invalid`, or with `data_class_differs`. Gold in the file joins
 * the project's draft gold set and waits for the clinical lead's signature (R7).
 */
export async function importDataset(ctx: OrgContext, input: ImportDatasetInput): Promise<ImportedDataset> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const bytes = typeof input.content === 'string' ? new TextEncoder().encode(input.content) : input.content;
  const images = input.images ?? [];
  checkMeta(input, project.dataClass, bytes, images, ctx.clock.now());
  const protocol =
    (await findSignedProtocol(ctx.db, project.id)) ?? (await findLatestProtocol(ctx.db, project.id));
  const read = await readCases({
    bytes,
    format: input.format,
    schema: protocol?.labelSchema ?? null,
    imageNames: new Set(images.map((image) => image.name)),
  });
  const errors = [...imageFaults(images, read.cases), ...read.errors];
  if (errors.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'import_invalid',
      message: 'Nothing was imported. Mend what is listed and upload the file again.',
      details: errors,
    });
  }
  const looked = await lookAtImages(images.map((image) => image.bytes));
  const looks = new Map(images.map((image, i) => [image.name, looked[i] ?? null]));
  const composition = withLooks(describeCases(read.cases, input.dataClass), looks);
  return transact(ctx, (tx) =>
    storeDataset(ctx, tx, { input, project, bytes, images, looks, cases: read.cases, composition }),
  );
}

/** Says when the images could not be checked on this machine, rather than calling them good. */
function withLooks(made: Composition, looks: ReadonlyMap<string, ImageLook | 'not_checked'>): Composition {
  const unchecked = [...looks.values()].filter((look) => look === 'not_checked').length;
  if (unchecked === 0) return made;
  const message = `${unchecked.toLocaleString('en')} images were not decoded, because this machine has no decoder: whether they are whole, blank or copies is not known.`;
  return { ...made, warnings: [{ code: 'images_unchecked', message }, ...made.warnings] };
}

/** Says how many cases are shut from the beginning, because the very same content is shut in another data set (R24). */
function withShut(made: Composition, shut: number): Composition {
  if (shut === 0) return made;
  const message = `${shut === 1 ? '1 case holds' : `${shut.toLocaleString('en')} cases hold`} the very content in which protected information was reported before, so that ${shut === 1 ? 'it is' : 'they are'} quarantined and ${shut === 1 ? 'stays' : 'stay'} out of batches.`;
  return { ...made, warnings: [{ code: 'quarantined_copies', message }, ...made.warnings] };
}

type Store = {
  input: ImportDatasetInput;
  project: ProjectFacts;
  looks: ReadonlyMap<string, ImageLook | 'not_checked'>;
  bytes: Uint8Array;
  images: readonly UploadedImage[];
  cases: readonly ParsedCase[];
  composition: Composition;
};

async function storeDataset(ctx: OrgContext, tx: CommandTx, store: Store): Promise<ImportedDataset> {
  const { input, bytes, cases: parsed } = store;
  const by = { orgId: ctx.actor.orgId, createdBy: ctx.actor.personId };
  const source = await storeFile(tx, {
    bytes,
    mediaType: input.format === 'csv' ? 'text/csv' : 'application/jsonl',
    fileName: input.fileName,
    ...by,
  });
  const files = new Map<string, { id: string; sha256: string; mediaType: string }>();
  for (const image of store.images) {
    const mediaType = present(imageMediaType(image.bytes), 'image type');
    const stored = await storeFile(tx, { bytes: image.bytes, mediaType, fileName: image.name, ...by });
    files.set(image.name, { ...stored, mediaType });
  }
  const document = input.document ?? null;
  const { evidence, fileId } = await storeDocument(tx, by, input.evidence, document);
  const datasetId = newId();
  const caseIds = newIds(parsed.length);
  const assets = parsed.map((one, index) =>
    assetRows(datasetId, present(caseIds[index], 'case id'), one, files),
  );
  await lockIntake(tx.db, input.projectId);
  const { findings, fingerprints } = findInCases({
    cases: parsed.map((one, index) => ({
      ...one,
      caseId: present(caseIds[index], 'case id'),
      assets: assetFacts(one, assets[index] ?? [], store.looks),
    })),
    known: await listKnownCases(tx.db, input.projectId),
    project: store.project,
    requiredAssets: input.requiredAssets ?? [],
  });
  const made = store.composition;
  await insertDataset(tx.db, {
    id: datasetId,
    orgId: by.orgId,
    projectId: input.projectId,
    name: input.name,
    dataClass: input.dataClass,
    subjectRegion: input.subjectRegion ?? null,
    legalBasis: input.legalBasis,
    evidence,
    evidenceExpiresOn: evidence.expiresOn,
    sourceFileId: source.id,
    caseCount: made.cases,
    assetCount: made.assets.text + made.assets.image,
    composition: made,
    requiredAssets: input.requiredAssets ?? [],
    // Without findings there is nothing to ask anybody: the accepted set is the whole.
    intakeStatus: findings.length > 0 ? 'open' : 'frozen',
    intakeFrozenAt: findings.length > 0 ? null : tx.now,
    createdBy: by.createdBy,
    createdAt: tx.now,
  });
  if (document !== null && fileId !== null) {
    const to = { datasetId, personId: by.createdBy };
    await addDocument(tx, to, evidence, { fileId, scope: document.scope });
  }
  const rows = parsed.map((one, index) => ({
    ...caseRow(datasetId, present(caseIds[index], 'case id'), one, index),
    ...fingerprints.get(caseIds[index] ?? ''),
  }));
  await insertCases(tx.db, rows, assets.flat());
  await insertFindings(tx.db, { datasetId, source: 'automatic', foundAt: tx.now, findings });
  const gold = parsed.flatMap((one, index) =>
    one.gold === null ? [] : [{ caseId: present(caseIds[index], 'case id'), ...one.gold }],
  );
  if (gold.length > 0) await importGold(tx, { projectId: input.projectId, datasetId, items: gold });
  const contents = new Map(caseIds.map((id) => [id, fingerprints.get(id)?.contentSha256 ?? '']));
  const shut = await shutCopies(tx, { datasetId, orgId: by.orgId, contents });
  const composition = withShut(made, shut);
  if (shut > 0) await updateDataset(tx.db, datasetId, { composition });
  await tx.audit({
    action: 'datasets.imported',
    subject: { kind: 'dataset', id: datasetId },
    detail: {
      projectId: input.projectId,
      cases: composition.cases,
      sha256: source.sha256,
      gold: gold.length,
      findings: findings.length,
      quarantined: shut,
    },
  });
  return { datasetId, sha256: source.sha256, composition, findings: findings.length };
}

/** Shuts the copies of what is shut already (R24), as the import's last step: see `lockCopies`. Returns how many. */
async function shutCopies(
  tx: CommandTx,
  of: { datasetId: string; orgId: string; contents: ReadonlyMap<string, string> },
): Promise<number> {
  await lockCopies(tx.db, of.datasetId, 'add');
  const shutContents = await listShutContents(tx.db, of.orgId);
  const shut = [...of.contents].filter(([, content]) => shutContents.has(content));
  for (const [caseId] of shut) await quarantineCase(tx, { datasetId: of.datasetId, caseId });
  return shut.length;
}

function caseRow(
  datasetId: string,
  id: string,
  one: ParsedCase,
  position: number,
): typeof cases.$inferInsert {
  const { externalId, patientKey, site, split, subgroups, context } = one;
  return { datasetId, id, externalId, patientKey, site, split, subgroups, context, position };
}

function assetRows(
  datasetId: string,
  caseId: string,
  one: ParsedCase,
  files: ReadonlyMap<string, { id: string; sha256: string; mediaType: string }>,
): (typeof assets.$inferInsert)[] {
  return one.assets.map((asset, position) => {
    const base = { datasetId, id: newId(), caseId, position, name: asset.name, kind: asset.kind };
    if (asset.kind === 'text') {
      const sha256 = createHash('sha256').update(asset.text, 'utf8').digest('hex');
      return { ...base, mediaType: 'text/plain', text: asset.text, sha256 };
    }
    const file = present(files.get(asset.imageName), 'image file');
    return { ...base, mediaType: file.mediaType, fileId: file.id, sha256: file.sha256 };
  });
}

/** A case's assets as the checks see them. */
function assetFacts(
  one: ParsedCase,
  rows: readonly (typeof assets.$inferInsert)[],
  looks: ReadonlyMap<string, ImageLook | 'not_checked'>,
): AssetFacts[] {
  return one.assets.map((asset, i) => {
    const sha256 = rows[i]?.sha256 ?? '';
    if (asset.kind === 'text') return { kind: 'text', name: asset.name, sha256, text: asset.text };
    return { kind: 'image', name: asset.name, sha256, look: looks.get(asset.imageName) ?? null };
  });
}

function checkMeta(
  input: ImportDatasetInput,
  projectClass: string,
  bytes: Uint8Array,
  images: readonly UploadedImage[],
  now: Date,
): void {
  const size = bytes.byteLength + images.reduce((sum, image) => sum + image.bytes.byteLength, 0);
  if (bytes.byteLength > IMPORT_LIMITS.bytes || size > IMPORT_LIMITS.uploadBytes) {
    throw new AppError({
      kind: 'invalid',
      reason: 'upload_too_large',
      message:
        'A file of cases has at most 64 MB, an upload with images at most 256 MB. Split it into several datasets.',
    });
  }
  if (input.dataClass !== projectClass) {
    throw new AppError({
      kind: 'invalid',
      reason: 'data_class_differs',
      message: `The project is declared as ${projectClass}, this dataset as ${input.dataClass}. Agreements follow from the class, so both must be the same.`,
    });
  }
  const faults = [
    ...evidenceFaults(input.dataClass, input.evidence, now.toISOString().slice(0, 10)),
    ...checklistFaults(input.evidence, input.noActualKnowledge === true),
    ...documentFaults(input.evidence, input.document ?? null),
  ];
  if (faults.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'evidence_invalid',
      message: faults[0]?.message ?? 'The evidence is not complete.',
      details: faults,
    });
  }
}

/** Images that cannot be shown, are there twice, or that no case names (nothing is kept that nobody reads). */
function imageFaults(images: readonly UploadedImage[], parsed: readonly ParsedCase[]): ErrorDetail[] {
  const used = new Set(
    parsed.flatMap((one) => one.assets.flatMap((asset) => (asset.kind === 'image' ? [asset.imageName] : []))),
  );
  const fault = (code: string, number: number, message: string): ErrorDetail => ({
    code,
    path: `images.${number}`,
    message: `Image ${number + 1} ${message}`,
  });
  return images.flatMap((image, index) => {
    if (imageMediaType(image.bytes) === null)
      return [
        fault('image_type', index, isDicom(image.bytes) ? DICOM_REFUSED : 'is not a PNG, JPEG or WebP file.'),
      ];
    if (image.bytes.byteLength > IMPORT_LIMITS.imageBytes)
      return [fault('image_large', index, 'has more than 20 MB.')];
    if (images.findIndex((other) => other.name === image.name) !== index) {
      return [fault('image_twice', index, 'has the same name as another one.')];
    }
    if (parsed.length > 0 && !used.has(image.name))
      return [fault('image_unused', index, 'is named by no case. Leave it out.')];
    return [];
  });
}

const DICOM_REFUSED =
  'is a DICOM file. Export its pixels as PNG; its header can be looked at beside the evidence without being sent.';

/** DICOM has its mark behind a preamble of 128 bytes. */
const isDicom = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes.subarray(128, 132)) === 'DICM';
