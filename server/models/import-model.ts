import { createHash } from 'node:crypto';
import type { Queryable } from '#db/client.ts';
import { violates } from '#db/errors.ts';
import type { OrgContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { inTurns } from '#server/core/in-turns.ts';
import { casesByExternalId, getDataset } from '#server/datasets/reads.ts';
import { isTestSplit } from '#server/datasets/split-rules.ts';
import { valueText } from '#server/labels/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { findSignedProtocol } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { type AnswerRow, insertModel, isVersionTaken } from './queries.ts';
import { cap, type ReadAnswer, readAnswers } from './read-answers.ts';
import { valueWords } from './rules.ts';
import type { ImportModelInput, ModelCheck } from './schemas.ts';

/** Values of a field shown one by one in a check. */
const MOST_VALUES = 8;

/**
 * Keeps what a version of a model answered on a dataset of the acting sponsor’s project, all or nothing; it never changes after. Refuses
 * with `model_invalid` and the problems line by line (at most 200), `model_taken` when the version has answers on the dataset, or
 * `model_without_protocol` while no version of the protocol is signed. Answers on test data are brought in by whoever may make batches of
 * it: who trains the model does not tune it by them.
 */
export async function importModel(
  ctx: OrgContext,
  input: ImportModelInput,
): Promise<{ modelId: string; answers: number }> {
  const { protocolVersionId, fields, rows, tests } = await readModel(ctx, input);
  const id = newId();
  const { projectId, datasetId, name, version } = input;
  const confidenceCount = rows.filter((row) => row.confidence !== null).length;
  const sha256 = createHash('sha256').update(input.text, 'utf8').digest('hex');
  try {
    await transact(ctx, async (tx) => {
      await insertModel(
        tx.db,
        {
          ...{ id, projectId, datasetId, protocolVersionId, name, version, sha256, confidenceCount },
          fields: fields.map((field) => field.key),
          answerCount: rows.length,
          testCount: tests,
          createdBy: ctx.actor.personId,
          createdAt: tx.now,
        },
        rows,
      );
      await tx.audit({
        action: 'models.imported',
        subject: { kind: 'model', id },
        detail: { projectId, datasetId, sha256, answers: rows.length, tests },
      });
    });
  } catch (error) {
    if (violates(error, 'models_version_key')) throw taken(error);
    throw error;
  }
  return { modelId: id, answers: rows.length };
}

/** What `importModel` would make of the same input, counted; refuses as it does. Changes nothing. */
export async function checkModel(ctx: OrgContext, input: ImportModelInput): Promise<ModelCheck> {
  const { fields, rows, tests, empty, accepted } = await readModel(ctx, input);
  return {
    answers: rows.length,
    empty,
    tests,
    confidences: rows.filter((row) => row.confidence !== null).length,
    without: Math.max(0, accepted - rows.length),
    fields: fields.map((field) => checkOf(field, rows)),
  };
}

function checkOf(field: LabelField, rows: readonly AnswerRow[]): ModelCheck['fields'][number] {
  const counts = new Map<string, number>();
  for (const { answers } of rows) {
    const value = answers[field.key];
    if (value !== undefined) counts.set(valueText(value), (counts.get(valueText(value)) ?? 0) + 1);
  }
  const values = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, MOST_VALUES);
  return {
    key: field.key,
    label: field.label,
    answered: [...counts.values()].reduce((sum, n) => sum + n, 0),
    values:
      field.type === 'number' ? [] : values.map(([value, n]) => ({ label: valueWords(field, value), n })),
  };
}

/** Reads and checks everything of an import; throws with all that is wrong. */
async function readModel(ctx: OrgContext, input: ImportModelInput) {
  const q = ctx.db;
  const project = await getProjectForOrg(q, ctx.actor.orgId, input.projectId);
  const dataset = await getDataset(q, input.datasetId);
  if (dataset.projectId !== project.id)
    throw new AppError({
      kind: 'not_found',
      reason: 'dataset_not_found',
      message: 'There is no such dataset.',
    });
  // A draft changes in place, and with it what the answers were checked against.
  const protocol = await findSignedProtocol(q, project.id);
  if (protocol === null)
    throw new AppError({
      kind: 'precondition',
      reason: 'model_without_protocol',
      message:
        'The project has no signed protocol yet, and a draft’s fields still change. Have it signed first.',
    });
  if (await isVersionTaken(q, input)) throw taken();
  const read = await readAnswers(input.text, protocol.labelSchema);
  if (read.errors.length > 0) throw invalid(read.errors);
  const mayTest = ctx.actor.capabilities.has('batch.manage');
  const placed = await place(q, dataset.id, read.answers, {
    isTest: (split) => isTestSplit(split, project.intendedUse),
    mayTest,
  });
  if (placed.errors.length > 0) throw invalid(placed.errors);
  return {
    protocolVersionId: protocol.id,
    fields: read.fields,
    empty: read.empty,
    rows: placed.rows,
    tests: placed.tests,
    accepted: dataset.caseCount - dataset.excludedCount,
  };
}

/** Finds the cases of the answers in the dataset. */
async function place(
  q: Queryable,
  datasetId: string,
  answers: readonly ReadAnswer[],
  { isTest, mayTest }: { isTest: (split: string | null) => boolean; mayTest: boolean },
): Promise<{ rows: AnswerRow[]; tests: number; errors: ErrorDetail[] }> {
  const known = await casesByExternalId(
    q,
    datasetId,
    answers.map((one) => one.externalId),
  );
  const rows: AnswerRow[] = [];
  const errors: ErrorDetail[] = [];
  let tests = 0;
  const at = { path: 'case_id' };
  await inTurns(answers, ({ line, externalId, answers: own, confidence }) => {
    const found = known.get(externalId);
    if (found === undefined) {
      const message = 'The dataset has no case of this id. Check the list, or choose another dataset.';
      errors.push({ ...at, code: 'case_unknown', line, message });
      return;
    }
    if (isTest(found.split)) {
      tests += 1;
      const message =
        'This case is test data, so that who trains the model does not tune it by it. Leave the line out, or have the owner or a project manager import it.';
      if (!mayTest) errors.push({ ...at, code: 'case_of_test', line, message });
    }
    rows.push({ caseId: found.id, answers: own, confidence });
  });
  return { rows, tests, errors: cap(errors) };
}

const invalid = (details: ErrorDetail[]) =>
  new AppError({
    kind: 'invalid',
    reason: 'model_invalid',
    message: 'Nothing was imported. Mend what is listed and import the file again.',
    details,
  });

const taken = (cause?: unknown) =>
  new AppError({
    kind: 'conflict',
    reason: 'model_taken',
    message:
      'This version has answers on this dataset already, and they never change. Give what you import now another version.',
    ...(cause === undefined ? {} : { cause }),
  });
