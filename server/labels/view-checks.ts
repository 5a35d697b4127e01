import type { OrgContext } from '#server/command/context.ts';
import { namesOfPeople, organisationsById } from '#server/identity/reads.ts';
import { findWithholding, type Withholding, withholdingMessage } from '#server/pilots/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { missRule } from '#server/projects/tier-schemas.ts';
import { getProtocolVersion } from '#server/protocols/reads.ts';
import { auditEstimate } from '#server/quality/audit-sample.ts';
import { stratifiedShare } from '#server/quality/stratified-share.ts';
import { wilsonInterval } from '#server/quality/wilson-interval.ts';
import { findEngagements } from '#server/staffing/reads.ts';
import { type Batch, listBatches } from '#server/work/reads.ts';
import { selection } from '#server/work/selection-schemas.ts';
import {
  type Audit,
  type AuditCounts,
  countAudits,
  countLeft,
  findAudit,
  findEndReasons,
  type LeftChecks,
} from './audit-queries.ts';
import { countClasses, countRereads, type RereadCell } from './reread-queries.ts';
import type { BatchChecks, ChecksView } from './view-schemas.ts';

type Rate = BatchChecks['misses'] extends infer M ? (M extends { rate: infer R } ? R : never) : never;

/** Kinds whose final labels are checked. */
const CHECKED: readonly Batch['kind'][] = ['production', 'relabel', 'pilot'];

/**
 * The checks of final labels in a project of the acting sponsor: per batch the audit with its error rate and what it shows
 * (R10, R25) and the omission rate of its normal labels, per vendor the audits taken together, and who audits. What is found in a
 * pilot is held back as all its quality is, here and in its vendor's figures (R15); its audit can be ordered, enlarged and ended.
 */
export async function viewAudits(ctx: OrgContext, input: { projectId: string }): Promise<ChecksView> {
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const batches = (await listBatches(ctx.db, project.id)).filter(
    (batch) => CHECKED.includes(batch.kind) && batch.status !== 'draft',
  );
  const batchIds = batches.map((batch) => batch.id);
  const counts = Map.groupBy(await countAudits(ctx.db, batchIds), (one) => one.batchId);
  const left = new Map((await countLeft(ctx.db, batchIds)).map((one) => [one.batchId, one]));
  const reasons = await endReasons(ctx, batches);
  const mayManage = ctx.actor.capabilities.has('batch.manage');
  const lines: BatchChecks[] = [];
  for (const batch of batches) {
    const own = counts.get(batch.id) ?? [];
    const audit = await findAudit(ctx.db, batch.id);
    const rule = missRule.nullable().parse(batch.missRule ?? null);
    const mayOrder = mayManage && ['open', 'paused', 'closing'].includes(batch.status);
    if (audit === null && rule === null && !mayOrder) continue;
    const withholding = await findWithholding(ctx.db, { batchId: batch.id, now: ctx.clock.now() });
    lines.push({
      batchId: batch.id,
      batchName: batch.name,
      batchStatus: batch.status,
      cases: audit?.population ?? batch.taskCount,
      audit: withholding ? null : audit && auditOf(audit, own),
      misses: withholding ? null : rule && (await missesOf(ctx, batch, rule)),
      withheld: withholding && withheldOf(withholding, audit, own),
      left: leftOf(left.get(batch.id), withholding !== null),
      ended: endedOf(batch, { isAudited: audit !== null, isReread: rule !== null }, reasons),
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

/** Why checks were ended, as this person may read it: of a pilot only with `bid.compare`, since it may name the vendor. */
async function endReasons(ctx: OrgContext, batches: readonly Batch[]): Promise<ReadonlyMap<string, string>> {
  const mayKnowVendors = ctx.actor.capabilities.has('bid.compare');
  const ended = batches.filter((one) => one.auditEndedAt !== null || one.rereadsEndedAt !== null);
  return findEndReasons(
    ctx.db,
    ended.filter((one) => one.kind !== 'pilot' || mayKnowVendors).map((one) => one.id),
  );
}

function endedOf(
  batch: Batch,
  has: { isAudited: boolean; isReread: boolean },
  reasons: ReadonlyMap<string, string>,
): BatchChecks['ended'] {
  const audit = has.isAudited ? batch.auditEndedAt : null;
  const rereads = has.isReread ? batch.rereadsEndedAt : null;
  const isEnded = audit !== null || rereads !== null;
  return { audit, rereads, reason: isEnded ? (reasons.get(batch.id) ?? null) : null };
}

const NONE: Omit<AuditCounts, 'batchId'> = {
  isExtra: false,
  drawn: 0,
  waiting: 0,
  open: 0,
  done: 0,
  dropped: 0,
  lost: 0,
  errors: 0,
  upheld: 0,
  kinds: {},
};

/** Why the checks of a batch are not shown yet, with what of its audit tells nothing of what is found: how large it is and how much of it is left. */
function withheldOf(
  withholding: Withholding,
  audit: Audit | null,
  found: readonly AuditCounts[],
): NonNullable<BatchChecks['withheld']> {
  const { waiting, open } = found.find((one) => !one.isExtra) ?? NONE;
  return {
    message: withholdingMessage(withholding),
    href: withholding.href,
    audit: audit && { sampleSize: audit.sampleSize, population: audit.population, waiting, open },
  };
}

/** What is left to look at, which keeps its batch from settling whichever of its figures it is in. */
function leftOf(left: LeftChecks | undefined, isWithheld: boolean): BatchChecks['left'] {
  if (left === undefined) return null;
  const { checks, held, isEnded } = left;
  const isTelling = isWithheld && left.rereads > 0;
  return isTelling ? { checks: null, held: null, isEnded } : { checks, held, isEnded };
}

/** The audit by what counts of it; what is not looked at, or was given up, is taken at its worst (ADR 014). */
function auditOf(audit: Audit, found: readonly AuditCounts[]): NonNullable<BatchChecks['audit']> {
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

/**
 * What the re-reads of a batch have found: by sampling weight where it is a sample, so that it speaks for all that fitted as its other
 * estimates do (ADR 015), else of its own cases.
 */
async function missesOf(
  ctx: OrgContext,
  batch: Batch,
  rule: { field: string; normalValue: string },
): Promise<NonNullable<BatchChecks['misses']>> {
  const { labelSchema } = await getProtocolVersion(ctx.db, batch.protocolVersionId);
  const field = labelSchema.fields.find((one) => one.key === rule.field);
  const cells = await countRereads(ctx.db, batch.id);
  const normal = cells.filter((one) => one.isNormal);
  const others = cells.filter((one) => !one.isNormal);
  // Without a re-read there is nothing to weigh, and the classes of all final labels need not be counted.
  const isBegun = cells.some((cell) => cell.done > 0);
  const weigh = await weightsOf(ctx, batch, isBegun ? rule : null);
  const rate = weigh(normal, true, (cell) => cell.omissions);
  return {
    field: rule.field,
    fieldLabel: field?.label ?? rule.field,
    normal: field?.options?.find((one) => one.value === rule.normalValue)?.label ?? rule.normalValue,
    drawn: sumOf(normal, (cell) => cell.drawn),
    done: sumOf(normal, (cell) => cell.done),
    open: sumOf(normal, (cell) => cell.left),
    omissions: sumOf(normal, (cell) => cell.omissions),
    rate: rate.rate,
    others: weigh(others, false, (cell) => cell.errors).rate,
    population: strataOf(batch)?.reduce((sum, one) => sum + one.population, 0) ?? null,
    unseen: rate.unseen,
  };
}

const sumOf = (cells: readonly RereadCell[], pick: (cell: RereadCell) => number) =>
  cells.reduce((sum, cell) => sum + pick(cell), 0);

const strataOf = (batch: Batch) =>
  batch.selection === null ? null : selection.parse(batch.selection).strata;

/**
 * How the re-reads of a batch are counted. Of a sample each stratum weighs as many labels of the class as there would be among all its
 * cases, by the share among its final labels; `unseen` are those of strata in which none was read again.
 */
async function weightsOf(
  ctx: OrgContext,
  batch: Batch,
  rule: { field: string; normalValue: string } | null,
): Promise<
  (
    cells: readonly RereadCell[],
    isNormal: boolean,
    pick: (cell: RereadCell) => number,
  ) => { rate: Rate; unseen: number }
> {
  const strata = strataOf(batch);
  if (strata === null || rule === null)
    return (cells, _, pick) => ({
      rate: rateOf(
        sumOf(cells, pick),
        sumOf(cells, (cell) => cell.done),
      ),
      unseen: 0,
    });
  const classes = await countClasses(ctx.db, { batchId: batch.id, rule });
  return (cells, isNormal, pick) => {
    const counts = strata.map(({ population }, place) => {
      const own = classes.filter((one) => one.stratum === place);
      const settled = own.reduce((sum, one) => sum + one.n, 0);
      const ofClass = own.find((one) => one.isNormal === isNormal)?.n ?? 0;
      const mine = cells.filter((cell) => cell.stratum === place);
      return {
        population: settled === 0 ? 0 : (population * ofClass) / settled,
        n: sumOf(mine, (cell) => cell.done),
        successes: sumOf(mine, pick),
      };
    });
    const { value, ci, n, nExcluded } = stratifiedShare(counts);
    return {
      rate: {
        value,
        interval: ci && [ci[0], ci[1]],
        n,
        reason: value === null ? 'not_started' : null,
      },
      unseen: value === null ? 0 : Math.round(nExcluded),
    };
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
