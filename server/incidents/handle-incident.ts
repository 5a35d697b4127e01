import { createHash } from 'node:crypto';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { listOrgMembers } from '#server/identity/reads.ts';
import { assertReauthenticated } from '#server/identity/rules.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { queueMail } from '#server/notifications/send-mail.ts';
import { assertNameless } from './assert-nameless.ts';
import {
  findIncidentForUpdate,
  type IncidentRow,
  insertLetter,
  listLetters,
  updateIncident,
} from './queries.ts';
import { closingObstacle } from './rules.ts';
import type { AssessIncidentInput, CloseRegisteredInput, SendLetterInput } from './schemas.ts';

const SUBJECTS: Record<SendLetterInput['kind'], string> = {
  first_notice: 'Notice of an incident with your data',
  breach_notice: 'Notice of a breach of protected health information',
  supplement: 'Supplement on an incident with your data',
  closing: 'An incident with your data is closed',
};

/**
 * The assessment by the four factors and the decision on it, with the operator's password. A breach is presumed until
 * they say otherwise; assessing again is possible until it is closed. Errors: `reauthentication_required`,
 * `incident_not_found`, conflict `incident_closed`.
 */
export async function assessIncident(ctx: OrgContext, input: AssessIncidentInput): Promise<void> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  await transact(ctx, async (tx) => {
    const incident = await openIncident(tx, input.incidentId);
    await updateIncident(tx.db, incident.id, {
      assessment: input.factors,
      decision: input.decision,
      decisionReason: input.reason,
      decidedBy: ctx.actor.personId,
      decidedAt: tx.now,
      status: 'assessed',
    });
    await tx.audit({
      action: 'incidents.assessed',
      subject: { kind: 'incident', id: incident.id },
      detail: { from: incident.decision, decision: input.decision },
    });
  });
}

/**
 * Sends a letter about the incident to the sponsor's owners and clinical leads and keeps it as it was sent. Errors:
 * `reauthentication_required`, `incident_not_found`, invalid `words_identify` (it holds what looks like an identifier),
 * precondition `nobody_to_tell`.
 */
export async function sendLetter(
  ctx: OrgContext,
  input: SendLetterInput,
): Promise<{ letterId: string; recipientCount: number }> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  assertNameless(input.body, 'body');
  return transact(ctx, async (tx) => {
    const incident = await findIncident(tx, input.incidentId);
    const told = (await listOrgMembers(tx.db, incident.sponsorOrgId)).filter((member) =>
      member.roles.some((role) => role === 'sponsor_owner' || role === 'clinical_lead'),
    );
    if (told.length === 0) {
      throw new AppError({
        kind: 'precondition',
        reason: 'nobody_to_tell',
        message: 'The sponsor has neither an owner nor a clinical lead to tell. Reach it by other means.',
      });
    }
    const letterId = newId();
    const subject = SUBJECTS[input.kind];
    await insertLetter(tx.db, {
      id: letterId,
      incidentId: incident.id,
      kind: input.kind,
      toOrgId: incident.sponsorOrgId,
      recipients: told.map((member) => member.personId),
      subject,
      body: input.body,
      bodySha256: createHash('sha256').update(input.body).digest('hex'),
      sentBy: ctx.actor.personId,
      sentAt: tx.now,
    });
    for (const member of told) {
      await notifyPerson(tx, {
        personId: member.personId,
        orgId: incident.sponsorOrgId,
        kind: `incident.${input.kind}`,
        title: subject,
        href: '/sponsor',
        detail: { incidentId: incident.id, letterId },
      });
      await queueMail(tx, { to: member.email, subject, body: `${input.body}\n` });
    }
    await tx.audit({
      action: 'incidents.letter_sent',
      subject: { kind: 'incident', id: incident.id },
      detail: { letterId, kind: input.kind, recipients: told.length },
    });
    return { letterId, recipientCount: told.length };
  });
}

/**
 * Closes an incident with what was changed so that it does not happen again. Errors: `reauthentication_required`,
 * `incident_not_found`, conflict `incident_closed`, precondition `incident_not_ready` (not assessed, or a breach that
 * nobody was notified of), invalid `corrected_later`.
 */
export async function closeRegistered(ctx: OrgContext, input: CloseRegisteredInput): Promise<void> {
  assertReauthenticated(ctx.actor, ctx.clock.now());
  await transact(ctx, async (tx) => {
    const incident = await openIncident(tx, input.incidentId);
    const letterKinds = (await listLetters(tx.db, [incident.id])).map((letter) => letter.kind);
    const obstacle = closingObstacle({ ...incident, letterKinds });
    if (obstacle !== null) {
      throw new AppError({ kind: 'precondition', reason: 'incident_not_ready', message: obstacle });
    }
    if (input.correctedOn > tx.now.toISOString().slice(0, 10)) {
      const message = 'The corrective action lies in the future. Close the incident once it was taken.';
      throw new AppError({
        kind: 'invalid',
        reason: 'corrected_later',
        message,
        details: [{ code: 'corrected_later', path: 'correctedOn', message }],
      });
    }
    await updateIncident(tx.db, incident.id, {
      status: 'closed',
      correctiveAction: input.correctiveAction,
      correctedOn: input.correctedOn,
      closedBy: ctx.actor.personId,
      closedAt: tx.now,
    });
    await tx.audit({
      action: 'incidents.closed',
      subject: { kind: 'incident', id: incident.id },
      detail: { decision: incident.decision, correctedOn: input.correctedOn },
    });
  });
}

async function findIncident(tx: CommandTx, id: string): Promise<IncidentRow> {
  const incident = await findIncidentForUpdate(tx.db, id);
  if (incident !== null) return incident;
  throw new AppError({
    kind: 'not_found',
    reason: 'incident_not_found',
    message: 'There is no such incident in the register.',
  });
}

async function openIncident(tx: CommandTx, id: string): Promise<IncidentRow> {
  const incident = await findIncident(tx, id);
  if (incident.status !== 'closed') return incident;
  throw new AppError({
    kind: 'conflict',
    reason: 'incident_closed',
    message: 'This incident is closed. What was decided and done stands.',
  });
}
