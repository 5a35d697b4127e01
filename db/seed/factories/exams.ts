import { asc, eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { qualifications } from '#db/schema/credentials.ts';
import { readers } from '#db/schema/work.ts';
import { batches } from '#db/schema/work-batches.ts';
import { examAttempts } from '#db/schema/work-exams.ts';
import { present } from '#server/core/assert.ts';
import { newId } from '#server/core/ids.ts';

/** A pass of a batch's first reader that a wrong known answer would undo, waiting for a decision; returns the reader's alias. */
export async function makePassInDoubt(db: Database, of: { batchId: string }): Promise<string> {
  const [found] = await db
    .select({ batch: batches, reader: readers })
    .from(batches)
    .innerJoin(readers, eq(readers.batchId, batches.id))
    .where(eq(batches.id, of.batchId))
    .orderBy(asc(readers.joinedAt))
    .limit(1);
  const { batch, reader } = present(found, 'a reader of the batch');
  const finishedAt = reader.joinedAt;
  const marked = {
    batchId: batch.id,
    annotatorId: reader.annotatorId,
    kind: 'exam' as const,
    protocolVersionId: batch.protocolVersionId,
    attempt: 1,
    passLevel: 0.8,
    finishedAt,
  };
  await db.insert(examAttempts).values([
    { ...marked, cases: 16, correct: 16, lower: 0.806, upper: 1, verdict: 'pass' },
    {
      ...marked,
      ...{ cases: 15, correct: 15, lower: 0.796, upper: 1, verdict: 'inconclusive' },
      ...{ revision: 1, regrade: 'waits', regradedAt: finishedAt },
    },
  ]);
  await db.insert(qualifications).values({
    id: newId(),
    personId: reader.annotatorId,
    kind: 'exam',
    protocolVersionId: batch.protocolVersionId,
    passedAt: finishedAt,
    score: { correct: 16, n: 16, batchId: batch.id },
  });
  return reader.alias;
}
