import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople, organisationsById } from '#server/identity/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { missRule } from '#server/projects/tier-schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { auditEstimate } from '#server/quality/audit-sample.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { type Batch, listBatches } from '#server/work/reads.ts';
import { type Audit, type CheckCounts, countChecks, findAudit } from './audit-queries.ts';
import type { ChecksView } from './view-schemas.ts';

type BatchChecks = ChecksView['batches'][number];
type Rate = BatchChecks['misses'] extends infer M ? (M extends { rate: infer R } ? R : never) : never;

/** Kinds whose final labels are checked. */
const CHECKED: readonly Batch['kind'][] = ['production', 'relabel', 'pilot'];

/**
 * The checks of final labels in a project of the acting sponsor: per batch the audit with its error rate and what it shows
 * (R10, R25) and the omission rate of its normal labels, per vendor the audits taken together, and who audits.
 */
export async function viewAudits(ctx: OrgContext, input: { projectId: string }): Promise<ChecksView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const batches = (await listBatches(ctx.db, project.id)).filter(
    (batch) => CHECKED.includes(batch.kind) && batch.status !== 'draft',
  );
  const counts = Map.groupBy(
    await countChecks(
      ctx.db,
      batches.map((batch) => batch.id),
    ),
    (one) => one.batchId,
  );
  const mayManage = ctx.actor.capabilities.has('batch.manage');
  const lines: BatchChecks[] = [];
  for (const batch of batches) {
    const own = counts.get(batch.id) ?? [];
    const audit = await findAudit(ctx.db, batch.id);
    const rule = missRule.nullable().parse(batch.missRule ?? null);
    const mayOrder = mayManage && ['open', 'paused', 'closing'].includes(batch.status);
    if (audit === null && rule === null && !mayOrder) continue;
    lines.push({
      batchId: batch.id,
      batchName: batch.name,
      batchStatus: batch.status,
      cases: audit?.population ?? batch.taskCount,
      audit:
        audit &&
        auditOf(
          audit,
          own.filter((one) => one.purpose === 'audit'),
        ),
      misses: rule && (await missesOf(ctx, batch, rule, own)),
      mayOrder,
    });
  }
  return {
    batches: lines,
    vendors: await vendorsOf(ctx, batches, lines),
    auditors: await auditorsOf(ctx, project.id),
    mayManage,
  };
}

const NONE: Omit<CheckCounts, 'batchId' | 'purpose'> = {
  isNormal: null,
  isExtra: false,
  drawn: 0,
  waiting: 0,
  open: 0,
  done: 0,
  dropped: 0,
  lost: 0,
  errors: 0,
  omissions: 0,
  upheld: 0,
  kinds: {},
};

/** The audit by what counts of it; what is not looked at, or was given up, is taken at its worst (ADR 014). */
function auditOf(audit: Audit, found: readonly CheckCounts[]): NonNullable<BatchChecks['audit']> {
  const counted = found.find((one) => !one.isExtra) ?? NONE;
  const extra = found.find((one) => one.isExtra) ?? NONE;
  const { drawn, waiting, open, done, dropped, lost, errors, upheld, kinds } = counted;
  const { maxErrorRate, confidence, sampleSize, population, acceptErrors } = audit;
  const unseen = waiting + open + dropped;
  const n = done + unseen;
  const { rate, ci, verdict } = auditEstimate({ population, n, unseen, errors, maxErrorRate, confidence });
  return {
    maxErrorRate,
    confidence,
    sampleSize,
    population,
    acceptErrors,
    drawn,
    waiting,
    open,
    done,
    dropped,
    lost,
    errors,
    upheld,
    kinds,
    extra: { done: extra.done, errors: extra.errors },
    rate: {
      value: rate,
      interval: ci && [ci[0], ci[1]],
      n: done,
      reason: rate === null ? 'not_started' : null,
    },
    verdict,
  };
}

async function missesOf(
  ctx: OrgContext,
  batch: Batch,
  rule: { field: string; normalValue: string },
  counts: readonly CheckCounts[],
): Promise<NonNullable<BatchChecks['misses']>> {
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const field = labelSchema.fields.find((one) => one.key === rule.field);
  const rereads = counts.filter((one) => one.purpose === 'reread');
  const normal = rereads.find((one) => one.isNormal === true) ?? NONE;
  const others = rereads.find((one) => one.isNormal === false) ?? NONE;
  return {
    field: rule.field,
    fieldLabel: field?.label ?? rule.field,
    normal: field?.options?.find((one) => one.value === rule.normalValue)?.label ?? rule.normalValue,
    drawn: normal.drawn,
    done: normal.done,
    open: normal.open + normal.waiting,
    omissions: normal.errors,
    rate: rateOf(normal.errors, normal.done),
    others: rateOf(others.errors, others.done),
  };
}

/** A share with Wilson's 95 % interval. */
function rateOf(errors: number, n: number): Rate {
  const ci = wilsonInterval(errors, n);
  return {
    value: n === 0 ? null : errors / n,
    interval: ci && [ci[0], ci[1]],
    n,
    reason: n === 0 ? 'not_started' : null,
  };
}

/** Audits by vendor; a batch that several vendors share is nobody's alone and is left out. */
async function vendorsOf(
  ctx: OrgContext,
  batches: readonly Batch[],
  lines: readonly BatchChecks[],
): Promise<ChecksView['vendors']> {
  const byId = new Map(batches.map((batch) => [batch.id, batch]));
  const audited = lines.filter((line) => line.audit !== null && line.audit.done > 0);
  const groups = Map.groupBy(audited, (line) => byId.get(line.batchId)?.vendorOrgId ?? null);
  const names = await organisationsById(
    ctx.db,
    [...groups.keys()].filter((id) => id !== null),
  );
  return [...groups].flatMap(([orgId, own]) => {
    if (orgId === null) return [];
    const errors = own.reduce((sum, line) => sum + (line.audit?.errors ?? 0), 0);
    const n = own.reduce((sum, line) => sum + (line.audit?.done ?? 0), 0);
    const vendor = names.get(orgId)?.legalName ?? 'A vendor';
    return [{ vendor, batches: own.length, errors, rate: rateOf(errors, n) }];
  });
}

async function auditorsOf(ctx: OrgContext, projectId: string): Promise<ChecksView['auditors']> {
  const engaged = await findEngagements(ctx.db, { projectId, roles: ['auditor'] });
  const names = await namesOfPeople(
    ctx.db,
    engaged.map((one) => one.personId),
  );
  const orgs = await organisationsById(ctx.db, [...new Set(engaged.map((one) => one.viaOrgId))]);
  return engaged.map((one) => ({
    engagementId: one.id,
    name: names.get(one.personId)?.name ?? 'Unknown person',
    via: orgs.get(one.viaOrgId)?.legalName ?? '',
  }));
}
