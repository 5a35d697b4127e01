import { inboxPlace } from '#server/work/inbox-schemas.ts';

/** A page's search parameters as they arrive: whoever writes the address twice over gets a list. */
export type Search = Readonly<Record<string, string | string[] | undefined>>;

/** What an address says under `key`; undefined where it says nothing, or two things. */
export function textFrom(query: Search, key: string): string | undefined {
  const text = query[key];
  return typeof text === 'string' ? text : undefined;
}

/** Behind which item a list begins by its page's address; null, its start, for what is no such place. */
export function placeFrom(query: Search, key: string): string | null {
  const place = textFrom(query, key);
  return place !== undefined && inboxPlace.safeParse(place).success ? place : null;
}
