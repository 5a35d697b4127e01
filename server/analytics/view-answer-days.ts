import type { OrgContext } from '#server/command/context.ts';
import { refuseWithheld } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { getBatch } from '#server/work/reads.ts';
import { isCountedByDay } from './roll-up.ts';
import { listAnswerDays, listRollUpMarks } from './roll-up-queries.ts';
import type { AnswerDaysView } from './schemas.ts';

/** Classes that are shown one by one; the rest are taken together. */
const MOST_CLASSES = 4;

/**
 * What readers of a batch answered to a field, day by day: each class's share of that day's answers with Wilson's 95 %
 * interval over answers (a roll-up by day knows no cases; `answer_share` of the running scores does), the most frequent first. From the roll-ups, so as of `completeTo`. Refused with `pilot_withheld` while a pilot of its
 * call is read (R15), with `panel_reading` while its panel reads (R7).
 */
export async function viewAnswerDays(
  ctx: OrgContext,
  input: { batchId: string; field?: string | undefined },
): Promise<AnswerDaysView> {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  await refuseWithheld(ctx.db, { batchId: batch.id, now: ctx.clock.now() });
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const fields = labelSchema.fields.filter(isCountedByDay);
  const field = fields.find((one) => one.key === input.field) ?? fields[0];
  const marks = await listRollUpMarks(ctx.db, [batch.id]);
  const rows = field ? await listAnswerDays(ctx.db, { batchId: batch.id, field: field.key }) : [];
  return {
    fields: fields.map(({ key, label }) => ({ key, label })),
    field: field?.key ?? null,
    completeTo: marks.get(batch.id)?.completeTo ?? null,
    classes: field ? classesOf(field, rows) : [],
  };
}

type Row = { day: string; answer: string; n: number };

/** Classes with their shares by day; every day that has answers is there for every class, so that a 0 is a 0. */
export function classesOf(field: LabelField, rows: readonly Row[]): AnswerDaysView['classes'] {
  const days = [...new Set(rows.map((row) => row.day))].sort();
  const perDay = new Map(
    days.map((day) => [day, rows.filter((row) => row.day === day).reduce((sum, row) => sum + row.n, 0)]),
  );
  const totals = [...Map.groupBy(rows, (row) => row.answer)]
    .map(([answer, own]) => ({ answer, n: own.reduce((sum, row) => sum + row.n, 0) }))
    .sort((a, b) => b.n - a.n || (a.answer < b.answer ? -1 : 1));
  const named = totals.length <= MOST_CLASSES ? totals : totals.slice(0, MOST_CLASSES - 1);
  const rest = totals.slice(named.length).map((one) => one.answer);
  const line = (label: string, answers: readonly string[]) => ({
    label,
    n: totals.filter((one) => answers.includes(one.answer)).reduce((sum, one) => sum + one.n, 0),
    days: days.map((day) => {
      const n = rows
        .filter((row) => row.day === day && answers.includes(row.answer))
        .reduce((sum, row) => sum + row.n, 0);
      const of = perDay.get(day) ?? 0;
      const interval = wilsonInterval(n, of);
      return { day, n, of, share: of === 0 ? null : n / of, interval: interval && pair(interval) };
    }),
  });
  return [
    ...named.map((one) => line(labelOf(field, one.answer), [one.answer])),
    ...(rest.length > 0 ? [line(`${rest.length} other answers`, rest)] : []),
  ];
}

const pair = ([low, high]: readonly [number, number]): [number, number] => [low, high];

function labelOf(field: LabelField, answer: string): string {
  if (field.type === 'boolean') return answer === 'true' ? 'Yes' : 'No';
  return field.options?.find((option) => option.value === answer)?.label ?? answer;
}
