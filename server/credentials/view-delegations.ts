import type { z } from 'zod';
import { findEffectiveAgreement, listEffectivePartners } from '#server/agreements/reads.ts';
import type { OrgContext } from '#server/command/context.ts';
import { organisationsById } from '#server/identity/reads.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { requirePlatform } from './appoint-delegate.ts';
import { countDelegated, findDelegationOf, listDelegations } from './delegation-queries.ts';
import { delegateRefusal } from './delegation-rules.ts';
import type { delegationsView, ownDelegation } from './delegation-schemas.ts';
import { dayOf } from './rules.ts';

const NONE = { checks: 0, sampled: 0, open: 0, agrees: 0, disagrees: 0, lastDrawnAt: null };

/** Every delegation with what samples found, and who could be appointed; for operators. */
export async function viewDelegations(ctx: OrgContext): Promise<z.infer<typeof delegationsView>> {
  requirePlatform(ctx);
  const rows = await listDelegations(ctx.db);
  const figures = await countDelegated(
    ctx.db,
    rows.map((row) => row.id),
  );
  const partners = await listEffectivePartners(ctx.db, { kind: 'delegation', now: ctx.clock.now() });
  const orgs = await organisationsById(ctx.db, [...rows.map((row) => row.orgId), ...partners]);
  const live = new Set(
    rows.filter(({ status }) => status === 'active' || status === 'suspended').map((row) => row.orgId),
  );
  return {
    candidates: partners
      .filter((orgId) => !live.has(orgId) && orgs.get(orgId)?.kind === 'vendor')
      .map((orgId) => ({ orgId, vendor: orgs.get(orgId)?.legalName ?? '' })),
    delegations: rows.map((row) => {
      const of = figures.get(row.id) ?? NONE;
      const interval = wilsonInterval(of.agrees, of.agrees + of.disagrees);
      return {
        delegationId: row.id,
        orgId: row.orgId,
        vendor: orgs.get(row.orgId)?.legalName ?? '',
        status: row.status,
        statusReason: row.statusReason,
        auditedOn: row.auditedOn,
        filesAudited: row.filesAudited,
        filesPassed: row.filesPassed,
        findings: row.findings,
        validUntil: row.validUntil,
        sampleShareBasisPoints: row.sampleShareBasisPoints,
        ...of,
        interval: interval === null ? null : [interval[0], interval[1]],
      };
    }),
  };
}

/** The acting vendor's own delegation, the newest; null when it never was a delegate. */
export async function viewOwnDelegation(ctx: OrgContext): Promise<z.infer<typeof ownDelegation>> {
  const { orgId } = ctx.actor;
  const row = await findDelegationOf(ctx.db, orgId);
  if (row === null) return null;
  const now = ctx.clock.now();
  const agreement = await findEffectiveAgreement(ctx.db, { orgId, kind: 'delegation', now });
  const because = delegateRefusal(row, 'gap' in agreement ? agreement.gap.message : null, dayOf(now));
  const of = (await countDelegated(ctx.db, [row.id])).get(row.id) ?? NONE;
  return {
    status: row.status,
    statusReason: row.statusReason,
    validUntil: row.validUntil,
    mayVerify: because === null,
    because,
    agrees: of.agrees,
    disagrees: of.disagrees,
  };
}
