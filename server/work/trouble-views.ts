import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { CHANGE_CLASSES } from '#server/protocols/schemas.ts';
import { listIncidentRows } from './flag-queries.ts';
import { getBatch } from './reads.ts';
import { findAlert, listAlertRows, listImpact } from './trouble-queries.ts';
import { relabelScope } from './trouble-rules.ts';

/** Edge cases and unusable cases of a project of the acting sponsor, what waits first; who asked is never named. */
export async function viewAlerts(ctx: OrgContext, input: { projectId: string }) {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const rows = await listAlertRows(ctx.db, input.projectId);
  const names = new Map<string, string>();
  for (const [datasetId, own] of Map.groupBy(rows, (row) => row.datasetId)) {
    const ids = own.map((row) => row.caseId);
    for (const [caseId, name] of await externalIdsOf(ctx.db, datasetId, ids)) names.set(caseId, name);
  }
  const excluded = new Map<string, number>();
  for (const { alert } of rows) {
    if (alert.kind !== 'unusable') continue;
    const [most] = Object.entries(alert.reasons as Record<string, number>).sort(([, a], [, b]) => b - a);
    if (most) excluded.set(most[0], (excluded.get(most[0]) ?? 0) + 1);
  }
  return {
    alerts: rows.map(({ alert, batchName, datasetId, caseId, asks }) => ({
      alertId: alert.id,
      batchId: alert.batchId,
      batchName,
      case: { datasetId, caseId, externalId: names.get(caseId) ?? '' },
      kind: alert.kind,
      status: alert.status,
      reasons: alert.reasons as Record<string, number>,
      isDisputed: alert.isDisputed,
      asks,
      openedAt: alert.openedAt,
      dueAt: alert.dueAt,
      decisionNote: alert.decisionNote,
      protocolVersionId: alert.protocolVersionId,
    })),
    /** Cases taken out of work, by the reason most people gave. */
    excluded: [...excluded].map(([reason, cases]) => ({ reason, cases })),
  };
}

/**
 * What a change after an alert would touch: labels made under the batch's protocol version, and for each change class how many
 * cases would be read again. Counted from readers' rows and ranked disputes.
 */
export async function viewImpact(ctx: OrgContext, input: { batchId: string; alertId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  if ((await findAlert(ctx.db, input)) === null) {
    throw new AppError({ kind: 'not_found', reason: 'alert_not_found', message: 'There is no such alert.' });
  }
  const { protocolVersionId } = batch;
  const batches = await listImpact(ctx.db, { projectId: batch.projectId, protocolVersionId });
  const sum = (pick: (row: (typeof batches)[number]) => number) =>
    batches.reduce((total, row) => total + pick(row), 0);
  const cases = {
    all: sum((row) => row.cases),
    disputed: sum((row) => Math.min(row.cases, row.disputed + row.asked)),
    none: 0,
  };
  return {
    protocolVersionId,
    labels: sum((row) => row.reads),
    batches,
    relabel: CHANGE_CLASSES.map((changeClass) => ({
      changeClass,
      scope: relabelScope(changeClass),
      cases: cases[relabelScope(changeClass)],
    })),
  };
}

/** Incidents of the installation, those open first, soonest due first; without what the case holds. */
export async function viewIncidents(ctx: OrgContext) {
  const now = ctx.clock.now();
  const rows = await listIncidentRows(ctx.db);
  return rows.map((row) => ({
    ...row,
    isOverdue: row.outcome === null && row.dueAt !== null && row.dueAt < now,
  }));
}
