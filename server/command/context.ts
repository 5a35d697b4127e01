import type { Database } from '#db/client.ts';
import type { Clock } from '#server/core/clock.ts';
import { AppError } from '#server/core/errors.ts';
import type { Actor, UserActor } from './actor.ts';

/** What every command gets: where data lives, who acts, what time it is. */
export type CommandContext = {
  db: Database;
  clock: Clock;
  actor: Actor;
  /** Joins the log lines and audit events of one request or job. */
  requestId: string;
  /** The network address that asked, for the evidence of a signature alone; no log or audit event takes it. */
  address?: string | null;
};

/** A context whose actor is signed in; procedures with a capability hand this to commands. */
export type UserContext = CommandContext & { actor: UserActor };

/** A signed-in person who acts for an organisation. */
export type OrgContext = CommandContext & { actor: UserActor & { orgId: string } };

/** Narrows to a signed-in person, or refuses. */
export function requireUser(ctx: CommandContext): UserContext {
  if (ctx.actor.kind === 'anonymous' && ctx.actor.isSomebodyElse === true) {
    throw new AppError({
      kind: 'unauthenticated',
      reason: 'signed_in_as_other',
      message: 'Somebody else is signed in on this browser. Sign in as yourself to send what you have kept.',
    });
  }
  if (ctx.actor.kind !== 'user') {
    throw new AppError({ kind: 'unauthenticated', reason: 'sign_in_required', message: 'Sign in to go on.' });
  }
  return ctx as UserContext;
}

/** Narrows to a person acting for an organisation, or refuses. */
export function requireOrg(ctx: CommandContext): OrgContext {
  const user = requireUser(ctx);
  if (user.actor.orgId === null) {
    throw new AppError({
      kind: 'forbidden',
      reason: 'organisation_required',
      message: 'Choose an organisation to act for.',
    });
  }
  return user as OrgContext;
}

/** R0: an unverified organisation may draft, but not publish, bid, sign or read. */
export function requireVerifiedOrg(ctx: CommandContext): OrgContext {
  const org = requireOrg(ctx);
  if (!org.actor.orgVerified) {
    throw new AppError({
      kind: 'precondition',
      reason: 'organisation_unverified',
      message:
        'Your organisation is not verified yet. Until an operator has checked it, you can draft but not publish, bid, sign or read.',
    });
  }
  return org;
}

/** Context of a background job. */
export function systemContext(input: {
  db: Database;
  clock: Clock;
  name: string;
  requestId: string;
}): CommandContext {
  return {
    db: input.db,
    clock: input.clock,
    requestId: input.requestId,
    actor: { kind: 'system', name: input.name },
  };
}
