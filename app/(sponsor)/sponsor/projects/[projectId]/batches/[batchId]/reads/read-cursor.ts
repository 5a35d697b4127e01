import { isId } from '#server/core/ids.ts';

export type ReadCursor = { submittedAt: Date; labelId: string };

/** Where a page of reads ends, for the address. */
export const cursorOf = (last: ReadCursor): string => `${last.submittedAt.getTime()}.${last.labelId}`;

/** Where the next page begins; null for what is no such place, such as a name that stands twice in the address. */
export function readCursor(asked: unknown): ReadCursor | null {
  const [at, labelId = ''] = typeof asked === 'string' ? asked.split('.') : [];
  const submittedAt = new Date(Number(at));
  return at && isId(labelId) && !Number.isNaN(submittedAt.getTime()) ? { submittedAt, labelId } : null;
}
