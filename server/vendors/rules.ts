import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { EvidenceKind, EvidenceStatus } from './schemas.ts';

export type EvidenceEvent = 'review' | 'refuse' | 'expire' | 'withdraw';

/** The state of an evidence document after `event`, or null when it cannot happen in `from`. */
export function nextEvidenceStatus(from: EvidenceStatus, event: EvidenceEvent): EvidenceStatus | null {
  switch (event) {
    case 'review':
      return from === 'uploaded' ? 'reviewed' : null;
    case 'refuse':
      return from === 'uploaded' ? 'refused' : null;
    case 'expire':
      return from === 'uploaded' || from === 'reviewed' ? 'expired' : null;
    case 'withdraw':
      return from === 'uploaded' || from === 'reviewed' ? 'withdrawn' : null;
    default:
      return unreachable(event);
  }
}

/** When the vendor is reminded of the end of a document, in days before it. */
export const REMINDER_DAYS = [90, 30, 0] as const;

/**
 * The reminder that is due for a document that ends on `expiresOn`: the nearest threshold that has come and was not sent
 * yet, or null. A document first seen 20 days before its end is reminded of once, not twice.
 */
export function dueReminder(
  expiresOn: string,
  reminded: number | null,
  today: string,
): (typeof REMINDER_DAYS)[number] | null {
  const left = (Date.parse(expiresOn) - Date.parse(today)) / 86_400_000;
  const due = REMINDER_DAYS.filter((days) => left <= days).at(-1);
  return due === undefined || (reminded !== null && reminded <= due) ? null : due;
}

/**
 * The longest a document of a kind can speak for, in months (facts C4): a certificate or a policy from its beginning, a
 * report from the end of its period. A SOC 2 Type II with its bridge letter reaches three months beyond the year.
 */
const MOST_MONTHS: Record<EvidenceKind, number> = {
  soc2_type1: 12,
  soc2_type2: 15,
  iso27001: 36,
  iso27701: 36,
  hitrust_e1: 12,
  hitrust_i1: 12,
  hitrust_r2: 24,
  hipaa_audit: 12,
  penetration_test: 12,
  cyber_insurance: 12,
  liability_insurance: 12,
  iso13485: 36,
};
/** A certificate's or a policy's period runs to its end; a report's lies behind it. */
const RUNS_AHEAD: ReadonlySet<EvidenceKind> = new Set([
  'iso27001',
  'iso27701',
  'hitrust_e1',
  'hitrust_i1',
  'hitrust_r2',
  'cyber_insurance',
  'liability_insurance',
  'iso13485',
]);

type Period = { kind: EvidenceKind; periodFrom: string; periodTo: string; expiresOn: string };

/** Everything that is wrong with the dates of a document, in words; empty when they fit its kind. */
export function periodProblems(
  { kind, periodFrom, periodTo, expiresOn }: Period,
  today: string,
): ErrorDetail[] {
  const problems: ErrorDetail[] = [];
  const add = (code: string, path: string, message: string) =>
    problems.push({ code: `evidence.${code}`, path, message });
  if (periodFrom > periodTo)
    add('period_reversed', 'periodTo', `The period ends on ${periodTo}, before it begins on ${periodFrom}.`);
  if (periodFrom > today)
    add(
      'period_future',
      'periodFrom',
      `The period begins on ${periodFrom}. Upload the document when it holds.`,
    );
  if (!RUNS_AHEAD.has(kind) && periodTo > today)
    add(
      'report_early',
      'periodTo',
      'A report speaks of a period that has ended; this one ends later than today.',
    );
  if (expiresOn <= today)
    add(
      'expired',
      'expiresOn',
      `The document expired on ${sayDay(expiresOn)}. Upload the one that replaces it.`,
    );
  if (expiresOn < periodTo)
    add('expires_early', 'expiresOn', 'The document cannot end before the period it speaks of.');
  if (kind === 'soc2_type2' && monthsBetween(periodFrom, periodTo) < 3)
    add('period_short', 'periodTo', 'A SOC 2 Type II report covers at least three months of operation.');
  const most = MOST_MONTHS[kind];
  const isAhead = RUNS_AHEAD.has(kind);
  if (monthsBetween(isAhead ? periodFrom : periodTo, expiresOn) > most)
    add(
      'expires_late',
      'expiresOn',
      `A document of this kind holds for at most ${most} months ${isAhead ? 'from its beginning' : 'after its period'}; give the earlier day.`,
    );
  return problems;
}

/** Months from one day to another, whole ones and the rest as a part of 31 days. */
function monthsBetween(from: string, to: string): number {
  const [y1 = 0, m1 = 0, d1 = 0] = from.split('-').map(Number);
  const [y2 = 0, m2 = 0, d2 = 0] = to.split('-').map(Number);
  return (y2 - y1) * 12 + (m2 - m1) + (d2 - d1) / 31;
}

export type EvidenceStanding = 'in_date' | 'ends_soon' | 'not_reviewed' | 'expired';

/**
 * What a reader of the comparison may think of a document today. A document past its day is expired whatever its state
 * says: nothing waits for the nightly job.
 */
export function standingOf(
  row: { status: EvidenceStatus; expiresOn: string },
  today: string,
): EvidenceStanding {
  if (row.status === 'expired' || row.expiresOn <= today) return 'expired';
  if (row.status === 'uploaded') return 'not_reviewed';
  return dueReminder(row.expiresOn, null, today) === null ? 'in_date' : 'ends_soon';
}
