import type { Capability } from './capabilities.ts';

/** A signed-in person acting for one of their organisations (or for none yet). */
export type UserActor = {
  kind: 'user';
  /** Login id: who signs in. */
  userId: string;
  /** Pseudonymous id that labels, audit and ledger keep. */
  personId: string;
  sessionId: string;
  orgId: string | null;
  orgKind: OrgKind | null;
  /** True when an operator has verified the active organisation (R0). */
  orgVerified: boolean;
  /** True when a link sent to the person's address was opened; signing, bidding and claiming need it. */
  isAddressConfirmed: boolean;
  capabilities: ReadonlySet<Capability>;
  /** When the password was last entered in this session; signing needs it recent. */
  reauthenticatedAt: Date | null;
  /** When a code of the second factor was last given in this session; null while none was. */
  secondFactorAt: Date | null;
  country: string | null;
};

/** A background job or the launcher, named for the audit trail. */
export type SystemActor = { kind: 'system'; name: string };

/** Nobody has signed in; or somebody else has than the person whose page makes the call, which comes to the same. */
export type AnonymousActor = { kind: 'anonymous'; isSomebodyElse?: true };

export type Actor = UserActor | SystemActor | AnonymousActor;

export const ORG_KINDS = ['sponsor', 'vendor', 'platform', 'independent'] as const;
export type OrgKind = (typeof ORG_KINDS)[number];
