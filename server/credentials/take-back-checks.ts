import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { lookAgainAtClaims } from '#server/work/close-work-without.ts';
import { listResting, lockDelegation } from './delegation-queries.ts';
import { insertVerification, updateCredential } from './queries.ts';
import { dayOf } from './rules.ts';

const PER_TRANSACTION = 100;

/**
 * After a revocation: every credential whose last check is the delegate's counts as the vendor's word from now on, with a check of
 * its own that says why, and waits at the desk for its source. New claims look at it at once (R27); nothing is found against
 * anybody. Part by part; safe to repeat. Returns how many.
 */
export async function takeBackChecks(ctx: CommandContext, delegationId: string): Promise<number> {
  let all = 0;
  for (let n = PER_TRANSACTION; n === PER_TRANSACTION; all += n)
    n = await transact(ctx, (tx) => takeBackSome(tx, delegationId));
  return all;
}

async function takeBackSome(tx: CommandTx, delegationId: string): Promise<number> {
  const delegation = await lockDelegation(tx.db, delegationId);
  if (delegation === null || delegation.status !== 'revoked') return 0;
  const rows = await listResting(tx.db, {
    delegationId,
    unsampled: false,
    seed: '',
    limit: PER_TRANSACTION,
  });
  for (const { credentialId, personId, title } of rows) {
    await insertVerification(tx.db, {
      id: newId(),
      credentialId,
      status: 'req-revalid',
      statusDate: tx.now,
      primarySource: 'Delegation revoked',
      communicationMethod: 'manual',
      level: 'vendor_attested',
      sourceAsOf: dayOf(tx.now),
      note: 'The vendor that had asked the source is no delegate any more; an operator asks it again.',
      verifiedBy: delegation.appointedBy,
      createdAt: tx.now,
    });
    await updateCredential(
      tx.db,
      { id: credentialId, expected: 'verified' },
      {
        status: 'verifying',
        level: 'vendor_attested',
        deskSince: tx.now,
        deskReason: 'recheck',
        recheckOn: null,
        updatedAt: tx.now,
      },
    );
    await lookAgainAtClaims(tx, personId);
    await tx.audit({
      action: 'credentials.check_taken_back',
      subject: { kind: 'credential', id: credentialId },
      detail: { delegationId },
    });
    await notifyPerson(tx, {
      personId,
      kind: 'credential.check_taken_back',
      title: `"${title}" is checked at its source again; until then it counts as your vendor’s word. Nothing was found against you`,
      href: '/work/credentials',
    });
  }
  return rows.length;
}
