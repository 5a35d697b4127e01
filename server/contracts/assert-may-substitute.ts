import type { CommandTx } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { countSubstitutes, isKnownTo } from './engaging-queries.ts';
import { lockContract } from './queries.ts';
import { addMonths } from './rules.ts';
import { termsInForce } from './terms-in-force.ts';

/**
 * Refuses with `substitutes_used_up` when a person who was not named in the bid would join an award beyond what it allows a
 * month. Whom the project's rule and the gate let in is decided elsewhere; this is what the two sides agreed on top. Locks
 * the contract, so that two who join at once cannot both be the last.
 */
export async function assertMaySubstitute(
  tx: CommandTx,
  input: { contractId: string; personId: string },
): Promise<void> {
  if (await isKnownTo(tx.db, input)) return;
  const contract = await lockContract(tx.db, input.contractId);
  if (contract?.kind !== 'award') return;
  const most = (await termsInForce(tx.db, contract, tx.now)).terms.substitution.perMonth;
  if (most === null) return;
  const month = tx.now.toISOString().slice(0, 7);
  const used = await countSubstitutes(tx.db, { contractId: contract.id, month });
  if (used < most) return;
  throw new AppError({
    kind: 'precondition',
    reason: 'substitutes_used_up',
    message:
      most === 0
        ? 'The contract allows nobody who was not named in the bid. Agree an amendment before somebody else joins.'
        : `The contract lets ${most} ${most === 1 ? 'person' : 'people'} a month join who ${most === 1 ? 'was' : 'were'} not named in the bid, and ${used} have joined in ${month}. The next can join in ${addMonths(month, 1)}, or after an amendment.`,
  });
}
