import { z } from 'zod';
import type { Search } from '#app/_shell/address.ts';

const place = z.uuid();

/** The team that an address asks for; null for none. */
export function teamOf(search: Search): string | null {
  const team = place.safeParse(search.team);
  return team.success ? team.data : null;
}

/** What a list's address asks for: its search text, one of its filters, and the row after which the page begins. */
export function listPlace(search: Search, prefix = ''): { text: string; after: string | null } {
  const text = search[`${prefix}q`];
  const after = place.safeParse(search[`${prefix}after`]);
  return {
    text: typeof text === 'string' ? text.slice(0, 120) : '',
    after: after.success ? after.data : null,
  };
}
