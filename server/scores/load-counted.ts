import { z } from 'zod';
import type { Queryable } from '#db/client.ts';
import { finalFields } from '#server/labels/schemas.ts';
import type { Project } from '#server/projects/schemas.ts';
import { answersRecord, type LabelSchema } from '#server/protocols/schemas.ts';
import type { CountedRead, CountedTask, CountPlan } from './counts.ts';
import { answerText, measuredFields } from './measured-fields.ts';
import { type LabelRow, listFinalRows, listGoldRows, listLabelRows } from './tally-queries.ts';

const goldRecord = z.record(z.string(), z.array(z.unknown()));

/** What of a batch is counted: its schema's fields, and the fields whose drift the project's policy asks to watch. */
export function countPlan(batchId: string, schema: LabelSchema, project: Project): CountPlan {
  const policy = project.qualityPolicy;
  const watched = new Set([
    ...policy.reliability.map((one) => one.field),
    ...policy.accuracy.map((one) => one.field),
    ...schema.gatedFields,
  ]);
  const limits = new Map(
    schema.fields.map((field) => [field.key, { min: field.min ?? null, max: field.max ?? null }]),
  );
  return { batchId, fields: measuredFields(schema, []), watched, gated: schema.gatedFields, limits };
}

/** Cases as counted from these labels, versions of their final labels, and with or without gold. None of it changes, so neither does the answer. */
export async function loadCounted(
  q: Queryable,
  plan: CountPlan,
  tasks: readonly { taskId: string; labelIds: readonly string[]; finalVersion: number; isGold: boolean }[],
): Promise<Map<string, CountedTask>> {
  const taskIds = tasks.map((task) => task.taskId);
  const of = { batchId: plan.batchId, taskIds };
  const [labels, finals, gold] = await Promise.all([
    listLabelRows(q, {
      batchId: plan.batchId,
      labelIds: [...new Set(tasks.flatMap((task) => task.labelIds))],
    }),
    listFinalRows(q, of),
    listGoldRows(q, of),
  ]);
  const read = new Map(labels.map((row) => [row.labelId, readOf(row, plan)]));
  const settled = new Map(finals.map((row) => [`${row.taskId} ${row.version}`, finalTexts(row.fields)]));
  const known = new Map(gold.map((row) => [row.taskId, goldTexts(row.answers)]));
  return new Map(
    tasks.map((task) => [
      task.taskId,
      {
        taskId: task.taskId,
        reads: task.labelIds.flatMap((id) => read.get(id) ?? []),
        gold: task.isGold ? known.get(task.taskId) : undefined,
        final: settled.get(`${task.taskId} ${task.finalVersion}`) ?? null,
      },
    ]),
  );
}

function readOf(row: LabelRow, plan: CountPlan): CountedRead {
  const answers = answersRecord.parse(row.answers);
  return {
    labelId: row.labelId,
    readerId: row.readerId,
    teamId: row.teamId,
    at: new Date(row.at),
    activeMs: row.activeMs,
    confidence: row.confidence,
    values: Object.fromEntries(plan.fields.map((field) => [field.key, answerText(answers[field.key])])),
  };
}

/** Acceptable answers per field as the text that is compared. */
export function goldTexts(answers: unknown): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(goldRecord.parse(answers)).map(([key, values]) => [
      key,
      values.map(answerText).filter((value) => value !== null),
    ]),
  );
}

/** Settled values per field as the text that is compared. */
export function finalTexts(fields: unknown): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(finalFields.parse(fields)).map(([key, field]) => [key, answerText(field.value)]),
  );
}
