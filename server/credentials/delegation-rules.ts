import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppointDelegateInput, DelegationStatus } from './delegation-schemas.ts';

/** An audit of eight files suffices when all are in order; else thirty are looked at (the field's 8 and 30 procedure). */
export const FIRST_FILES = 8;
export const ALL_FILES = 30;
/** Share of thirty files that have to be in order. */
export const LEAST_PASSED = 0.9;
/** A delegate is audited again every year. */
const AUDIT_MONTHS = 12;
/** The fewest checks drawn at a time, should there be so many. */
export const LEAST_SAMPLE = 8;
/** Samples are drawn this many days apart. */
export const SAMPLE_DAYS = 30;

/** Everything that keeps a vendor from being appointed on this audit, each in a sentence. */
export function auditProblems(
  input: Pick<AppointDelegateInput, 'auditedOn' | 'filesAudited' | 'filesPassed'>,
  today: string,
): ErrorDetail[] {
  const { auditedOn, filesAudited, filesPassed } = input;
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    problems.push({ code: `delegation.${code}`, path, message });
  if (auditedOn > today) add('audit_future', 'auditedOn', 'The audit cannot be on a day in the future.');
  else if (delegationEnd(auditedOn) <= today)
    add('audit_old', 'auditedOn', 'The audit is more than a year old. Audit the vendor again.');
  if (filesPassed > filesAudited) {
    add('files_crossed', 'filesPassed', 'No more files can be in order than were audited.');
    return problems;
  }
  if (filesAudited < FIRST_FILES) add('files_few', 'filesAudited', `Audit at least ${FIRST_FILES} files.`);
  else if (filesPassed < filesAudited && filesAudited < ALL_FILES)
    add(
      'files_more',
      'filesAudited',
      `${filesAudited - filesPassed} of ${filesAudited} files ${filesAudited - filesPassed === 1 ? 'is' : 'are'} not in order: audit ${ALL_FILES}.`,
    );
  else if (filesPassed < filesAudited * LEAST_PASSED)
    add(
      'files_failed',
      'filesPassed',
      `${filesPassed} of ${filesAudited} files are in order; ${Math.ceil(filesAudited * LEAST_PASSED)} have to be. The vendor mends its procedure and is audited again.`,
    );
  return problems;
}

/** The last day of a delegation that rests on an audit. */
export function delegationEnd(auditedOn: string): string {
  const end = new Date(`${auditedOn}T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + AUDIT_MONTHS);
  return end.toISOString().slice(0, 10);
}

/** Where a change leads, or null when it cannot be made in this state. */
export function nextDelegationStatus(
  from: DelegationStatus,
  change: 'suspend' | 'reinstate' | 'revoke',
): DelegationStatus | null {
  if (change === 'suspend') return from === 'active' ? 'suspended' : null;
  if (change === 'reinstate') return from === 'suspended' ? 'active' : null;
  // Also of one that has run out: what it checked may turn out to be worth nothing later.
  return from === 'revoked' ? null : 'revoked';
}

/** How many of so many checks are drawn: the agreed share, and no fewer than eight should there be as many. */
export function sampleSize(checks: number, shareBasisPoints: number): number {
  return Math.min(checks, Math.max(LEAST_SAMPLE, Math.ceil((checks * shareBasisPoints) / 10_000)));
}

/** Why a delegate's checks do not count as the platform's now; null when they do. */
export function delegateRefusal(
  delegation: { status: DelegationStatus; validUntil: string; statusReason: string | null } | null,
  agreementGap: string | null,
  today: string,
): string | null {
  if (delegation === null) return 'Your organisation is no delegate. Attest what you have seen instead.';
  const { status, validUntil, statusReason } = delegation;
  if (status === 'suspended' || status === 'revoked')
    return `The delegation is ${status}${statusReason === null ? '.' : `: ${statusReason}`}`;
  if (status === 'expired' || validUntil < today)
    return `The delegation ended on ${sayDay(validUntil)}; an operator audits again and appoints anew.`;
  return agreementGap;
}

/** When a delegate and the operators are reminded of its last day, in days before it: an audit takes its time. */
export const DELEGATION_REMINDER_DAYS = [60, 30, 7] as const;

/** The reminder that has come last for a delegation with this last day; null before the first and after the end. */
export function delegationReminder(validUntil: string, today: string): number | null {
  const left = Math.round((Date.parse(validUntil) - Date.parse(today)) / 86_400_000);
  if (left < 0) return null;
  return DELEGATION_REMINDER_DAYS.filter((days) => left <= days).at(-1) ?? null;
}
