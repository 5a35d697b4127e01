/** An upload is held in memory whole, so one person has few under way at once (per process of the app). */
export const UPLOADS_AT_ONCE = 2;

const underWay = new Map<string, number>();

/**
 * A person's turn to upload: returns what gives it back (once; again does nothing), or null while they have
 * `UPLOADS_AT_ONCE` under way.
 */
export function takeUploadTurn(personId: string): (() => void) | null {
  const before = underWay.get(personId) ?? 0;
  if (before >= UPLOADS_AT_ONCE) return null;
  underWay.set(personId, before + 1);
  let isGivenBack = false;
  return () => {
    if (isGivenBack) return;
    isGivenBack = true;
    const left = (underWay.get(personId) ?? 1) - 1;
    if (left > 0) underWay.set(personId, left);
    else underWay.delete(personId);
  };
}
