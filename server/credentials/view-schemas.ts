import { z } from 'zod';
import {
  CREDENTIAL_KINDS,
  CREDENTIAL_LEVELS,
  CREDENTIAL_STATUSES,
  PROFICIENCIES,
  qualificationView,
} from './schemas.ts';

/** A credential as its holder sees it. */
export const credentialView = z.object({
  id: z.uuid(),
  kind: z.enum(CREDENTIAL_KINDS).or(z.string()),
  title: z.string(),
  issuer: z.string(),
  jurisdiction: z.string().nullable(),
  scheme: z.string().nullable(),
  region: z.string().nullable(),
  proficiency: z.enum(PROFICIENCIES).nullable(),
  identifier: z.string().nullable(),
  specialty: z.string().nullable(),
  taxonomyCode: z.string().nullable(),
  issuedOn: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(CREDENTIAL_STATUSES),
  level: z.enum(CREDENTIAL_LEVELS),
  createdAt: z.date(),
  /** What the last check said, when there was one. */
  lastCheck: z
    .object({
      id: z.uuid(),
      status: z.string(),
      primarySource: z.string(),
      at: z.date(),
      note: z.string().nullable(),
      standing: z.string().nullable(),
      effectiveOn: z.string().nullable(),
      /** What the holder answered; null while they have not. */
      answer: z.string().nullable(),
    })
    .nullable(),
  /** True when the holder may answer the last check. */
  mayAnswer: z.boolean(),
  documents: z.array(
    z.object({
      id: z.uuid(),
      fileName: z.string(),
      mediaType: z.string(),
      bytes: z.number().int(),
      uploadedAt: z.date(),
    }),
  ),
});
export type CredentialView = z.infer<typeof credentialView>;

/** Why a line is at the desk: a first check, or what brought it back. */
export const DESK_REASONS = ['claim', 'dispute', 'answer', 'recheck', 'sample', 'unable'] as const;
export type DeskReason = (typeof DESK_REASONS)[number];

/** A page of the desk, narrowed by words of the person, the title, the issuer or the number; and the line that is open. */
export const deskInput = z.object({
  text: z.string().trim().max(120).default(''),
  reason: z.enum(DESK_REASONS).nullable().default(null),
  after: z.uuid().nullable().default(null),
  open: z.uuid().nullable().default(null),
  limit: z.int().min(1).max(50).default(20),
});
export type DeskInput = z.infer<typeof deskInput>;

/** A line of the verification desk. */
export const deskItem = credentialView.extend({
  personId: z.uuid(),
  personName: z.string(),
  waitingSince: z.date(),
  reason: z.enum(DESK_REASONS),
  /** Other claims of the same number, of others or earlier ones of one's own, also those that are over; for the operator's eyes only. */
  rivals: z.array(
    z.object({
      credentialId: z.uuid(),
      personName: z.string(),
      isSamePerson: z.boolean(),
      status: z.enum(CREDENTIAL_STATUSES),
      createdAt: z.date(),
    }),
  ),
  history: z.array(
    z.object({
      id: z.uuid(),
      status: z.string(),
      at: z.date(),
      primarySource: z.string(),
      sourceAsOf: z.string().nullable(),
      standing: z.string().nullable(),
      effectiveOn: z.string().nullable(),
      evidenceSha256: z.string().nullable(),
      evidenceFileId: z.uuid().nullable(),
      note: z.string().nullable(),
      isOwn: z.boolean(),
    }),
  ),
  answer: z.object({ statement: z.string(), at: z.date() }).nullable(),
});
export type DeskItem = z.infer<typeof deskItem>;
export const desk = z.object({
  /** All that wait, whatever the page is narrowed to. */
  waiting: z.number().int(),
  oldest: z.date().nullable(),
  items: z.array(deskItem),
  next: z.uuid().nullable(),
  /** The line that was asked for, on this page or not; null when none was or it waits no longer. */
  opened: deskItem.nullable(),
});

export const wallet = z.object({
  credentials: z.array(credentialView),
  qualifications: z.array(qualificationView),
});

/** A vendor's view of one member's credential: no number, only what it needs to vouch for it. */
export const teamCredential = z.object({
  credentialId: z.uuid(),
  personId: z.uuid(),
  personName: z.string(),
  title: z.string(),
  issuer: z.string(),
  specialty: z.string().nullable(),
  expiresOn: z.string().nullable(),
  status: z.enum(CREDENTIAL_STATUSES),
  level: z.enum(CREDENTIAL_LEVELS),
});

export const TEAM_SHOWS = ['all', 'to_attest', 'to_check'] as const;
/** A page of them. */
export const teamCredentialsInput = z.object({
  /** In a person's name, a title or an issuer. */
  text: z.string().trim().max(120).default(''),
  show: z.enum(TEAM_SHOWS).default('all'),
  /** The credential after which the page begins. */
  after: z.uuid().nullable().default(null),
  limit: z.int().min(1).max(200).default(25),
});
export type TeamCredentialsInput = z.output<typeof teamCredentialsInput>;
export const teamCredentials = z.object({
  items: z.array(teamCredential),
  total: z.number().int(),
  toAttest: z.number().int(),
  next: z.uuid().nullable(),
});

export const claimsOfInput = z.object({ personIds: z.array(z.uuid()).max(1_000) });
export const claimsOf = z.array(
  z.object({ personId: z.uuid(), title: z.string(), level: z.enum(CREDENTIAL_LEVELS) }),
);
