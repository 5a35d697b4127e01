import { sql } from 'drizzle-orm';
import type { Queryable } from '#db/client.ts';
import { closedAnswers } from '#server/protocols/rules.ts';
import type { LabelField } from '#server/protocols/schemas.ts';
import { type KappaMeasurement, kappaOfCrossTable } from '#server/quality/cohen-kappa.ts';
import type { Measurement } from '#server/quality/measurement.ts';
import { proportion } from '#server/quality/proportion.ts';

/** Readers of a batch that are told of, and repeats of each that are looked at, in the shuffled order of the cases. */
const MOST_READERS = 200;
const MOST_REPEATS = 500;

/** How often somebody answered a case with `first` and, the next time, with `again`. */
export type RepeatCell = { annotatorId: string; first: string; again: string; n: number };

/** How far a reader agrees with themselves. */
export type RepeatAgreement = {
  annotatorId: string;
  /** Cohen's kappa of the first answer and the next, quadratic weights where the answers have an order. */
  kappa: KappaMeasurement;
  /** Share of repeats with the same answer. */
  same: Measurement;
};

/**
 * Intra-rater agreement (R23): each repeat of a case held against the same reader's read of the round before, both in force. For a field
 * with one answer of a list; empty for any other, and where nobody repeats. Indexes: the primary key of readers, slots_person_task_key,
 * the primary key of labels.
 */
export async function repeatAgreementOf(
  q: Queryable,
  of: { batchId: string; field: LabelField },
): Promise<RepeatAgreement[]> {
  if (closedAnswers(of.field) === null) return [];
  const inForce = (slot: string) => sql.raw(`${slot}.status in ('submitted', 'accepted')`);
  const rows = await q.execute<RepeatCell>(sql`
    select r.annotator_id as "annotatorId", a.answers ->> ${of.field.key} as first, b.answers ->> ${of.field.key} as again,
      count(*)::int as n
    from (select annotator_id from readers where batch_id = ${of.batchId} and tier = 'label' and repeats_taken > 0
      order by annotator_id limit ${MOST_READERS}) r
    cross join lateral (
      select s.task_id, s.round, s.label_id from slots s
      where s.batch_id = ${of.batchId} and s.annotator_id = r.annotator_id and s.tier = 'label' and s.round > 1 and ${inForce('s')}
      limit ${MOST_REPEATS}) s
    join slots p on p.batch_id = ${of.batchId} and p.annotator_id = r.annotator_id and p.task_id = s.task_id and p.tier = 'label'
      and p.round = s.round - 1 and ${inForce('p')}
    join labels a on a.batch_id = ${of.batchId} and a.id = p.label_id
    join labels b on b.batch_id = ${of.batchId} and b.id = s.label_id
    group by 1, 2, 3`);
  return repeatAgreement(of.field, [...rows]);
}

/** As `repeatAgreementOf`, of counted pairs; a case left unanswered either time is not compared. */
export function repeatAgreement(field: LabelField, cells: readonly RepeatCell[]): RepeatAgreement[] {
  const answers = (closedAnswers(field) ?? []).map((one) => one.key);
  const levels = Float64Array.from(answers, (_, place) => place);
  return [...Map.groupBy(cells, (cell) => cell.annotatorId)].map(([annotatorId, own]) => {
    const counts = new Float64Array(answers.length ** 2);
    let n = 0;
    let same = 0;
    for (const cell of own) {
      const [row, column] = [answers.indexOf(cell.first), answers.indexOf(cell.again)];
      if (row < 0 || column < 0) continue;
      const at = row * answers.length + column;
      counts[at] = (counts[at] ?? 0) + cell.n;
      n += cell.n;
      if (row === column) same += cell.n;
    }
    const shape = { levels, items: { length: n } };
    return {
      annotatorId,
      kappa: kappaOfCrossTable(counts, shape, { weights: field.type === 'ordinal' ? 'quadratic' : 'none' }),
      same: proportion(same, n, { reason: 'no_overlap', name: 'repeat_agreement' }),
    };
  });
}
