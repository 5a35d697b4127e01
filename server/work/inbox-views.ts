import type { OrgContext } from '#server/command/context.ts';
import { externalIdsOf } from '#server/datasets/reads.ts';
import { getProjectForOrg } from '#server/projects/reads.ts';
import {
  countAlerts,
  countFlags,
  countIncidents,
  listAlertRows,
  listFlagRows,
  listIncidentRows,
} from './inbox-queries.ts';
import type { InboxInput, InboxPlace, IncidentsInput } from './inbox-schemas.ts';
import { deskOf, type FlagKind, relabelScope, whatShuts } from './trouble-rules.ts';

/**
 * What readers said about cases of a project, a page at a time, without their names: what waits first, soonest due first. Counts are of
 * all pages. What a case holds comes through the gate (agreements: `openOwnCase`).
 */
export async function viewFlags(ctx: OrgContext, input: InboxInput) {
  const { projectId } = input;
  const page = pageOf(input);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, projectId);
  const now = ctx.clock.now();
  const counts = await countFlags(ctx.db, projectId);
  const { rows, next } = cut(await listFlagRows(ctx.db, projectId, page), page, (row) => row.flag.id);
  const names = await namesOf(ctx, rows);
  const waiting: Record<FlagKind, number> = { ask: 0, phi_seen: 0, incidental_finding: 0, technical: 0 };
  for (const row of counts) waiting[row.kind] = row.waiting;
  const due = counts.flatMap((row) => row.firstDueAt?.getTime() ?? []);
  return {
    items: rows.map(({ flag, batchName, datasetId, caseId, reply, clarifiedIn }) => ({
      flagId: flag.id,
      batchId: flag.batchId,
      batchName,
      taskId: flag.taskId,
      case: { datasetId, caseId, externalId: names.get(caseId) ?? '' },
      kind: flag.kind,
      desk: deskOf(flag.kind),
      note: flag.note,
      createdAt: flag.createdAt,
      dueAt: flag.dueAt,
      isOverdue: reply === null && flag.dueAt !== null && flag.dueAt < now,
      reply,
      clarifiedIn:
        clarifiedIn === null
          ? null
          : { version: clarifiedIn.version, isSigned: isSigned(clarifiedIn.status) },
    })),
    next,
    total: counts.reduce((sum, row) => sum + row.n, 0),
    waiting,
    firstDueAt: due.length === 0 ? null : new Date(Math.min(...due)),
  };
}

/** Edge cases and unusable cases of a project of the acting sponsor, a page at a time, what waits first; who asked is never named. */
export async function viewAlerts(ctx: OrgContext, input: InboxInput) {
  const { projectId } = input;
  const page = pageOf(input);
  await getProjectForOrg(ctx.db, ctx.actor.orgId, projectId);
  const now = ctx.clock.now();
  const { rows, next } = cut(await listAlertRows(ctx.db, projectId, page), page, (row) => row.alert.id);
  const names = await namesOf(ctx, rows);
  return {
    items: rows.map(({ alert, batchName, datasetId, caseId, asks, change, gold }) => ({
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
      gold,
      /** The version that says what to do with such cases, and what it means for labels made before it. */
      change:
        change === null
          ? null
          : {
              version: change.version,
              isSigned: isSigned(change.status),
              scope: relabelScope(change.changeClass ?? 'editorial'),
            },
    })),
    next,
    ...(await countAlerts(ctx.db, projectId)),
  };
}

/** Incidents of the installation, a page at a time, those open first, soonest due first; without what the case holds. */
export async function viewIncidents(ctx: OrgContext, input?: IncidentsInput) {
  const page = pageOf(input);
  const now = ctx.clock.now();
  const { rows, next } = cut(await listIncidentRows(ctx.db, page), page, (row) => row.flagId);
  return {
    items: rows.map(({ rank: _rank, key: _key, isConfirmed, ...row }) => ({
      ...row,
      shutBy: whatShuts({ open: row.openReports, isConfirmed }),
      isOverdue: row.outcome === null && row.dueAt !== null && row.dueAt < now,
    })),
    next,
    ...(await countIncidents(ctx.db, now)),
  };
}

const isSigned = (status: string) => status === 'signed' || status === 'superseded';

const ROWS_PER_PAGE = 50;

/** Which rows a page asks for: one more than it holds, to see whether another follows. */
function pageOf(input: IncidentsInput): { after: InboxPlace | null; limit: number } {
  return { after: input?.after ?? null, limit: (input?.limit ?? ROWS_PER_PAGE) + 1 };
}

/** The rows that a page shows, and where the next begins. */
function cut<T extends { rank: number; key: number }>(
  found: readonly T[],
  page: { limit: number },
  idOf: (row: T) => string,
) {
  const rows = found.slice(0, page.limit - 1);
  const last = rows.at(-1);
  const hasMore = found.length === page.limit && last !== undefined;
  return { rows, next: hasMore ? `${last.rank}~${last.key}~${idOf(last)}` : null };
}

/** The sponsor's own ids of the cases of a page. */
async function namesOf(
  ctx: OrgContext,
  rows: readonly { datasetId: string; caseId: string }[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const [datasetId, own] of Map.groupBy(rows, (row) => row.datasetId)) {
    const ids = own.map((row) => row.caseId);
    for (const [caseId, name] of await externalIdsOf(ctx.db, datasetId, ids)) names.set(caseId, name);
  }
  return names;
}
