import type { CommandTx } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { insertQualification } from './queries.ts';
import { trainingValidUntil } from './training.ts';

/**
 * Adds a training or exam to a person's record inside the caller's transaction. Privacy training holds for 12 months,
 * training on a protocol version for as long as the version does.
 */
export async function recordQualification(
  tx: CommandTx,
  input: {
    personId: string;
    kind: 'privacy_training' | 'protocol_training' | 'exam';
    protocolVersionId?: string;
    score?: Record<string, unknown>;
    attempts?: number;
    /** Now, unless it was earned before. */
    passedAt?: Date;
  },
): Promise<{ id: string; validUntil: Date | null }> {
  const id = newId();
  const validUntil = input.kind === 'privacy_training' ? trainingValidUntil(tx.now) : null;
  await insertQualification(tx.db, {
    id,
    personId: input.personId,
    kind: input.kind,
    protocolVersionId: input.protocolVersionId ?? null,
    passedAt: input.passedAt ?? tx.now,
    validUntil,
    score: input.score ?? null,
    attempts: input.attempts ?? 1,
  });
  await tx.audit({
    action: 'credentials.qualification_recorded',
    subject: { kind: 'qualification', id },
    detail: { kind: input.kind, protocolVersionId: input.protocolVersionId ?? null },
  });
  return { id, validUntil };
}
