import { z } from 'zod';
import { ORG_KINDS } from '#server/command/actor.ts';
import { CAPABILITIES, ROLES } from '#server/command/capabilities.ts';

/** Lower case without spaces around, as addresses are kept and compared. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

export const emailAddress = z
  .string()
  .trim()
  .max(254, 'An e-mail address has at most 254 characters.')
  .pipe(z.email('Write a full e-mail address, for example ada@example.org.'))
  .transform(normaliseEmail);

export const orgKind = z.enum(ORG_KINDS);
export const orgStatus = z.enum(['unverified', 'verified', 'refused', 'suspended']);
export const role = z.enum(ROLES);

export const account = z.object({
  personId: z.uuid(),
  name: z.string(),
  email: z.string(),
  country: z.string().nullable(),
  activeOrgId: z.uuid().nullable(),
  organisations: z.array(
    z.object({
      id: z.uuid(),
      legalName: z.string(),
      kind: orgKind,
      status: orgStatus,
      statusReason: z.string().nullable(),
      roles: z.array(role),
    }),
  ),
  capabilities: z.array(z.enum(CAPABILITIES)),
  reauthenticatedAt: z.date().nullable(),
});

export const openSession = z.object({
  id: z.uuid(),
  createdAt: z.date(),
  lastSeenAt: z.date(),
  userAgent: z.string().nullable(),
  country: z.string().nullable(),
  isThisOne: z.boolean(),
});
