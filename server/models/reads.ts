import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { models } from '#db/schema/models.ts';
import { valueText } from '#server/labels/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import type { Said } from './rules.ts';

export type ModelOfDataset = Pick<
  typeof models.$inferSelect,
  'id' | 'name' | 'version' | 'fields' | 'withdrawnAt' | 'confidenceCount' | 'protocolVersionId'
>;

/** A model of a project by what it answered on a dataset; null when there is none such. */
export async function findModelOf(
  q: Queryable,
  of: { projectId: string; datasetId: string; modelId: string },
): Promise<ModelOfDataset | null> {
  const [row] = await q
    .select()
    .from(models)
    .where(
      and(eq(models.id, of.modelId), eq(models.projectId, of.projectId), eq(models.datasetId, of.datasetId)),
    )
    .limit(1);
  return row ?? null;
}

/** A field as the protocol had it when the model’s answers were checked. */
export async function fieldOfModel(
  q: Queryable,
  model: Pick<ModelOfDataset, 'protocolVersionId'>,
  key: string,
): Promise<LabelField | undefined> {
  const { labelSchema } = await getProtocolVersion(q, model.protocolVersionId);
  return labelSchema.fields.find((field) => field.key === key);
}

/** What a model said of its cases in a field, by case; those without an answer in it are absent. Index: the primary key. At most 200,000. */
export async function answersOfModel(
  q: Queryable,
  of: { modelId: string; field: string },
): Promise<Map<string, Said>> {
  const rows = await q.execute<{ caseId: string; value: unknown; confidence: number | null }>(sql`
    select case_id as "caseId", answers -> ${of.field} as value, confidence from model_answers
    where model_id = ${of.modelId} and answers ? ${of.field}`);
  return new Map(
    [...rows].map(({ caseId, value, confidence }) => [
      caseId,
      { value: valueText(value), confidence: confidence === null ? null : Number(confidence) },
    ]),
  );
}
