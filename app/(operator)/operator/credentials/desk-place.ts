import { z } from 'zod';
import { DESK_REASONS } from '#server/credentials/view-schemas.ts';

const place = z.object({
  q: z.string().catch(''),
  reason: z.enum(DESK_REASONS).nullable().catch(null),
  after: z.uuid().nullable().catch(null),
  credential: z.uuid().nullable().catch(null),
});

/** Where in the line somebody is: what it is narrowed to, after which line the page begins, what is open. */
export type DeskPlace = {
  text: string;
  reason: z.infer<typeof place>['reason'];
  after: string | null;
  credential: string | null;
};

/** The place that an address names; what it says wrongly is left out. */
export function readPlace(search: Record<string, unknown>): DeskPlace {
  const { q, ...rest } = place.parse(search);
  return { text: q.trim().slice(0, 120), ...rest };
}

/** The address of a place. */
export function deskHref({ text, reason, after, credential }: DeskPlace): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ q: text, reason, after, credential }))
    if (value) query.set(name, value);
  return query.size === 0 ? '/operator/credentials' : `/operator/credentials?${query}`;
}
