import type { OrgContext } from '#server/command/context.ts';
import { listIncidents, listLetters } from './queries.ts';
import { draftLetter, nextDue, nextLetter } from './rules.ts';
import { affectedView, fourFactors, type IncidentView } from './schemas.ts';

/** The register for the operator: what is not closed first, by what is due first. */
export async function readRegister(ctx: OrgContext): Promise<IncidentView[]> {
  const rows = await listIncidents(ctx.db);
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
