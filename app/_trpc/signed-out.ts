/** Event on `window` when a call found the session over; the lock screen listens. */
export const SIGNED_OUT_EVENT = 'readroom:signed-out';

/** Tells the page that the session is over. */
export function announceSignedOut(): void {
  if (typeof window !== 'undefined') window.dispatchEvent(new Event(SIGNED_OUT_EVENT));
}
