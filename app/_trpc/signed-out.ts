/** Event on `window` when a call found the session over; the lock screen listens. */
export const SIGNED_OUT_EVENT = 'readroom:signed-out';

/** Tells the page that the session is over. */
export function announceSignedOut(): void {
  if (typeof window !== 'undefined') window.dispatchEvent(new Event(SIGNED_OUT_EVENT));
}

/** Event on `window` when the same person has signed in again on a page that was locked; what had ended with the session goes on. */
export const SIGNED_IN_AGAIN_EVENT = 'readroom:signed-in-again';

/** Tells the page that its person is back. */
export function announceSignedInAgain(): void {
  window.dispatchEvent(new Event(SIGNED_IN_AGAIN_EVENT));
}
