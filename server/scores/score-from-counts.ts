import { scores } from '#db/schema/scores.ts';
import type { CommandContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { getProject } from '#server/projects/reads.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { exclusionsOf, type Measurement } from '#server/quality/measurement.ts';
import { getBatch, mapReaders } from '#server/work/reads.ts';
import { ALL_DAYS } from './counts.ts';
import { countPlan } from './load-counted.ts';
import { METHOD_VERSION } from './rules.ts';
import { pairKappa } from './running-measures.ts';
import { findMark, pairsOf, runningScoresOf } from './running-reads.ts';
import { throughputOfReaders } from './throughput.ts';

type ScoreRow = typeof scores.$inferInsert;

/**
 * As `scoreBatch` for a batch of any size: its scores from the running counts, which are exact, instead of from its reads, so
 * that neither time nor memory grows with them. The values are the same; the intervals follow from the counts instead of from a
 * bootstrap, as each row's method says. Returns false, and stores nothing, while the batch has not been counted.
 */
export async function scoreFromCounts(ctx: CommandContext, input: { batchId: string }): Promise<boolean> {
  const { batchId } = input;
  const mark = await findMark(ctx.db, batchId);
  // Counted anew and not yet to the end, its scores are of some cases only.
  if (mark === null || mark.sweptAt === null) return false;
  await transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, batchId);
    const common = { projectId: batch.projectId, batchId, computedAt: tx.now };
    const running = await runningScoresOf(tx.db, { batchId, day: ALL_DAYS });
    const rows: ScoreRow[] = running
      .filter((row) => row.subjectKind !== 'team')
      .map((row) => ({
        ...common,
        id: newId(),
        subjectKind: row.subjectKind === 'batch' ? ('batch' as const) : ('reader' as const),
        subjectId: row.subjectId,
        field: row.field,
        className: row.className,
        metric: row.metric,
        value: row.value,
        lower: row.lower,
        upper: row.upper,
        n: row.n,
        excluded: row.excluded,
        exclusions: row.exclusions,
        reason: row.reason,
        method: row.method,
        methodVersion: row.methodVersion,
      }));
    const add = (
      subject: Pick<ScoreRow, 'subjectKind' | 'subjectId' | 'otherId'>,
      metric: string,
      field: string,
      m: Measurement,
    ) =>
      rows.push({
        ...common,
        ...subject,
        id: newId(),
        field,
        metric,
        value: m.value,
        lower: m.ci?.[0] ?? null,
        upper: m.ci?.[1] ?? null,
        n: Math.round(m.n),
        excluded: Math.round(m.nExcluded),
        exclusions: exclusionsOf(m),
        reason: m.reason,
        method: m.method,
        methodVersion: METHOD_VERSION,
      });
    const readers = await mapReaders(
      tx.db,
      { batchId, tier: 'label' },
      ({ annotatorId, submitted, activeMs }) => ({ annotatorId, submitted, activeMs }),
    );
    add({ subjectKind: 'batch', subjectId: batchId }, 'throughput', '', throughputOfReaders(readers));
    for (const one of readers)
      add(
        { subjectKind: 'reader', subjectId: one.annotatorId },
        'throughput',
        '',
        throughputOfReaders([one]),
      );
    const { labelSchema } = await getProtocolVersion(tx.db, batch.protocolVersionId);
    const { fields } = countPlan(batchId, labelSchema, await getProject(tx.db, batch.projectId));
    for (const field of fields) {
      const cells = await pairsOf(tx.db, { batchId, field: field.key });
      for (const own of Map.groupBy(cells, (cell) => `${cell.firstId} ${cell.secondId}`).values()) {
        const [first] = own;
        if (first)
          add(
            { subjectKind: 'pair', subjectId: first.firstId, otherId: first.secondId },
            'cohen_kappa',
            field.key,
            pairKappa(field, own),
          );
      }
    }
    for (let at = 0; at < rows.length; at += 500) await tx.db.insert(scores).values(rows.slice(at, at + 500));
  });
  return true;
}
