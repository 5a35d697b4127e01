import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Queryable, Tx } from '#db/client.ts';
import { models } from '#db/schema/models.ts';
import type { Answers } from '#server/protocols/schemas.ts';

export type ModelRow = typeof models.$inferSelect;

/** Rows of one insert; they travel as one JSON parameter. */
const CHUNK = 10_000;

export type AnswerRow = { caseId: string; answers: Answers; confidence: number | null };

/** Adds a model with its answers. */
export async function insertModel(
  db: Tx,
  row: typeof models.$inferInsert,
  answers: readonly AnswerRow[],
): Promise<void> {
  await db.insert(models).values(row);
  for (let from = 0; from < answers.length; from += CHUNK) {
    const rows = JSON.stringify(answers.slice(from, from + CHUNK));
    await db.execute(sql`
      insert into model_answers (model_id, case_id, answers, confidence)
      select ${row.id}::uuid, "caseId", answers, confidence
      from jsonb_to_recordset(${rows}::text::jsonb) as r("caseId" uuid, answers jsonb, confidence real)`);
  }
}

/** Whether the version is taken on the dataset, however it is spelt. Index: models_version_key. */
export async function isVersionTaken(
  q: Queryable,
  of: { projectId: string; datasetId: string; name: string; version: string },
): Promise<boolean> {
  const rows = await q
    .select({ id: models.id })
    .from(models)
    .where(
      and(
        eq(models.projectId, of.projectId),
        eq(models.datasetId, of.datasetId),
        sql`lower(${models.name}) = lower(${of.name})`,
        sql`lower(${models.version}) = lower(${of.version})`,
      ),
    )
    .limit(1);
  return rows.length > 0;
}

const MOST_LISTED = 200;

/** A project’s models, newest first, and withdrawn ones too unless told otherwise; the newest 200. Index: models_project_idx. */
export async function listModels(
  q: Queryable,
  { projectId, isInUse }: { projectId: string; isInUse: boolean },
): Promise<{ rows: ModelRow[]; isCut: boolean }> {
  const rows = await q
    .select()
    .from(models)
    .where(and(eq(models.projectId, projectId), isInUse ? isNull(models.withdrawnAt) : undefined))
    .orderBy(desc(models.createdAt), desc(models.id))
    .limit(MOST_LISTED + 1);
  return { rows: rows.slice(0, MOST_LISTED), isCut: rows.length > MOST_LISTED };
}

/** A model by id. */
export async function findModel(q: Queryable, modelId: string): Promise<ModelRow | undefined> {
  const [row] = await q.select().from(models).where(eq(models.id, modelId)).limit(1);
  return row;
}

/** Marks a model withdrawn; false when it was already. */
export async function markWithdrawn(
  db: Tx,
  of: { modelId: string; by: string; reason: string; now: Date },
): Promise<boolean> {
  const rows = await db
    .update(models)
    .set({ withdrawnAt: of.now, withdrawnBy: of.by, withdrawnReason: of.reason })
    .where(and(eq(models.id, of.modelId), isNull(models.withdrawnAt)))
    .returning({ id: models.id });
  return rows.length === 1;
}
