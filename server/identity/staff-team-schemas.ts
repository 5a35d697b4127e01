import { z } from 'zod';

/** Most teams of a vendor, and people that are put into one at once. */
export const MOST_TEAMS = 200;
const MOST_AT_ONCE = 1000;

export const saveTeamInput = z.strictObject({
  /** Null makes a new one. */
  teamId: z.uuid().nullable(),
  name: z
    .string()
    .trim()
    .min(2, 'Name the team with at least two letters.')
    .max(80, 'A name has at most 80 characters.'),
  leadId: z.uuid().nullable(),
  add: z.array(z.uuid()).max(MOST_AT_ONCE, `Add at most ${MOST_AT_ONCE} people at once.`).default([]),
  remove: z.array(z.uuid()).max(MOST_AT_ONCE, `Take out at most ${MOST_AT_ONCE} people at once.`).default([]),
});
export const teamIdInput = z.strictObject({ teamId: z.uuid() });
export const teamSaved = z.object({ teamId: z.uuid() });

const person = z.object({ personId: z.uuid(), name: z.string() });
/** A vendor's teams with their people, and everybody who could be in one. */
export const teamsView = z.object({
  teams: z.array(
    z.object({
      teamId: z.uuid(),
      name: z.string(),
      lead: person.nullable(),
      members: z.array(person),
    }),
  ),
  people: z.array(person),
});
export type TeamsView = z.infer<typeof teamsView>;
