import type { z } from 'zod';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notFound } from './add-document.ts';
import { insertAnswer, listAnswers } from './document-queries.ts';
import { findCredentialForUpdate, lastVerifications, updateCredential } from './queries.ts';
import { mayBeAnswered } from './verification-rules.ts';
import type { answerCheckInput } from './verification-schemas.ts';

/**
 * The holder says what is wrong with a finding; it goes back to the desk, an adverse one to another operator than who recorded
 * it. Errors: `credential_not_found` (also for others'), `answer_impossible`, `already_answered`.
 */
export async function answerCheck(ctx: UserContext, input: z.infer<typeof answerCheckInput>): Promise<void> {
  await transact(ctx, async (tx) => {
    const credential = await findCredentialForUpdate(tx.db, input.credentialId);
    if (credential === null || credential.personId !== ctx.actor.personId) throw notFound();
    const check = (await lastVerifications(tx.db, [credential.id])).get(credential.id);
    if (check === undefined || !mayBeAnswered(credential.status))
      throw new AppError({
        kind: 'precondition',
        reason: 'answer_impossible',
        message: 'There is no finding to answer on this credential.',
      });
    if ((await listAnswers(tx.db, [check.id])).has(check.id))
      throw new AppError({
        kind: 'conflict',
        reason: 'already_answered',
        message: 'You have answered this finding; an operator looks at it again.',
      });
    await insertAnswer(tx.db, {
      id: newId(),
      credentialId: credential.id,
      verificationId: check.id,
      statement: input.statement,
      createdAt: tx.now,
    });
    await updateCredential(
      tx.db,
      { id: credential.id, expected: credential.status },
      { deskSince: tx.now, deskReason: 'answer', updatedAt: tx.now },
    );
    await tx.audit({
      action: 'credentials.check_answered',
      subject: { kind: 'credential', id: credential.id },
      detail: { verificationId: check.id },
    });
  });
}
