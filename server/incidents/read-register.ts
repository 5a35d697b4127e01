import type { z } from 'zod';
import type { OrgContext } from '#server/command/context.ts';
import { HOUR, plus } from '#server/core/clock.ts';
import {
  countIncidents,
  countUnregistered,
  listIncidents,
  listLetters,
  listOpenFacts,
  listRegisteredFlags,
  listUnregistered,
} from './queries.ts';
import { CONTRACT_HOURS, draftLetter, dueTimes, isOfEea, nextDue, nextLetter } from './rules.ts';
import {
  affectedView,
  fourFactors,
  type IncidentView,
  type RegisterPlace,
  type ReportPlace,
  type registerView,
  type reportedView,
} from './schemas.ts';

/**
 * A page of the register for the operator: what is not closed first, by what is due first; with how many there are, and how many readers'
 * reports nobody has registered, whose hours run as well.
 */
export async function readRegister(
  ctx: OrgContext,
  page: { after: RegisterPlace | null; limit: number },
): Promise<z.infer<typeof registerView>> {
  const now = ctx.clock.now();
  const rows = await listIncidents(ctx.db, { ...page, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1)?.incident : undefined;
  const open = await listOpenFacts(ctx.db);
  return {
    items: await viewsOf(ctx, shown),
    next: last ? `${last.status === 'closed' ? 1 : 0}~${last.contractDueAt.toISOString()}~${last.id}` : null,
    total: await countIncidents(ctx.db),
    open: open.length,
    overdue: open.filter((facts) => (nextDue(facts) ?? now) < now).length,
    unregistered: await countUnregistered(ctx.db, plus(now, -CONTRACT_HOURS * HOUR)),
  };
}

/** A page of readers' reports that nobody has registered nor found a false alarm, the one due first, first: known since they were made. */
export async function readReported(
  ctx: OrgContext,
  page: { after: ReportPlace | null; limit: number },
): Promise<z.infer<typeof reportedView>> {
  const now = ctx.clock.now();
  const rows = await listUnregistered(ctx.db, { ...page, limit: page.limit + 1 });
  const items = rows.slice(0, page.limit).map(({ dataClass, subjectRegion, ...row }) => {
    const { contractDueAt, authorityDueAt } = dueTimes(row.reportedAt, isOfEea({ dataClass, subjectRegion }));
    return { ...row, contractDueAt, authorityDueAt, isOverdue: contractDueAt < now };
  });
  const last = rows.length > page.limit ? items.at(-1) : undefined;
  return { items, next: last ? `${last.reportedAt.toISOString()}~${last.flagId}` : null };
}

/** Which of these reports are in the register. */
export async function readRegisteredFlags(
  ctx: OrgContext,
  input: { flagIds: readonly string[] },
): Promise<string[]> {
  return listRegisteredFlags(ctx.db, input.flagIds);
}

async function viewsOf(
  ctx: OrgContext,
  rows: Awaited<ReturnType<typeof listIncidents>>,
): Promise<IncidentView[]> {
  const letters = await listLetters(
    ctx.db,
    rows.map((row) => row.incident.id),
  );
  const now = ctx.clock.now();
  return rows.map(({ incident, sponsorName, datasetName }) => {
    const own = letters.filter((letter) => letter.incidentId === incident.id);
    const facts = { ...incident, letterKinds: own.map((letter) => letter.kind) };
    const affected = affectedView.parse(incident.affected);
    const nextDueAt = nextDue(facts);
    const kind = nextLetter(facts);
    return {
      id: incident.id,
      source: incident.source,
      flagId: incident.flagId,
      sponsorName,
      datasetName,
      account: incident.account,
      discoveredAt: incident.discoveredAt,
      discovererRole: incident.discovererRole,
      isAgent: incident.isAgent,
      isEuPersonal: incident.isEuPersonal,
      contractDueAt: incident.contractDueAt,
      authorityDueAt: incident.authorityDueAt,
      notifyDueAt: incident.notifyDueAt,
      nextDueAt,
      isOverdue: nextDueAt !== null && nextDueAt < now,
      affected,
      assessment: incident.assessment === null ? null : fourFactors.parse(incident.assessment),
      decision: incident.decision,
      decisionReason: incident.decisionReason,
      status: incident.status,
      correctiveAction: incident.correctiveAction,
      correctedOn: incident.correctedOn,
      letters: own.map(({ id, kind: sent, subject, body, bodySha256, recipients, sentAt }) => ({
        id,
        kind: sent,
        subject,
        body,
        bodySha256,
        recipientCount: recipients.length,
        sentAt,
      })),
      draft: { kind, body: draftLetter(kind, { ...incident, datasetName, affected }) },
    };
  });
}
