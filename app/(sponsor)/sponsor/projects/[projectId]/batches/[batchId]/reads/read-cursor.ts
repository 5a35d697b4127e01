import { isId } from '#server/core/ids.ts';

export type ReadCursor = { at: Date; labelId: string };

/** Where a page of reads ends, for the address. */
export const cursorOf = (last: ReadCursor): string => `${last.at.getTime()}.${last.labelId}`;

/** Where the next page begins; null for what is no such place, such as a name that stands twice in the address. */
export function readCursor(asked: unknown): ReadCursor | null {
  const [place, labelId = ''] = typeof asked === 'string' ? asked.split('.') : [];
  const at = new Date(Number(place));
  return place && isId(labelId) && !Number.isNaN(at.getTime()) ? { at, labelId } : null;
}
