import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { violates } from '#db/errors.ts';
import { staffTeams } from '#db/schema/identity.ts';
import { capabilitiesOf } from '#server/command/capabilities.ts';
import type { OrgContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { newId } from '#server/core/ids.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { rolesOfPerson } from './reads.ts';
import {
  deleteMembers,
  insertMembers,
  listTeams,
  lockTeam,
  membersAmong,
  type StaffTeam,
} from './staff-team-queries.ts';
import { MOST_TEAMS, type saveTeamInput } from './staff-team-schemas.ts';

/**
 * Makes a team of the acting vendor, or changes one: its name, who leads it, who comes in and who goes. People are added and
 * taken out one by one, so that two who change a team at once do not undo each other. A new lead is told. Errors: not_found
 * `team_unknown`, `member_unknown` (somebody who does not belong here), conflict `team_name_taken`, limit `teams_full`.
 */
export async function saveTeam(
  ctx: OrgContext,
  input: z.infer<typeof saveTeamInput>,
): Promise<{ teamId: string }> {
  const { orgId, personId } = ctx.actor;
  const { name, leadId, add, remove } = input;
  try {
    return await transact(ctx, async (tx) => {
      await requireMembers(tx, orgId, [...add, ...(leadId === null ? [] : [leadId])]);
      const before = input.teamId === null ? null : await lockTeam(tx.db, { orgId, teamId: input.teamId });
      const teamId = before?.id ?? (await insertTeam(tx, { orgId, name, leadId, createdBy: personId }));
      if (before) await tx.db.update(staffTeams).set({ name, leadId }).where(eq(staffTeams.id, teamId));
      await insertMembers(tx.db, { teamId, personIds: add, addedBy: personId, now: tx.now });
      await deleteMembers(tx.db, { teamId, personIds: remove.filter((one) => !add.includes(one)) });
      await tx.audit({
        action: before ? 'identity.team_changed' : 'identity.team_made',
        subject: { kind: 'organisation', id: orgId },
        detail: { teamId, leadId, added: add.length, removed: remove.length },
      });
      await tellLead(tx, { orgId, before, leadId, by: personId, name, teamId });
      return { teamId };
    });
  } catch (error) {
    if (!violates(error, 'staff_teams_org_name_key')) throw error;
    throw new AppError({
      kind: 'conflict',
      reason: 'team_name_taken',
      message: `There is a team “${name}” already. Choose another name.`,
      details: [{ code: 'team_name_taken', path: 'name', message: 'There is a team of this name already.' }],
      cause: error,
    });
  }
}

/** Dissolves a team of the acting vendor; its people stay. Open invitations to it bring nobody into it any more. Errors: `team_unknown`. */
export async function dissolveTeam(ctx: OrgContext, input: { teamId: string }): Promise<void> {
  const { orgId } = ctx.actor;
  await transact(ctx, async (tx) => {
    const team = await lockTeam(tx.db, { orgId, teamId: input.teamId });
    await tx.db.update(staffTeams).set({ dissolvedAt: tx.now }).where(eq(staffTeams.id, team.id));
    await tx.audit({
      action: 'identity.team_dissolved',
      subject: { kind: 'organisation', id: orgId },
      detail: { teamId: team.id },
    });
  });
}

async function insertTeam(
  tx: CommandTx,
  of: { orgId: string; name: string; leadId: string | null; createdBy: string },
): Promise<string> {
  if ((await listTeams(tx.db, { orgId: of.orgId })).length >= MOST_TEAMS)
    throw new AppError({
      kind: 'limit',
      reason: 'teams_full',
      message: `There are ${MOST_TEAMS} teams already. Dissolve one that is not used any more.`,
    });
  const id = newId();
  await tx.db.insert(staffTeams).values({ id, ...of, createdAt: tx.now });
  return id;
}

async function requireMembers(tx: CommandTx, orgId: string, personIds: readonly string[]): Promise<void> {
  const members = await membersAmong(tx.db, { orgId, personIds });
  if (personIds.every((one) => members.has(one))) return;
  throw new AppError({
    kind: 'not_found',
    reason: 'member_unknown',
    message:
      'Somebody of these does not belong to your organisation. Load the page again; they may have left.',
  });
}

async function tellLead(
  tx: CommandTx,
  of: {
    orgId: string;
    before: StaffTeam | null;
    leadId: string | null;
    by: string;
    name: string;
    teamId: string;
  },
): Promise<void> {
  if (of.leadId === null || of.leadId === of.by || of.leadId === of.before?.leadId) return;
  // Who staffs the organisation has the whole bench; everybody else their own page.
  const canStaff = capabilitiesOf(await rolesOfPerson(tx.db, of.orgId, of.leadId)).has('team.manage');
  await notifyPerson(tx, {
    personId: of.leadId,
    orgId: of.orgId,
    kind: 'team.lead',
    title: `You lead the team “${of.name}” now`,
    href: canStaff ? `/vendor/roster/bench?team=${of.teamId}` : '/work/team',
  });
}
