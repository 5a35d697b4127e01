import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import { CHANGE_CLASSES } from '#server/protocols/schemas.ts';
import { listIncidentRows } from './flag-queries.ts';
import { getBatch } from './reads.ts';
import { listRelabelParts } from './relabel-parts.ts';
import { findAlert, listAlertRows, listImpact } from './trouble-queries.ts';
import { relabelScope } from './trouble-rules.ts';

/** Edge cases and unusable cases of a project of the acting sponsor, what waits first; who asked is never named. */
export async function viewAlerts(ctx: OrgContext, input: { projectId: string }) {
  await getProjectForOrg(ctx.db, ctx.actor.orgId, input.projectId);
  const now = ctx.clock.now();
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
    alerts: rows.map(({ alert, batchName, datasetId, caseId, asks, change }) => ({
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
      isOverdue: alert.status === 'open' && alert.dueAt !== null && alert.dueAt < now,
      decisionNote: alert.decisionNote,
      /** The version that says what to do with such cases, and what it means for labels made before it. */
      change:
        change === null
          ? null
          : {
              version: change.version,
              isSigned: change.status === 'signed' || change.status === 'superseded',
              scope: relabelScope(change.changeClass ?? 'editorial'),
            },
    })),
    /** Cases taken out of work, by the reason most people gave. */
    excluded: [...excluded].map(([reason, cases]) => ({ reason, cases })),
  };
}

/**
 * What a change after an alert touches: reads made under the batch's protocol version, and for each change class the cases that would be
 * read again, as the relabel batches that hold them (`listRelabelParts`). Cases that are being read still come to it as they settle.
 */
export async function viewImpact(ctx: OrgContext, input: { batchId: string; alertId: string }) {
  const batch = await getBatch(ctx.db, input.batchId);
  const project = await getProjectForOrg(ctx.db, ctx.actor.orgId, batch.projectId);
  if ((await findAlert(ctx.db, input)) === null) {
    throw new AppError({ kind: 'not_found', reason: 'alert_not_found', message: 'There is no such alert.' });
  }
  const { protocolVersionId } = batch;
  const batches = await listImpact(ctx.db, { projectId: project.id, protocolVersionId });
  const parts = await listRelabelParts(ctx.db, {
    project,
    protocolVersionId,
    datasetIds: [...new Set(batches.map((row) => row.datasetId))],
    now: ctx.clock.now(),
  });
  return {
    protocolVersionId,
    labels: batches.reduce((total, row) => total + row.reads, 0),
    batches: batches.map(({ datasetId: _own, ...row }) => row),
    relabel: CHANGE_CLASSES.map((changeClass) => {
      const scope = relabelScope(changeClass);
      const own = parts[scope];
      return { changeClass, scope, cases: own.reduce((sum, part) => sum + part.cases, 0), parts: own };
    }),
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
