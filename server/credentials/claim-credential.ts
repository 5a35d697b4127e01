import { violates } from '#db/errors.ts';
import type { UserContext } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { findHolderOfNumber, insertCredential } from './queries.ts';
import { claimProblems, normaliseIdentifier } from './rules.ts';
import type { ClaimCredentialInput } from './schemas.ts';

/** NPIs have one issuer, whatever a person calls it; so the same number is found. */
const NPI_ISSUER = 'NPPES';

/**
 * Puts a claim into the signed-in person's wallet at level `self_claimed`.
 * Errors: `credential_invalid` (dates, NPI, missing number; every problem is a detail), `identifier_taken` (the number
 * is claimed by another person), `already_in_wallet`.
 */
export async function claimCredential(
  ctx: UserContext,
  input: ClaimCredentialInput,
): Promise<{ id: string }> {
  const { personId } = ctx.actor;
  const problems = claimProblems(input, ctx.clock.now());
  if (problems.length > 0) {
    throw new AppError({
      kind: 'invalid',
      reason: 'credential_invalid',
      message: problems.map((problem) => problem.message).join(' '),
      details: problems,
    });
  }
  const id = newId();
  const issuer = input.kind === 'npi' ? NPI_ISSUER : input.issuer.replaceAll(/\s+/g, ' ');
  const identifier = input.identifier === undefined ? null : normaliseIdentifier(input.identifier);
  try {
    return await transact(ctx, async (tx) => {
      if (identifier !== null) {
        const holder = await findHolderOfNumber(tx.db, { kind: input.kind, issuer, identifier });
        if (holder !== null) throw numberTaken(holder === personId);
      }
      await insertCredential(tx.db, {
        id,
        personId,
        kind: input.kind,
        title: input.title,
        issuer,
        jurisdiction: input.kind === 'npi' ? 'US' : (input.jurisdiction ?? null),
        identifier,
        taxonomyCode: input.taxonomyCode ?? null,
        specialty: input.specialty ?? null,
        issuedOn: input.issuedOn ?? null,
        expiresOn: input.expiresOn ?? null,
        createdAt: tx.now,
        updatedAt: tx.now,
      });
      await tx.audit({
        action: 'credentials.claimed',
        subject: { kind: 'credential', id },
        detail: { kind: input.kind },
      });
      // Compared with the public registers once this is committed: the NPI with NPPES, the person with exclusion lists.
      await tx.enqueue({
        name: 'registers.look-at-person',
        payload: { personId },
        key: `registers.look-at-person:${personId}`,
      });
      return { id };
    });
  } catch (error) {
    // Two people who enter the same number at the same moment pass the look-up together; the index decides.
    if (violates(error, 'credentials_identifier_key')) throw numberTaken(false, error);
    throw error;
  }
}

function numberTaken(own: boolean, cause?: unknown): AppError {
  return own
    ? new AppError({
        kind: 'conflict',
        reason: 'already_in_wallet',
        message: 'You have already added a credential with this number from this issuer.',
      })
    : new AppError({
        kind: 'conflict',
        reason: 'identifier_taken',
        message:
          'Another account has already claimed this number at this issuer. Check the number; if it is yours, ask an operator to look into it.',
        details: [
          { code: 'credential.identifier_taken', path: 'identifier', message: 'Claimed by another account.' },
        ],
        ...(cause === undefined ? {} : { cause }),
      });
}
