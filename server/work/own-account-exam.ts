import type { Queryable } from '#db/client.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { findProtocolExam } from './exam-queries.ts';
import { type Batch, findReader } from './reads.ts';
import type { Tier } from './rules.ts';

/**
 * R17: whether people on their own account pass the exam before they read here: in production and relabel work of a project
 * that has set one on this version of the protocol (it replaces the pilot, which a vendor passes). `waiver` is the sponsor's
 * reason why not; null where it is not asked for at all.
 */
export async function findOwnAccountExam(
  q: Queryable,
  batch: Pick<Batch, 'kind' | 'projectId' | 'protocolVersionId' | 'examWaiver'>,
): Promise<{ waiver: string | null; since: Date; isOpen: boolean } | null> {
  if (batch.kind !== 'production' && batch.kind !== 'relabel') return null;
  const exam = await findProtocolExam(q, batch);
  return exam && { ...exam, waiver: batch.examWaiver };
}

/**
 * What somebody on their own account who has not passed the exam still lacks here; null for nothing. Whoever read here before
 * there was an exam goes on: one that is set later stops nobody in the middle of their work.
 */
export async function ownAccountGap(
  q: Queryable,
  batch: Batch,
  who: { personId: string; isIndependent: boolean; tier: Tier },
): Promise<ErrorDetail | null> {
  if (!who.isIndependent || who.tier !== 'label') return null;
  const exam = await findOwnAccountExam(q, batch);
  if (exam === null || exam.waiver !== null) return null;
  const reader = await findReader(q, { batchId: batch.id, annotatorId: who.personId, tier: who.tier });
  if (reader !== null && reader.joinedAt < exam.since) return null;
  return {
    code: exam.isOpen ? 'exam.missing' : 'exam.none_open',
    message: exam.isOpen
      ? 'On your own account you pass the exam on this version of the protocol first (R17). It is paid (R34).'
      : 'On your own account you pass the exam on this version of the protocol first (R17), and none is open now. The sponsor can open another, or let you read without it.',
    href: '/work/qualifications',
  };
}
