import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { closeWorkWithout, lookAgainAtClaims } from '#server/work/close-work-without.ts';
import { notFound } from './add-document.ts';
import { decideSample } from './delegation-queries.ts';
import { findOwnFile, listAnswers } from './document-queries.ts';
import { holdNumberOf, recallVerified } from './number-queries.ts';
import {
  type CredentialRow,
  findCredentialForUpdate,
  findLastGoodCheck,
  insertVerification,
  lastVerifications,
  updateCredential,
  type VerificationRow,
} from './queries.ts';
import { counts, dayOf } from './rules.ts';
import type { CredentialStatus } from './schemas.ts';
import { applyVerification, isFinding, recheckDay, verificationProblems } from './verification-rules.ts';
import type { RecordVerificationInput, VerificationOutcome } from './verification-schemas.ts';

const TOLD: Record<VerificationOutcome, string> = {
  verified: 'was verified at its source',
  discrepancy: 'does not agree with its source; read the note, correct it or answer',
  unable: 'could not be checked yet; we will try again',
  adverse: 'has an adverse finding at its source; read the note, you may answer',
};

export type Recorded = { status: CredentialStatus; leasesRevoked: number; recalls: number };

/**
 * Records one immutable check at the source (FHIR R5 VerificationResult) and moves the credential. An operator's act; nobody
 * checks their own, and an answered finding is another operator's than who recorded it. What stops to count closes its work in
 * the same transaction: leases are taken back, labels since the effective day are listed (R27). Errors:
 * `credential_not_found`, `verification_own`, `verification_stale` (someone decided in between), `verification_impossible`
 * (closed, no answer), `verification_invalid` (dates, standing, note), `evidence_unknown`, `verification_second_operator`,
 * `number_verified_elsewhere` (its other holder comes back to the desk).
 */
export async function recordVerification(ctx: OrgContext, input: RecordVerificationInput): Promise<Recorded> {
  refuseInvalid(input, ctx.clock.now());
  const result = await transact(ctx, async (tx): Promise<Recorded | 'number_verified_elsewhere'> => {
    await holdNumberOf(tx.db, input.credentialId);
    const credential = await findCredentialForUpdate(tx.db, input.credentialId);
    if (credential === null) throw notFound();
    if (credential.personId === ctx.actor.personId) {
      throw new AppError({
        kind: 'forbidden',
        reason: 'verification_own',
        message: 'Nobody verifies their own credential. Leave it to another operator.',
      });
    }
    if (credential.status !== input.seenStatus) throw stale();
    const last = (await lastVerifications(tx.db, [credential.id])).get(credential.id);
    const isAnswered = last !== undefined && (await listAnswers(tx.db, [last.id])).has(last.id);
    const change = applyVerification({ ...credential, isAnswered }, input.outcome, input.sourceStanding);
    if (!change.ok) {
      throw new AppError({
        kind: 'precondition',
        reason: 'verification_impossible',
        message: change.message,
      });
    }
    refuseSameOperator(credential, last, ctx.actor.personId);
    if (input.outcome === 'verified' && (await isAnothers(tx, credential)))
      return 'number_verified_elsewhere';
    const verificationId = await keep(tx, input, { change, credential, operator: ctx.actor.personId });
    const isUnable = input.outcome === 'unable';
    const moved = await updateCredential(
      tx.db,
      { id: credential.id, expected: input.seenStatus },
      {
        status: change.status,
        level: change.level,
        updatedAt: tx.now,
        deskSince: isUnable ? tx.now : null,
        deskReason: isUnable ? 'unable' : null,
        ...(input.outcome === 'verified'
          ? { recheckOn: recheckDay({ ...credential, validUntil: input.validUntil, now: tx.now }) }
          : {}),
      },
    );
    if (!moved) throw stale();
    await answerSample(tx, { credentialId: credential.id, personId: ctx.actor.personId }, input.outcome);
    const closed = await closeWork(tx, credential, {
      status: change.status,
      verificationId,
      since: input.effectiveOn ?? (await lastKnownGood(tx, credential, change.status)),
    });
    await tx.audit({
      action: 'credentials.verification_recorded',
      subject: { kind: 'credential', id: credential.id },
      detail: { verificationId, from: credential.status, to: change.status, level: change.level, ...closed },
    });
    await notifyPerson(tx, {
      personId: credential.personId,
      kind: 'credential.checked',
      title: `"${credential.title}" ${TOLD[input.outcome]}`,
      href: '/work/credentials',
    });
    return { status: change.status, ...closed };
  });
  if (result === 'number_verified_elsewhere') throw verifiedElsewhere();
  return result;
}

/** A register gives a number to one person: whoever it is verified for goes to the desk, to be told apart from this one. */
async function isAnothers(tx: CommandTx, { numberKey, personId }: CredentialRow): Promise<boolean> {
  return numberKey !== null && recallVerified(tx.db, { numberKey, personId, now: tx.now });
}

/** A check that a delegate's sample waits for is its result; a source that could not be asked leaves it open. */
async function answerSample(
  tx: CommandTx,
  of: { credentialId: string; personId: string },
  outcome: VerificationOutcome,
): Promise<void> {
  if (outcome === 'unable') return;
  const said = outcome === 'verified' ? ('agrees' as const) : ('disagrees' as const);
  await decideSample(tx.db, { ...of, outcome: said, now: tx.now });
}

/**
 * From when on a credential is in doubt where its source names no day (R27): since it was last found good, else since it was claimed. One that
 * has merely run out is not in doubt before today.
 */
async function lastKnownGood(
  tx: CommandTx,
  credential: CredentialRow,
  to: CredentialStatus,
): Promise<string> {
  if (!isFinding(to)) return dayOf(tx.now);
  const good = await findLastGoodCheck(tx.db, credential.id);
  return good === null ? dayOf(credential.createdAt) : (good.sourceAsOf ?? dayOf(good.statusDate));
}

/** R27: a finding closes work as the gate does; a discrepancy stops new claims only. */
async function closeWork(
  tx: CommandTx,
  credential: CredentialRow,
  to: { status: CredentialStatus; verificationId: string; since: string },
): Promise<Omit<Recorded, 'status'>> {
  const { id: credentialId, personId } = credential;
  if (!counts(to.status)) await lookAgainAtClaims(tx, personId);
  return isFinding(to.status) || to.status === 'expired'
    ? closeWorkWithout(tx, { credentialId, personId, ...to })
    : { leasesRevoked: 0, recalls: 0 };
}

async function keep(
  tx: CommandTx,
  input: RecordVerificationInput,
  of: {
    change: Extract<ReturnType<typeof applyVerification>, { ok: true }>;
    credential: CredentialRow;
    operator: string;
  },
): Promise<string> {
  const id = newId();
  await insertVerification(tx.db, {
    id,
    credentialId: of.credential.id,
    status: of.change.fhirStatus,
    statusDate: tx.now,
    primarySource: input.primarySource,
    communicationMethod: input.communicationMethod,
    level: of.change.level,
    evidenceSha256: await evidenceHash(tx, input, of.operator),
    evidenceFileId: input.evidenceFileId ?? null,
    sourceAsOf: input.sourceAsOf ?? dayOf(tx.now),
    sourceStanding: input.sourceStanding ?? null,
    effectiveOn: input.effectiveOn ?? null,
    validUntil: input.validUntil ?? null,
    note: input.note ?? null,
    verifiedBy: of.operator,
    createdAt: tx.now,
  });
  return id;
}

/** The hash of what was uploaded, never what is said of it. */
async function evidenceHash(
  tx: CommandTx,
  input: RecordVerificationInput,
  personId: string,
): Promise<string | null> {
  if (input.evidenceFileId === undefined) return input.evidenceSha256 ?? null;
  const sha256 = await findOwnFile(tx.db, { fileId: input.evidenceFileId, personId });
  if (sha256 !== null) return sha256;
  throw new AppError({
    kind: 'not_found',
    reason: 'evidence_unknown',
    message: 'You have uploaded no such evidence. Upload it again.',
  });
}

function refuseInvalid(input: RecordVerificationInput, now: Date): void {
  const problems = verificationProblems(input, now);
  if (problems.length === 0) return;
  throw new AppError({
    kind: 'invalid',
    reason: 'verification_invalid',
    message: problems.map((problem) => problem.message).join(' '),
    details: problems,
  });
}

/** An answer to a finding is judged by somebody else than who made the finding. */
function refuseSameOperator(
  credential: CredentialRow,
  last: VerificationRow | undefined,
  operator: string,
): void {
  if (!isFinding(credential.status) || last?.verifiedBy !== operator) return;
  throw new AppError({
    kind: 'forbidden',
    reason: 'verification_second_operator',
    message: 'You recorded this finding; another operator looks at the answer.',
  });
}

function stale(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'verification_stale',
    message: 'Someone else has decided on this credential in the meantime. Take the next one.',
  });
}

function verifiedElsewhere(): AppError {
  return new AppError({
    kind: 'conflict',
    reason: 'number_verified_elsewhere',
    message:
      'This number is verified for somebody else, whose credential is at the desk now. Decide on that one first: a number has one holder.',
  });
}
