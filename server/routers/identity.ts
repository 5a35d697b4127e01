import { z } from 'zod';
import { acceptInvitation, previewInvitation } from '#server/identity/accept-invitation.ts';
import { addOrganisation } from '#server/identity/add-organisation.ts';
import { changePassword } from '#server/identity/change-password.ts';
import { confirmAddress, resendConfirmation } from '#server/identity/confirm-address.ts';
import { correctOrganisation } from '#server/identity/correct-organisation.ts';
import {
  refuseOrganisation,
  suspendOrganisation,
  verifyOrganisation,
} from '#server/identity/decide-organisation.ts';
import { endMembership } from '#server/identity/end-membership.ts';
import { revokeSession, signOutEverywhere } from '#server/identity/end-sessions.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  readSecondFactor,
  renewRecoveryCodes,
} from '#server/identity/enrol-second-factor.ts';
import { eraseAccount } from '#server/identity/erase-account.ts';
import { getAccount, listOwnSessions } from '#server/identity/get-account.ts';
import { grantRole } from '#server/identity/grant-role.ts';
import { importRosterCsv } from '#server/identity/import-roster.ts';
import { inviteMember } from '#server/identity/invite-member.ts';
import { listTeam } from '#server/identity/list-team.ts';
import { previewMailLink } from '#server/identity/mail-link.ts';
import { getOrganisationFile, listOrganisationDesk } from '#server/identity/organisation-desk.ts';
import { listReadiness } from '#server/identity/readiness.ts';
import { reauthenticate } from '#server/identity/reauthenticate.ts';
import { requestPasswordReset, resetPassword } from '#server/identity/reset-password.ts';
import { resetSecondFactor } from '#server/identity/reset-second-factor.ts';
import { revokeInvitation } from '#server/identity/revoke-invitation.ts';
import { dissolveTeam, saveTeam } from '#server/identity/save-team.ts';
import * as schema from '#server/identity/schemas.ts';
import { signUp } from '#server/identity/sign-up.ts';
import { saveTeamInput, teamIdInput, teamSaved, teamsView } from '#server/identity/staff-team-schemas.ts';
import { switchOrganisation } from '#server/identity/switch-organisation.ts';
import * as view from '#server/identity/view-schemas.ts';
import { viewTeams } from '#server/identity/view-teams.ts';
import { procedure, publicProcedure, router, selfProcedure } from './trpc.ts';

/** Coming in: sign-up, invitations, one's own account and sessions. */
const ownAccount = {
  signUp: publicProcedure()
    .input(schema.signUpInput)
    .output(view.signedUp)
    .mutation(({ ctx, input }) => signUp(ctx.command, input)),
  invitation: publicProcedure()
    .input(schema.tokenInput)
    .output(view.invitationPreview)
    .query(({ ctx, input }) => previewInvitation(ctx.command, input)),
  acceptInvitation: publicProcedure()
    .input(schema.acceptInvitationInput)
    .output(view.accepted)
    .mutation(({ ctx, input }) => acceptInvitation(ctx.command, input)),
  mailLink: publicProcedure()
    .input(schema.tokenInput)
    .output(view.mailLinkPreview)
    .query(({ ctx, input }) => previewMailLink(ctx.command, input)),
  confirmAddress: publicProcedure()
    .input(schema.tokenInput)
    .output(view.addressConfirmed)
    .mutation(({ ctx, input }) => confirmAddress(ctx.command, input)),
  requestPasswordReset: publicProcedure()
    .input(schema.resetRequestInput)
    .output(view.resetAsked)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx.command, input)),
  resetPassword: publicProcedure()
    .input(schema.resetPasswordInput)
    .output(view.passwordChanged)
    .mutation(({ ctx, input }) => resetPassword(ctx.command, input)),
  me: selfProcedure()
    .output(view.account)
    .query(({ ctx }) => getAccount(ctx.command)),
  resendConfirmation: selfProcedure()
    .output(view.linkSent)
    .mutation(({ ctx }) => resendConfirmation(ctx.command)),
  sessions: selfProcedure()
    .output(z.array(view.openSession))
    .query(({ ctx }) => listOwnSessions(ctx.command)),
  addOrganisation: selfProcedure()
    .input(schema.organisationInput)
    .output(view.signedUp)
    .mutation(({ ctx, input }) => addOrganisation(ctx.command, input)),
  switchOrganisation: selfProcedure()
    .input(schema.orgIdInput)
    .output(schema.orgIdInput)
    .mutation(({ ctx, input }) => switchOrganisation(ctx.command, input)),
  reauthenticate: selfProcedure()
    .input(schema.reauthenticateInput)
    .output(view.reauthenticated)
    .mutation(({ ctx, input }) => reauthenticate(ctx.command, input)),
  revokeSession: selfProcedure()
    .input(schema.sessionRef)
    .output(schema.sessionRef)
    .mutation(({ ctx, input }) => revokeSession(ctx.command, input)),
  signOutEverywhere: selfProcedure()
    .output(view.sessionsEnded)
    .mutation(({ ctx }) => signOutEverywhere(ctx.command)),
  changePassword: selfProcedure()
    .input(schema.changePasswordInput)
    .output(view.passwordChanged)
    .mutation(({ ctx, input }) => changePassword(ctx.command, input)),
  eraseAccount: selfProcedure()
    .input(schema.password)
    .output(schema.personRef)
    .mutation(({ ctx, input }) => eraseAccount(ctx.command, input)),
};

/** The authenticator app of one's own account. */
const secondFactor = {
  secondFactor: selfProcedure()
    .output(view.secondFactor)
    .query(({ ctx }) => readSecondFactor(ctx.command)),
  beginSecondFactor: selfProcedure()
    .input(schema.password)
    .output(view.enrolment)
    .mutation(({ ctx, input }) => beginSecondFactor(ctx.command, input)),
  confirmSecondFactor: selfProcedure()
    .input(schema.secondFactorCode)
    .output(view.recoveryCodes)
    .mutation(({ ctx, input }) => confirmSecondFactor(ctx.command, input)),
  renewRecoveryCodes: selfProcedure()
    .input(schema.secondFactorProof)
    .output(view.recoveryCodes)
    .mutation(({ ctx, input }) => renewRecoveryCodes(ctx.command, input)),
  endSecondFactor: selfProcedure()
    .input(schema.secondFactorProof)
    .output(z.void())
    .mutation(({ ctx, input }) => endSecondFactor(ctx.command, input)),
};

/** Who belongs to the active organisation, in which roles. */
const ownOrganisation = {
  correctOrganisation: procedure({ can: 'org.manage' })
    .input(schema.correctOrganisationInput)
    .output(schema.orgIdInput)
    .mutation(({ ctx, input }) => correctOrganisation(ctx.command, input)),
  team: procedure({ can: 'org.manage' })
    .input(schema.teamInput)
    .output(view.team)
    .query(({ ctx, input }) => listTeam(ctx.command, input)),
  inviteMember: procedure({ can: 'org.manage' })
    .input(schema.inviteInput)
    .output(view.invited)
    .mutation(({ ctx, input }) => inviteMember(ctx.command, input)),
  revokeInvitation: procedure({ can: 'org.manage' })
    .input(schema.invitationRef)
    .output(schema.invitationRef)
    .mutation(({ ctx, input }) => revokeInvitation(ctx.command, input)),
  grantRole: procedure({ can: 'org.manage' })
    .input(schema.memberRoleInput)
    .output(view.roleGranted)
    .mutation(({ ctx, input }) => grantRole(ctx.command, input)),
  endMembership: procedure({ can: 'org.manage' })
    .input(schema.endMembershipInput)
    .output(view.membershipEnded)
    .mutation(({ ctx, input }) => endMembership(ctx.command, input)),
};

/** A vendor's staff, as its staffing lead runs it; the commands keep them from giving roles above their own. */
const staff = {
  readiness: procedure({ can: 'team.manage' })
    .input(schema.readinessInput)
    .output(view.readiness)
    .query(({ ctx, input }) => listReadiness(ctx.command, input)),
  staff: procedure({ can: 'team.manage' })
    .input(schema.teamInput)
    .output(view.team)
    .query(({ ctx, input }) => listTeam(ctx.command, input)),
  inviteStaff: procedure({ can: 'team.manage' })
    .input(schema.inviteInput)
    .output(view.invited)
    .mutation(({ ctx, input }) => inviteMember(ctx.command, input)),
  teams: procedure({ can: 'team.manage' })
    .output(teamsView)
    .query(({ ctx }) => viewTeams(ctx.command)),
  saveTeam: procedure({ can: 'team.manage' })
    .input(saveTeamInput)
    .output(teamSaved)
    .mutation(({ ctx, input }) => saveTeam(ctx.command, input)),
  dissolveTeam: procedure({ can: 'team.manage' })
    .input(teamIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => dissolveTeam(ctx.command, input)),
  importRoster: procedure({ can: 'team.manage' })
    .input(schema.importRosterInput)
    .output(view.rosterImported)
    .mutation(({ ctx, input }) => importRosterCsv(ctx.command, input)),
  endStaff: procedure({ can: 'team.manage' })
    .input(schema.endMembershipInput)
    .output(view.membershipEnded)
    .mutation(({ ctx, input }) => endMembership(ctx.command, input)),
};

/** The operator's desk: which organisations may act (R0). */
const organisationDesk = {
  organisations: procedure({ can: 'operator.verify' })
    .input(schema.organisationDeskInput)
    .output(view.organisationDesk)
    .query(({ ctx, input }) => listOrganisationDesk(ctx.command, input)),
  organisation: procedure({ can: 'operator.verify' })
    .input(schema.organisationFileInput)
    .output(view.organisationFile)
    .query(({ ctx, input }) => getOrganisationFile(ctx.command, input)),
  verifyOrganisation: procedure({ can: 'operator.verify' })
    .input(schema.verifyOrganisationInput)
    .output(view.decidedOrganisation)
    .mutation(({ ctx, input }) => verifyOrganisation(ctx.command, input)),
  refuseOrganisation: procedure({ can: 'operator.verify' })
    .input(schema.refuseOrganisationInput)
    .output(view.decidedOrganisation)
    .mutation(({ ctx, input }) => refuseOrganisation(ctx.command, input)),
  suspendOrganisation: procedure({ can: 'operator.verify' })
    .input(schema.refuseOrganisationInput)
    .output(view.decidedOrganisation)
    .mutation(({ ctx, input }) => suspendOrganisation(ctx.command, input)),
  resetSecondFactor: procedure({ can: 'operator.verify' })
    .input(schema.resetSecondFactorInput)
    .output(view.sessionsEndedByReset)
    .mutation(({ ctx, input }) => resetSecondFactor(ctx.command, input)),
};

/** Accounts, sessions, organisations and who belongs to them. */
export const identityRouter = router({
  ...ownAccount,
  ...secondFactor,
  ...ownOrganisation,
  ...staff,
  ...organisationDesk,
});
