import { isGivenUp } from '#app/_pilots/given-up.ts';

/**
 * The state of a pilot as it is shown. One that its vendor has given up is that until its scorecard is there, whatever it was before;
 * `retry` opens it anew.
 */
export const stateOfPilot = (pilot: { status: string; abandoned: object | null }): string =>
  isGivenUp(pilot) ? 'given_up' : pilot.status;

/** How far the reading of a pilot that its vendor has given up came, and what comes next; `isOver` once nothing of it is under way. */
export function givenUpWords(given: { done: number; needed: number; isOver: boolean }): string {
  const number = (n: number) => n.toLocaleString('en');
  if (!given.isOver)
    return `Given up with ${number(given.done)} of ${number(given.needed)} reads in. What is on a screen may be finished; compute the scorecard when nothing is under way.`;
  return given.done === 0
    ? 'Given up before anything was read.'
    : `Given up with ${number(given.done)} of ${number(given.needed)} reads in. Compute the scorecard of them, and decide.`;
}
