import { DAY, plus } from '#server/core/clock.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { ExamSubject } from './general-exam-schemas.ts';

/** The time over which tries are counted. */
export const TRIES_DAYS = 365;
/** A pass can be renewed so many days before it ends, so that nobody falls out of work for a day. */
export const RENEW_DAYS = 60;

/**
 * The words by which rules name an exam. A sponsor's carries its name: whoever reads the rule knows whose word a pass is, and two
 * sponsors may call their exams alike.
 */
export function examSpecialty(of: {
  title: string;
  subjectKind: ExamSubject;
  subject: string;
  owner: { kind: string; legalName: string };
}): string {
  const own = `${of.title} (${of.subjectKind}: ${of.subject})`;
  return of.owner.kind === 'platform' ? own : `${own} by ${of.owner.legalName}`;
}

/** The last day on which a pass counts: the same day so many months later, or the last of a shorter month. */
export function passHoldsUntil(passedAt: Date, validMonths: number): string {
  const until = new Date(passedAt);
  const day = until.getUTCDate();
  until.setUTCDate(1);
  until.setUTCMonth(until.getUTCMonth() + validMonths + 1, 0);
  until.setUTCDate(Math.min(day, until.getUTCDate()));
  return until.toISOString().slice(0, 10);
}

type Attempt = { verdict: 'pass' | 'inconclusive' | 'fail'; finishedAt: Date };

/**
 * May an exam be begun now, as far as earlier tries say? Null when it may. A pass in force is renewed in its last 60 days; a try
 * that was not a pass waits its days; so many tries in 365 days and no more.
 */
export function tryRefusal(of: {
  exam: { retryAfterDays: number; maxAttempts: number };
  /** First to last. */
  attempts: readonly Attempt[];
  /** Last day of a pass in force. */
  passUntil: string | null;
  now: Date;
}): ErrorDetail | null {
  const { exam, attempts, passUntil, now } = of;
  if (passUntil !== null) {
    const from = plus(new Date(`${passUntil}T00:00:00Z`), -RENEW_DAYS * DAY);
    if (now < from)
      return refusal(
        'passed',
        `You have passed it; it counts until ${sayDay(passUntil)}. Renew it from ${sayDay(from)}.`,
      );
  }
  const since = plus(now, -TRIES_DAYS * DAY);
  const recent = attempts.filter((one) => one.verdict !== 'pass' && one.finishedAt > since);
  const [oldest] = recent;
  if (oldest !== undefined && recent.length >= exam.maxAttempts)
    return refusal(
      'no_retry',
      `It can be tried ${exam.maxAttempts === 1 ? 'once' : `${exam.maxAttempts} times`} in a year. You can take it again from ${sayDay(plus(oldest.finishedAt, TRIES_DAYS * DAY))} on.`,
    );
  const last = attempts.at(-1);
  if (last === undefined || last.verdict === 'pass') return null;
  const from = plus(last.finishedAt, exam.retryAfterDays * DAY);
  return now < from
    ? refusal('wait', `You can take it again, on other cases, from ${sayDay(from)} on.`)
    : null;
}

function refusal(code: string, message: string): ErrorDetail {
  return { code: `exam.${code}`, message, href: '/work/qualifications' };
}
