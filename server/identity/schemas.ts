import { z } from 'zod';
import { ORG_KINDS } from '#server/command/actor.ts';
import { ROLES } from '#server/command/capabilities.ts';
import { countryName } from './countries.ts';

/** Lower case without spaces around, as addresses are kept and compared. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

export const countryCode = z.string().refine((code) => countryName(code) !== null, 'Choose a country.');

/** Between 12 and 128 characters; length is what protects, so no other rule makes it harder to remember. */
export const newPassword = z
  .string()
  .min(12, 'Use at least 12 characters; a few words make a good password.')
  .max(128, 'Use at most 128 characters.');

const personName = z
  .string()
  .trim()
  .min(1, 'Write your name.')
  .max(120, 'A name has at most 120 characters.');

export const emailAddress = z
  .string()
  .trim()
  .max(254, 'An e-mail address has at most 254 characters.')
  .pipe(z.email('Write a full e-mail address, for example ada@example.org.'))
  .transform(normaliseEmail);

export const orgKind = z.enum(ORG_KINDS);

export const orgStatus = z.enum(['unverified', 'verified', 'refused', 'suspended']);

export const role = z.enum(ROLES);

/** The host name of an organisation's web site, as the operator checks it: no scheme, no path. */
const domainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.{4,})([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    'Write the domain alone, for example example.org.',
  );

const legalName = z
  .string()
  .trim()
  .min(2, 'Write the full legal name.')
  .max(200, 'A legal name has at most 200 characters.');

const registerNumber = z
  .string()
  .trim()
  .min(2, 'Write the number in the company register (or the tax number where there is none).')
  .max(60, 'A register number has at most 60 characters.');

export const organisationInput = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sponsor'),
    legalName,
    registerNumber,
    domain: domainName,
    country: countryCode,
  }),
  z.object({
    kind: z.literal('vendor'),
    legalName,
    registerNumber,
    domain: domainName,
    country: countryCode,
  }),
  z.object({ kind: z.literal('independent') }),
]);

export type OrganisationInput = z.infer<typeof organisationInput>;

export const accountInput = z.object({
  name: personName,
  email: emailAddress,
  password: newPassword,
  country: countryCode,
  timezone: z.string().max(60).optional(),
});

export type AccountInput = z.infer<typeof accountInput>;

export const signUpInput = z.object({ organisation: organisationInput, account: accountInput });

export type SignUpInput = z.infer<typeof signUpInput>;

export const correctOrganisationInput = z.object({
  legalName,
  registerNumber,
  domain: domainName,
  country: countryCode,
});

const orgRef = { orgId: z.uuid(), expectedStatus: orgStatus };

const reason = z
  .string()
  .trim()
  .min(10, 'Give the reason in a sentence; the organisation reads it.')
  .max(1_000, 'Keep the reason under 1,000 characters.');

export const verifyOrganisationInput = z.object({
  ...orgRef,
  signatories: z.array(z.uuid()).min(1, 'Name at least one person who may sign.').max(20),
});

export const refuseOrganisationInput = z.object({ ...orgRef, reason });

export const inviteInput = z.object({
  email: emailAddress,
  role,
  /** A team of the vendor that they join with it; an empty choice of a form is none. */
  teamId: z
    .union([z.uuid(), z.literal('').transform(() => null)])
    .nullable()
    .default(null),
});

const token = z.string().min(20).max(100);

export const tokenInput = z.object({ token });

export const acceptInvitationInput = z.object({
  token,
  account: z.object({ name: personName, password: newPassword, country: countryCode }).optional(),
});

export const memberRoleInput = z.object({ personId: z.uuid(), role });

export const password = z.object({ password: z.string().min(1, 'Enter your password.').max(128) });

/** Of the authenticator app, or a recovery code. */
const code = z.string().trim().min(6, 'A code has six digits; a recovery code is longer.').max(40);

export const secondFactorCode = z.object({ code });

/** What a signature or a change of the second factor is confirmed with. */
export const reauthenticateInput = password.extend({ code: z.string().trim().max(40).optional() });

export const secondFactorProof = password.extend({ code });

export const resetSecondFactorInput = z.object({ personId: z.uuid(), reason });

export const changePasswordInput = z.object({
  currentPassword: z.string().min(1, 'Enter your present password.').max(128),
  newPassword,
});

export const resetRequestInput = z.object({ email: emailAddress });

export const resetPasswordInput = z.object({ token, newPassword });

/** The bytes of a roster file; base64, so that its encoding can be checked. */
export const importRosterInput = z.object({ contentBase64: z.base64().max(1_400_000) });

const memberPage = z.object({
  /** In a name or an address. */
  text: z.string().trim().max(120).default(''),
  /** The person after whom the page begins. */
  after: z.uuid().nullable().default(null),
  limit: z.int().min(1).max(1_000).default(50),
});

export const orgIdInput = z.object({ orgId: z.uuid() });

/** An organisation with a page of its people. */
export const organisationFileInput = orgIdInput.extend(memberPage.shape);
export type OrganisationFileInput = z.output<typeof organisationFileInput>;

export const sessionRef = z.object({ sessionId: z.uuid() });

export const personRef = z.object({ personId: z.uuid() });

export const invitationRef = z.object({ invitationId: z.uuid() });

export const endMembershipInput = z.object({ personId: z.uuid(), role: role.optional() });

export const organisationDeskInput = z.object({
  status: orgStatus.default('unverified'),
  /** In the legal name. */
  text: z.string().trim().max(120).default(''),
  after: z.uuid().optional(),
  limit: z.number().int().min(1).max(100).default(50),
});

/** A page of the team by name, and one of its open invitations from after one of them on. */
export const teamInput = memberPage.extend({ invitedAfter: z.uuid().nullable().default(null) });
export type TeamInput = z.output<typeof teamInput>;

/** A page of who reads for a vendor, by name: all, or those who lack something. */
export const readinessInput = memberPage.extend({ show: z.enum(['all', 'not_ready']).default('all') });
export type ReadinessInput = z.output<typeof readinessInput>;
