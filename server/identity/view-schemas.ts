import { z } from 'zod';
import { CAPABILITIES } from '#server/command/capabilities.ts';
import { orgKind, orgStatus, role } from './schemas.ts';

export const account = z.object({
  personId: z.uuid(),
  name: z.string(),
  email: z.string(),
  isAddressConfirmed: z.boolean(),
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
  hasSecondFactor: z.boolean(),
});

export const openSession = z.object({
  id: z.uuid(),
  createdAt: z.date(),
  lastSeenAt: z.date(),
  userAgent: z.string().nullable(),
  country: z.string().nullable(),
  isThisOne: z.boolean(),
});

export const mailLinkPreview = z.object({
  purpose: z.enum(['confirm_address', 'reset_password']),
  state: z.enum(['open', 'used', 'replaced', 'expired']),
});

export const addressConfirmed = z.object({ personId: z.uuid() });

export const linkSent = z.object({ isSent: z.boolean() });

export const resetAsked = z.object({ isAsked: z.literal(true) });

export const signedUp = z.object({ personId: z.uuid(), orgId: z.uuid() });

export const invited = z.object({ invitationId: z.uuid(), expiresAt: z.date() });

export const invitationPreview = z.object({
  organisation: z.string(),
  role,
  email: z.string(),
  state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  expiresAt: z.date(),
  hasAccount: z.boolean(),
});

export const accepted = z.object({ personId: z.uuid(), orgId: z.uuid(), email: z.string() });

export const rosterImported = z.object({
  invited: z.number().int(),
  alreadyMembers: z.number().int(),
  alreadyInvited: z.number().int(),
});

export const reauthenticated = z.object({ until: z.date() });

export const sessionsEnded = z.object({ ended: z.number().int() });

export const passwordChanged = z.object({ sessionsEnded: z.number().int() });

export const membershipEnded = z.object({ personId: z.uuid(), ended: z.array(role) });

export const roleGranted = z.object({ personId: z.uuid(), roles: z.array(role) });

export const decidedOrganisation = z.object({ orgId: z.uuid(), status: orgStatus });

export const team = z.object({
  people: z.number().int(),
  heldRoles: z.array(role),
  next: z.uuid().nullable(),
  invited: z.number().int(),
  nextInvited: z.uuid().nullable(),
  members: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      email: z.string(),
      roles: z.array(role),
      since: z.date(),
    }),
  ),
  invitations: z.array(
    z.object({
      invitationId: z.uuid(),
      email: z.string(),
      role,
      createdAt: z.date(),
      expiresAt: z.date(),
    }),
  ),
  grantable: z.array(role),
});

const stepState = z.enum(['done', 'waiting', 'missing', 'expired']);

export const readiness = z.object({
  readers: z.number().int(),
  ready: z.number().int(),
  next: z.uuid().nullable(),
  people: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      email: z.string(),
      roles: z.array(role),
      steps: z.object({
        account: stepState,
        identity: stepState,
        credential: stepState,
        attestation: stepState,
        privacy_training: stepState,
        protocol_training: stepState,
      }),
    }),
  ),
});

const deskOrganisation = z.object({
  id: z.uuid(),
  kind: orgKind,
  legalName: z.string(),
  country: z.string(),
  status: orgStatus,
  createdAt: z.date(),
});

export const organisationDesk = z.object({
  items: z.array(deskOrganisation),
  total: z.number().int(),
  next: z.uuid().nullable(),
});

export const organisationFile = deskOrganisation.extend({
  registerNumber: z.string().nullable(),
  domain: z.string().nullable(),
  statusReason: z.string().nullable(),
  verifiedAt: z.date().nullable(),
  signatories: z.array(z.uuid()),
  /** Everybody whose role may sign for it. */
  signers: z.array(z.object({ personId: z.uuid(), name: z.string(), roles: z.array(role) })),
  /** How many people it has, and the person after whom the next page of them begins; null on the last. */
  peopleCount: z.number().int(),
  next: z.uuid().nullable(),
  people: z.array(
    z.object({
      personId: z.uuid(),
      name: z.string(),
      email: z.string(),
      roles: z.array(role),
      isAddressOfDomain: z.boolean(),
      isAddressConfirmed: z.boolean(),
      hasSecondFactor: z.boolean(),
    }),
  ),
});

export const secondFactor = z.object({
  isOn: z.boolean(),
  since: z.date().nullable(),
  recoveryCodesLeft: z.number().int(),
  /** True when a code was given in this session. */
  isGivenHere: z.boolean(),
});

export const enrolment = z.object({
  secret: z.string(),
  uri: z.string(),
  qr: z.object({ size: z.number().int(), path: z.string() }),
});

export const recoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });

export const sessionsEndedByReset = z.object({ sessionsEnded: z.number().int() });
