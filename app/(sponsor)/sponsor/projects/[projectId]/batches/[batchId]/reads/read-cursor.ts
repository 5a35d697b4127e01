import { isId } from '#server/core/ids.ts';

export type ReadCursor = { submittedAt: Date; labelId: string };

/** Where a page of reads ends, for the address. */
export const cursorOf = (last: ReadCursor): string => `${last.submittedAt.getTime()}.${last.labelId}`;

/** Where the next page begins; null for what is no such place. */
export function readCursor(text: string | undefined): ReadCursor | null {
  const [at, labelId = ''] = (text ?? '').split('.');
  const submittedAt = new Date(Number(at));
  return at && isId(labelId) && !Number.isNaN(submittedAt.getTime()) ? { submittedAt, labelId } : null;
}
