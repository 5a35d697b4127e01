import type { Tone } from '#app/_ui/tone.ts';

type ShutBy = 'confirmed' | 'reported' | null;
type Outcome = 'false_alarm' | 'confirmed';

/** A report on the incident desk, with what all reports of its case have come to (R24). */
type Report = { outcome: Outcome | null; isOverdue: boolean; shutBy: ShutBy; openReports: number };

/** How a report ended, and whether its case is shut: a false alarm opens no case that another report keeps shut. */
export function badgeOf(one: Report): { tone: Tone; says: string } {
  if (one.outcome === 'confirmed') return { tone: 'critical', says: 'Confirmed, stays shut' };
  if (one.outcome === 'false_alarm') {
    if (one.shutBy === 'confirmed')
      return { tone: 'neutral', says: 'False alarm, case shut by another report' };
    if (one.shutBy === 'reported') return { tone: 'attention', says: 'False alarm, another report waits' };
    return { tone: 'good', says: 'False alarm, open again' };
  }
  return one.isOverdue
    ? { tone: 'critical', says: 'Overdue' }
    : { tone: 'attention', says: 'Case shut, waits' };
}

/** What other reports of the case mean for one that waits; null where there is none that matters. */
export function othersOf(one: Report): string | null {
  if (one.outcome !== null) return null;
  if (one.shutBy === 'confirmed')
    return 'Another report of this case was confirmed: it stays shut whatever this one comes to.';
  const others = one.openReports - 1;
  if (others < 1) return null;
  return `${others === 1 ? 'Another report' : `${others} other reports`} of this case ${others === 1 ? 'waits' : 'wait'} as well.`;
}

/** What it comes to for the case when this report is closed as a false alarm. */
export function ifFalseAlarm(one: Report): string {
  if (one.shutBy === 'confirmed') return 'The case stays shut: another report of it was confirmed.';
  if (one.openReports > 1) return 'The case stays shut until every other report of it is a false alarm too.';
  return 'The case is open again, and is read on.';
}

/** What closing a report has come to. */
export function closedWords(closed: { outcome: Outcome | undefined; shutBy: ShutBy }): string {
  if (closed.shutBy === null) return 'Closed. The case is open again.';
  if (closed.outcome === 'confirmed') return 'Closed. The case stays shut for good.';
  return closed.shutBy === 'confirmed'
    ? 'Closed. The case stays shut: another report of it was confirmed.'
    : 'Closed. The case stays shut while another report of it waits.';
}
