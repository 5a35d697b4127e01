import { DAY, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { dayOf } from './rules.ts';
import type { CredentialLevel, CredentialStatus } from './schemas.ts';
import type { RecordVerificationInput, Standing, VerificationOutcome } from './verification-schemas.ts';

/** The longest a decision may stand on one check (NCQA's yardstick), and what is asked again every year. */
const RECREDENTIAL_MONTHS = 36;
const YEARLY = ['board_certification'];
/** What a source said longer ago is asked again before it is relied on (NCQA, files from July 2025). */
export const SOURCE_DAYS = 120;

/** Standings that are a finding against the person; `inactive`, `retired` and `training` are not what was claimed. */
const ADVERSE: readonly Standing[] = [
  'expired',
  'probation',
  'restricted',
  'suspended',
  'revoked',
  'surrendered',
];

type Change = {
  ok: true;
  status: CredentialStatus;
  level: CredentialLevel;
  fhirStatus: 'validated' | 'val-fail' | 'reval-fail' | 'req-revalid';
};

/**
 * What a check does to the credential, and its FHIR R5 VerificationResult status. An adverse finding takes the state that its
 * standing names. What was closed is checked again only when its holder has answered (`isAnswered`).
 */
export function applyVerification(
  current: { status: CredentialStatus; level: CredentialLevel; isAnswered?: boolean },
  outcome: VerificationOutcome,
  standing?: Standing,
): Change | { ok: false; message: string } {
  const isOpen = mayBeVerified(current.status) || (isFinding(current.status) && current.isAnswered === true);
  if (!isOpen) {
    return {
      ok: false,
      message: `A credential that is ${current.status} cannot be checked again; the holder ${
        isFinding(current.status) ? 'can answer the finding, or' : ''
      } adds a new one.`.replace('  ', ' '),
    };
  }
  const fail = current.status === 'verified' ? 'reval-fail' : 'val-fail';
  switch (outcome) {
    case 'verified':
      return { ok: true, status: 'verified', level: 'primary_source', fhirStatus: 'validated' };
    case 'discrepancy':
      return { ok: true, status: 'discrepancy', level: 'self_claimed', fhirStatus: fail };
    case 'adverse':
      return { ok: true, status: adverseStatus(standing), level: 'self_claimed', fhirStatus: fail };
    case 'unable':
      // A source that cannot be asked says nothing: what was proven before stands, and a finding too.
      return {
        ok: true,
        status: current.status === 'verified' || isFinding(current.status) ? current.status : 'unable',
        level: current.status === 'verified' ? current.level : 'self_claimed',
        fhirStatus: 'req-revalid',
      };
  }
}

function adverseStatus(standing: Standing | undefined): CredentialStatus {
  if (standing === 'revoked' || standing === 'surrendered') return 'revoked';
  if (standing === 'suspended') return 'suspended';
  return standing === 'expired' ? 'expired' : 'adverse';
}

/** States in which a source has spoken against the person. */
export function isFinding(status: CredentialStatus): boolean {
  return status === 'adverse' || status === 'revoked' || status === 'suspended';
}

/** Findings that their holder may answer, once each. */
export function mayBeAnswered(status: CredentialStatus): boolean {
  return status === 'discrepancy' || isFinding(status);
}

/** Terminal states are not checked again without an answer (design §6). */
export function mayBeVerified(status: CredentialStatus): boolean {
  switch (status) {
    case 'claimed':
    case 'verifying':
    case 'verified':
    case 'discrepancy':
    case 'unable':
    case 'suspended':
      return true;
    case 'adverse':
    case 'expired':
    case 'revoked':
      return false;
  }
}

/** By when a verified credential is asked for again: what the desk said, a year for board certifications, else 36 months. */
export function recheckDay(of: { kind: string; validUntil?: string | undefined; now: Date }): string {
  const months = YEARLY.includes(of.kind) ? 12 : RECREDENTIAL_MONTHS;
  const due = new Date(of.now);
  due.setUTCMonth(due.getUTCMonth() + months);
  const latest = dayOf(due);
  return of.validUntil !== undefined && of.validUntil < latest ? of.validUntil : latest;
}

/** Everything that keeps a check from being recorded, each in a sentence. */
export function verificationProblems(input: RecordVerificationInput, now: Date): ErrorDetail[] {
  const today = dayOf(now);
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    problems.push({ code: `verification.${code}`, path, message });
  const { outcome, sourceAsOf, sourceStanding, effectiveOn, validUntil, note } = input;
  const isAgainst = outcome === 'adverse' || outcome === 'discrepancy';
  if (sourceAsOf !== undefined && sourceAsOf > today)
    add('source_in_future', 'sourceAsOf', 'The source cannot be as of a day in the future.');
  if (outcome === 'verified' && sourceAsOf !== undefined && sourceAsOf < dayOf(plus(now, -SOURCE_DAYS * DAY)))
    add(
      'source_old',
      'sourceAsOf',
      `What the source said more than ${SOURCE_DAYS} days ago proves nothing today. Ask it again.`,
    );
  if (isAgainst && !note)
    add('note_missing', 'note', 'Say what was found; the person reads it and may answer.');
  if (outcome === 'adverse' && (sourceStanding === undefined || !ADVERSE.includes(sourceStanding)))
    add(
      'standing_missing',
      'sourceStanding',
      'Choose the standing that the source gives: expired, probation, restricted, suspended, revoked or surrendered.',
    );
  if (outcome === 'verified' && sourceStanding !== undefined && ADVERSE.includes(sourceStanding))
    add(
      'standing_against',
      'sourceStanding',
      `“${sourceStanding}” at the source is an adverse finding. Choose adverse as the result.`,
    );
  if (effectiveOn !== undefined && effectiveOn > today)
    add('effective_in_future', 'effectiveOn', 'The standing cannot have begun in the future.');
  if (validUntil !== undefined && validUntil <= today)
    add('valid_until_past', 'validUntil', 'Choose a later day by which it is checked again.');
  return problems;
}
