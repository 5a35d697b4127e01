import type { CommandContext, OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { derivedId, newId } from '#server/core/ids.ts';
import { findOrganisation } from '#server/identity/reads.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { noDelegation, requirePlatform } from './appoint-delegate.ts';
import {
  countDelegated,
  type DelegationRow,
  expireDelegations,
  insertSamples,
  listDelegations,
  listResting,
  listUnfinishedRevocations,
  lockDelegation,
  putToDesk,
} from './delegation-queries.ts';
import { delegationReminder, SAMPLE_DAYS, sampleSize } from './delegation-rules.ts';
import { dayOf } from './rules.ts';
import { takeBackChecks } from './take-back-checks.ts';
import { tellDelegate } from './tell-delegate.ts';

/**
 * Daily: ends delegations whose last day has passed, reminds of last days that come, draws the month's samples, and finishes take-backs that were cut short. Safe
 * to repeat.
 */
export async function watchDelegations(ctx: CommandContext): Promise<{ expired: number; drawn: number }> {
  const expired = await transact(ctx, async (tx) => {
    const rows = await expireDelegations(tx.db, { today: dayOf(tx.now), now: tx.now });
    for (const { id, orgId } of rows) {
      await tx.audit({
        action: 'credentials.delegation_expired',
        subject: { kind: 'organisation', id: orgId },
        detail: { delegationId: id },
      });
      await tellDelegate(tx, orgId, {
        id: `${id}:expired`,
        title: 'Your delegation of credential checks has run out; an operator audits again and appoints anew',
      });
    }
    return rows.length;
  });
  await remindOfLastDays(ctx);
  for (const id of await listUnfinishedRevocations(ctx.db)) await takeBackChecks(ctx, id);
  let drawn = 0;
  for (const row of await listDelegations(ctx.db))
    if (await isDue(ctx, row)) drawn += await transact(ctx, (tx) => draw(tx, row.id));
  return { expired, drawn };
}

/** 60, 30 and 7 days before the last day, once each: the delegate, and the operator who appointed it and audits again. */
async function remindOfLastDays(ctx: CommandContext): Promise<void> {
  const today = dayOf(ctx.clock.now());
  for (const { id, orgId, status, validUntil, appointedBy } of await listDelegations(ctx.db)) {
    const days = delegationReminder(validUntil, today);
    if (days === null || (status !== 'active' && status !== 'suspended')) continue;
    const vendor = await findOrganisation(ctx.db, orgId);
    await transact(ctx, async (tx) => {
      await tellDelegate(tx, orgId, {
        id: `${id}:ends:${days}`,
        title: `Your delegation of credential checks ends on ${sayDay(validUntil)}; an operator audits again before`,
      });
      await notifyPerson(tx, {
        id: derivedId('delegation', id, `ends:${days}`, appointedBy),
        personId: appointedBy,
        kind: 'operator.delegation',
        title: `The delegation of ${vendor?.legalName ?? 'a vendor'} ends on ${sayDay(validUntil)}; audit it again to go on`,
        href: '/operator/delegates',
      });
    });
  }
}

async function isDue(ctx: CommandContext, { id, status, createdAt }: DelegationRow): Promise<boolean> {
  if (status !== 'active' && status !== 'suspended') return false;
  const last = (await countDelegated(ctx.db, [id])).get(id)?.lastDrawnAt ?? createdAt;
  return plus(last, SAMPLE_DAYS * DAY) <= ctx.clock.now();
}

/**
 * An operator draws a sample of a delegate's checks now: of those no sample has looked at, the agreed share and at least eight, by
 * chance. They go to the desk, and how each was decided there is the sample's result. Errors: `delegation_not_found`.
 */
export async function drawSample(
  ctx: OrgContext,
  input: { delegationId: string },
): Promise<{ drawn: number }> {
  requirePlatform(ctx);
  return transact(ctx, async (tx) => ({ drawn: await draw(tx, input.delegationId) }));
}

async function draw(tx: CommandTx, delegationId: string): Promise<number> {
  const delegation = await lockDelegation(tx.db, delegationId);
  if (delegation === null || delegation.status === 'revoked') throw noDelegation();
  // Nobody can tell beforehand which checks are drawn.
  const seed = newId();
  const all = await listResting(tx.db, { delegationId, unsampled: true, seed, limit: null });
  const drawn = all.slice(0, sampleSize(all.length, delegation.sampleShareBasisPoints));
  await insertSamples(
    tx.db,
    drawn.map(({ credentialId, verificationId }) => ({
      id: newId(),
      delegationId,
      credentialId,
      verificationId,
      drawnAt: tx.now,
    })),
  );
  await putToDesk(tx.db, { credentialIds: drawn.map((one) => one.credentialId), now: tx.now });
  await tx.audit({
    action: 'credentials.delegate_sampled',
    subject: { kind: 'organisation', id: delegation.orgId },
    detail: { delegationId, of: all.length, drawn: drawn.length },
  });
  return drawn.length;
}
