import { type AppealedCase, findAppealedCase } from '#server/appeals/reads.ts';
import type { UserContext } from '#server/command/context.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { AppError } from '#server/core/errors.ts';
import { decideAccess } from './decide-access.ts';
import type { GatePurpose } from './gate-facts.ts';
import { findLease, type LeaseContext } from './gate-queries.ts';
import { refusal } from './gate-words.ts';
import { insertOpenings } from './opening-queries.ts';

/** Why someone stands at the door: with a lease, as the sponsor looking at its own data, or to decide an appeal. */
export type Errand =
  | { kind: 'lease'; lease: LeaseContext; viaOrgId: string; purpose: GatePurpose }
  | { kind: 'sponsor'; lease: null; viaOrgId: string; purpose: GatePurpose }
  | { kind: 'appeal'; lease: null; viaOrgId: string; purpose: 'appeal' };

type Target = { datasetId: string; datasetOrgId: string; caseId: string };

/** With a lease: a live one of the person on this very case. For an appeal: one that waits for them, about this very case. Else: only the sponsor's people on its own data. */
export async function findErrand(
  ctx: UserContext,
  target: Target,
  at: { leaseId: string | null; batchId: string | null; appealOf?: string | undefined },
): Promise<Errand | { kind: 'none'; decision: Decision }> {
  if (at.appealOf !== undefined && at.batchId !== null) {
    const of = { batchId: at.batchId, labelId: at.appealOf, personId: ctx.actor.personId };
    const appealed = await findAppealedCase(ctx.db, of);
    const isIt = appealed?.datasetId === target.datasetId && appealed.caseId === target.caseId;
    return errandOfAppeal(ctx, isIt ? appealed : null);
  }
  if (at.leaseId === null) {
    const isOwn = ctx.actor.orgId === target.datasetOrgId && ctx.actor.capabilities.has('project.read');
    if (!isOwn) return { kind: 'none', decision: refuse(noLease('A case is opened by claiming it.')) };
    return { kind: 'sponsor', lease: null, viaOrgId: target.datasetOrgId, purpose: 'read' };
  }
  const lease = await findLease(ctx.db, {
    personId: ctx.actor.personId,
    leaseId: at.leaseId,
    batchId: at.batchId,
  });
  if (lease === null || lease.datasetId !== target.datasetId || lease.caseId !== target.caseId) {
    return { kind: 'none', decision: refuse(noLease('You do not hold this case.')) };
  }
  return errandOfLease(lease, ctx.clock.now());
}

/** A lease as a reason to stand at the door, unless its time is over. */
export function errandOfLease(lease: LeaseContext, now: Date): Errand | { kind: 'none'; decision: Decision } {
  if (lease.leaseUntil <= now) {
    return { kind: 'none', decision: refuse(noLease('Your time on this case has run out.')) };
  }
  return { kind: 'lease', lease, viaOrgId: lease.viaOrgId, purpose: purposeOf(lease) };
}

/**
 * An appeal as a reason to stand at the door (R31): of an operator who decides appeals, had no part in the case, and only until it is
 * decided. Nobody else of the platform sees what its sponsors' cases hold.
 */
export function errandOfAppeal(
  { actor }: UserContext,
  appealed: AppealedCase | null,
): Errand | { kind: 'none'; decision: Decision } {
  const none = (code: string, message: string, change: string) => ({
    kind: 'none' as const,
    decision: refuse(refusal(code, message, { change })),
  });
  const isDecider = actor.orgKind === 'platform' && actor.capabilities.has('operator.appeals');
  if (appealed === null || actor.orgId === null || !isDecider)
    return none(
      'gate.no_appeal',
      'A case is opened here only to decide an appeal about it.',
      'Open it from the appeal.',
    );
  if (appealed.isInvolved)
    return none(
      'gate.appeal_own',
      'You rejected this read or worked on its case.',
      'Somebody else decides the appeal; ask another operator.',
    );
  if (appealed.isDecided)
    return none(
      'gate.appeal_decided',
      'This appeal is decided, and its case is closed again.',
      'Nothing opens it.',
    );
  return { kind: 'appeal', lease: null, viaOrgId: actor.orgId, purpose: 'appeal' };
}

function noLease(message: string) {
  return refusal('gate.no_lease', message, { change: 'Claim the next case.', href: '/work' });
}

/** What a lease is for, as the gate's purpose. */
export function purposeOf(lease: Pick<LeaseContext, 'batchKind' | 'tier'>): GatePurpose {
  if (lease.batchKind === 'self_label' || lease.tier === 'adjudicate') return 'panel';
  return lease.tier === 'label' ? 'read' : 'review';
}

/** The gate's answer for an errand on a dataset; quarantined files stay shut whatever the agreements say (R24). */
export async function decideErrand(
  ctx: UserContext,
  errand: Errand | { kind: 'none'; decision: Decision },
  target: { datasetId: string; quarantined: boolean },
): Promise<Decision> {
  if (errand.kind === 'none') return errand.decision;
  if (target.quarantined) {
    return refuse(
      refusal('gate.quarantined', 'This file is quarantined because of what was seen in it.', {
        change: 'It opens again if the incident desk finds a false alarm; what is confirmed stays shut.',
      }),
    );
  }
  const decision = await decideAccess(ctx.db, {
    personId: ctx.actor.personId,
    viaOrgId: errand.viaOrgId,
    datasetId: target.datasetId,
    purpose: errand.purpose,
    now: ctx.clock.now(),
    country: ctx.actor.country,
    sessionId: ctx.actor.sessionId,
  });
  // The access log says what it was for: everybody else's reason to look is their lease, or that the data is theirs.
  return errand.kind === 'appeal' && decision.allowed
    ? allow(`${decision.basis}; to decide an appeal`)
    : decision;
}

/**
 * Writes one row of the access log per file, allowed or refused; it is the accounting of disclosures. The words of the
 * decision are kept once for all rows that share them.
 */
export async function recordOpenings(
  ctx: UserContext,
  assetIds: readonly string[],
  decision: Decision,
  batchId: string | null,
): Promise<void> {
  if (assetIds.length === 0) return;
  const words = decision.allowed
    ? decision.basis
    : decision.reasons.map((reason) => `${reason.code}: ${reason.message}`).join(' ');
  await insertOpenings(ctx.db, {
    at: ctx.clock.now(),
    personId: ctx.actor.personId,
    assetIds,
    batchId,
    allowed: decision.allowed,
    words,
    country: ctx.actor.country,
  });
}

/** Forbidden `gate_refused` with every failing hop and what would change it. */
export function gateRefused(decision: Decision & { allowed: false }): AppError<'gate_refused'> {
  const [first] = decision.reasons;
  return new AppError({
    kind: 'forbidden',
    reason: 'gate_refused',
    message: `This cannot be opened. ${first?.message ?? ''}`.trim(),
    details: decision.reasons,
  });
}
