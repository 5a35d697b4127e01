import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { BatchChecks } from '#server/labels/view-schemas.ts';

type Left = Pick<NonNullable<BatchChecks['left']>, 'checks' | 'held'>;

/** What is not looked at yet, and at how many of it somebody is; no number where it would tell what is held back (R15). */
export function leftWords({ checks, held }: Left): string {
  if (checks === null || held === null) return 'Not all that was drawn is looked at yet.';
  const all = `${counted(checks, 'check')} ${checks === 1 ? 'is' : 'are'} not done yet`;
  if (held === 0) return `${all}.`;
  const which = held < checks ? `${held.toLocaleString('en')} of them` : held === 1 ? 'it' : 'each of them';
  return `${all}; somebody is at ${which}.`;
}

/** What the end does, a sentence each. */
export function effectsOf({ held }: Left, isAudited: boolean): string[] {
  return [
    'What was found stays.',
    ...(isAudited
      ? ['The audit counts what is given up as wrong, so that ending it cannot make it pass.']
      : []),
    ...(held === 0
      ? []
      : [
          'What somebody is at is finished and paid, and the batch waits for it; if they let it go, it is given up too.',
        ]),
    'Labels that become final later are not checked either.',
  ];
}

/** What the end has done. */
export function doneWords(dropped: number | null, held: number | null): string {
  const given =
    dropped === null || dropped === 0
      ? 'The checks are ended.'
      : `${counted(dropped, 'check')} ${dropped === 1 ? 'is' : 'are'} given up; what was found stays.`;
  if (held === 0) return given;
  return `${given} ${held === null ? 'What somebody is at' : `${counted(held, 'check')} that somebody is at`} ${held === null || held === 1 ? 'is' : 'are'} waited for.`;
}

/** Which checks were ended, before since when. */
export function endedWords({ audit, rereads }: Omit<BatchChecks['ended'], 'reason'>): string {
  if (audit !== null && rereads !== null) return 'The checks were ended';
  return audit === null ? 'The search for misses was ended' : 'The audit was ended';
}

/** An audit whose findings are held back: how large it is, and how much of it is left; of one that was ended, that it is given up. */
export function orderedWords(
  { sampleSize, population }: { sampleSize: number; population: number },
  left: number,
  isEnded: boolean,
): string {
  const drawn = `${sampleSize.toLocaleString('en')} of ${counted(population, 'case')} drawn by chance`;
  if (isEnded) return `An audit was ordered: ${drawn}. What of them was not looked at is given up.`;
  return `An audit is ordered: ${drawn}, ${left.toLocaleString('en')} of them still to be looked at.`;
}

/** Why nothing is known of labels that were to be looked at; `open`: at how many somebody is or may be, `isOver`: no more of them come. */
export function unlookedWords(open: number, isOver: boolean): string {
  if (!isOver) return 'Not started';
  return open > 0 ? 'Nothing was looked at yet' : 'Nothing was looked at';
}

/** What the batch waits for after the end. */
export function heldWords(held: number | null): string {
  if (held === 0) return '';
  return held === 1
    ? ' Somebody is still at 1 check: it is finished and paid, or given up if they let it go, and the batch waits for it.'
    : ` Somebody is still at ${held === null ? 'some checks' : counted(held, 'check')}: they are finished and paid, or given up if they are let go, and the batch waits for them.`;
}
