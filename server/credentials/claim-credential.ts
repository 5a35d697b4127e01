import { violates } from '#db/errors.ts';
import type { UserContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { specialtyNamed } from '#server/registers/find-specialties.ts';
import { claimProblems, normaliseIdentifier, schemeOf } from './claim-rules.ts';
import { disputeNumber, isNumberSpent } from './number-queries.ts';
import { countLive, insertCredential, WALLET_LIMIT } from './queries.ts';
import type { ClaimCredentialInput } from './schemas.ts';
import { numberKeyOf } from './schemes.ts';

/**
 * Puts a claim into the signed-in person's wallet at level `self_claimed`. A number that somebody else has claimed too is
 * kept as `discrepancy` and both go to the desk; neither is told of the other, and what was proven at its source goes on
 * counting until an operator has looked. So is a number that was revoked or found adverse: only its source brings it back (R27).
 * Errors: `credential_invalid` (dates, number, place, NUCC code; every problem is a detail), `already_in_wallet`,
 * `wallet_full`.
 */
export async function claimCredential(
  ctx: UserContext,
  input: ClaimCredentialInput,
): Promise<{ id: string }> {
  const { personId } = ctx.actor;
  const problems = [...claimProblems(input, ctx.clock.now()), ...(await taxonomyProblems(ctx, input))];
  if (problems.length > 0) throw invalid(problems);
  const id = newId();
  const row = rowOf(input);
  try {
    return await transact(ctx, async (tx) => {
      if ((await countLive(tx.db, personId)) >= WALLET_LIMIT) throw walletFull();
      const isDisputed = row.numberKey !== null && (await dispute(tx, row.numberKey, personId));
      await insertCredential(tx.db, {
        id,
        personId,
        ...row,
        ...(isDisputed ? { status: 'discrepancy', deskSince: tx.now, deskReason: 'dispute' } : {}),
        createdAt: tx.now,
        updatedAt: tx.now,
      });
      await tx.audit({
        action: 'credentials.claimed',
        subject: { kind: 'credential', id },
        detail: { kind: input.kind, scheme: row.scheme, isDisputed },
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
    if (violates(error, 'credentials_own_number_key')) throw inWallet(error);
    throw error;
  }
}

/** The claim as it is kept: a register fixes issuer and country, whatever a person calls it, so that the same number is found. */
function rowOf(input: ClaimCredentialInput) {
  const scheme = schemeOf(input);
  const issuer = scheme?.issuer ?? input.issuer.replaceAll(/\s+/g, ' ');
  const identifier = input.identifier === undefined ? null : normaliseIdentifier(input.identifier);
  const region = scheme?.isOfState ? (input.region ?? null) : null;
  return {
    kind: input.kind,
    scheme: scheme?.code ?? null,
    title: input.title,
    issuer,
    jurisdiction: scheme?.jurisdiction ?? input.jurisdiction ?? null,
    region,
    identifier,
    numberKey: numberKeyOf({ scheme, kind: input.kind, issuer, region, identifier }),
    taxonomyCode: input.taxonomyCode ?? null,
    specialty: input.specialty ?? null,
    proficiency: input.proficiency ?? null,
    issuedOn: input.issuedOn ?? null,
    expiresOn: input.expiresOn ?? null,
  };
}

/** Sends what others claim under the number to the desk; true when there is any, or the number was revoked or is another's. */
async function dispute(tx: CommandTx, numberKey: string, personId: string): Promise<boolean> {
  const others = await disputeNumber(tx.db, { numberKey, personId, now: tx.now });
  for (const other of others)
    await tx.audit({
      action: 'credentials.number_disputed',
      subject: { kind: 'credential', id: other.id },
      detail: { status: other.status },
    });
  return others.length > 0 || (await isNumberSpent(tx.db, { numberKey, personId }));
}

async function taxonomyProblems(ctx: UserContext, input: ClaimCredentialInput): Promise<ErrorDetail[]> {
  if (input.taxonomyCode === undefined) return [];
  if ((await specialtyNamed(ctx.db, input.taxonomyCode)) !== null) return [];
  return [
    {
      code: 'credential.taxonomy_unknown',
      path: 'taxonomyCode',
      message: `${input.taxonomyCode} is not in the NUCC code set. Search the specialty by name and choose it.`,
    },
  ];
}

function invalid(problems: readonly ErrorDetail[]): AppError {
  return new AppError({
    kind: 'invalid',
    reason: 'credential_invalid',
    message: problems.map((problem) => problem.message).join(' '),
    details: problems,
  });
}

function inWallet(cause: unknown): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'already_in_wallet',
    message: 'You have already added a credential with this number from this issuer.',
    details: [
      {
        code: 'credential.already_in_wallet',
        path: 'identifier',
        message: 'You have already added this number.',
      },
    ],
    cause,
  });
}

function walletFull(): AppError {
  return new AppError({
    kind: 'limit',
    reason: 'wallet_full',
    message: `Your wallet holds ${WALLET_LIMIT} credentials, the most it takes. There is room for another when one of them has ended.`,
  });
}
