import { z } from 'zod';
import { answerAssignment } from '#server/staffing/answer-assignment.ts';
import { answerOffer, viewOwnOffers, viewProjectOffers } from '#server/staffing/answer-offer.ts';
import { appointAuditor, dismissAuditor } from '#server/staffing/appoint-auditor.ts';
import { chooseHolidays, setHolidayDefault, workOnHoliday } from '#server/staffing/choose-holidays.ts';
import { chooseRoster } from '#server/staffing/choose-roster.ts';
import { draftRoster } from '#server/staffing/draft-roster.ts';
import { dropOut } from '#server/staffing/drop-out.ts';
import {
  chooseHolidaysInput,
  holidayDefaultInput,
  holidayDefaultView,
  holidaysView,
  regionsInput,
  regionsView,
  workOnHolidayInput,
} from '#server/staffing/holiday-schemas.ts';
import {
  answerOfferInput,
  applyInput,
  directShareView,
  offerIdInput,
  offerMade,
  offersMade,
  ownOffersView,
  projectOffersView,
  sendOffersInput,
} from '#server/staffing/offer-schemas.ts';
import { applyForWork, sendOffers, withdrawOffer } from '#server/staffing/offer-work.ts';
import { planAbsence, withdrawAbsence } from '#server/staffing/plan-absence.ts';
import { proposeSubstitutes } from '#server/staffing/propose-substitutes.ts';
import { calendarRegions } from '#server/staffing/public-holidays.ts';
import {
  absenceIdInput,
  absenceInput,
  answerAssignmentInput,
  assignmentIdInput,
  availabilityInput,
  contractIdInput,
  draftRosterInput,
  dropOutInput,
  planIdInput,
} from '#server/staffing/roster-schemas.ts';
import {
  availabilityView,
  benchInput,
  benchView,
  contractRosterView,
  ledTeamView,
  planDrafted,
  planView,
  rostersView,
  substitutesView,
} from '#server/staffing/roster-view-schemas.ts';
import {
  appointAuditorInput,
  dismissAuditorInput,
  marginsView,
  setStaffRateInput,
} from '#server/staffing/schemas.ts';
import { setAvailability } from '#server/staffing/set-availability.ts';
import { setStaffRate } from '#server/staffing/set-staff-rate.ts';
import { viewAvailability } from '#server/staffing/view-availability.ts';
import { viewBench } from '#server/staffing/view-bench.ts';
import { viewDirectShare } from '#server/staffing/view-direct-share.ts';
import { viewHolidayDefault, viewHolidays } from '#server/staffing/view-holidays.ts';
import { viewLedTeam } from '#server/staffing/view-led-team.ts';
import { viewMargins } from '#server/staffing/view-margins.ts';
import { viewPlan } from '#server/staffing/view-plan.ts';
import { viewContractRoster, viewRosters } from '#server/staffing/view-rosters.ts';
import { procedure, router, selfProcedure } from './trpc.ts';

/** What a vendor's people cost it and what it keeps, its own business alone (R21); rosters; and when people can work. */
export const staffingRouter = router({
  holidays: procedure({ can: 'credential.own' })
    .output(holidaysView)
    .query(({ ctx }) => viewHolidays(ctx.command)),
  chooseHolidays: procedure({ can: 'credential.own' })
    .input(chooseHolidaysInput)
    .output(z.void())
    .mutation(({ ctx, input }) => chooseHolidays(ctx.command, input)),
  workOnHoliday: procedure({ can: 'credential.own' })
    .input(workOnHolidayInput)
    .output(z.void())
    .mutation(({ ctx, input }) => workOnHoliday(ctx.command, input)),
  holidayRegions: selfProcedure()
    .input(regionsInput)
    .output(regionsView)
    .query(({ input }) => calendarRegions(input.country)),
  holidayDefault: procedure({ can: 'team.manage' })
    .output(holidayDefaultView)
    .query(({ ctx }) => viewHolidayDefault(ctx.command)),
  setHolidayDefault: procedure({ can: 'team.manage' })
    .input(holidayDefaultInput)
    .output(z.void())
    .mutation(({ ctx, input }) => setHolidayDefault(ctx.command, input)),

  appointAuditor: procedure({ can: 'batch.manage' })
    .input(appointAuditorInput)
    .output(z.object({ engagementId: z.uuid() }))
    .mutation(({ ctx, input }) => appointAuditor(ctx.command, input)),
  dismissAuditor: procedure({ can: 'batch.manage' })
    .input(dismissAuditorInput)
    .output(z.object({ ok: z.literal(true) }))
    .mutation(({ ctx, input }) => dismissAuditor(ctx.command, input).then(() => ({ ok: true as const }))),
  offers: procedure({ can: 'bid.compare' })
    .input(z.strictObject({ projectId: z.uuid() }))
    .output(projectOffersView)
    .query(({ ctx, input }) => viewProjectOffers(ctx.command, input)),
  directShare: procedure({ can: 'bid.compare' })
    .input(z.strictObject({ projectId: z.uuid() }))
    .output(directShareView)
    .query(({ ctx, input }) => viewDirectShare(ctx.command, input)),
  sendOffers: procedure({ can: 'contract.award' })
    .input(sendOffersInput)
    .output(offersMade)
    .mutation(({ ctx, input }) => sendOffers(ctx.command, input)),
  withdrawOffer: procedure({ can: 'contract.award' })
    .input(offerIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawOffer(ctx.command, input)),
  myOffers: procedure({ can: 'call.read' })
    .output(ownOffersView)
    .query(({ ctx }) => viewOwnOffers(ctx.command)),
  applyForWork: procedure({ can: 'call.read' })
    .input(applyInput)
    .output(offerMade)
    .mutation(({ ctx, input }) => applyForWork(ctx.command, input)),
  answerOffer: procedure({ can: 'call.read' })
    .input(answerOfferInput)
    .output(z.void())
    .mutation(({ ctx, input }) => answerOffer(ctx.command, input)),
  margins: procedure({ can: 'vendor.money' })
    .output(marginsView)
    .query(({ ctx }) => viewMargins(ctx.command)),
  setRate: procedure({ can: 'vendor.money' })
    .input(setStaffRateInput)
    .output(z.object({ rateId: z.uuid() }))
    .mutation(({ ctx, input }) => setStaffRate(ctx.command, input)),

  rosters: procedure({ can: 'team.manage' })
    .output(rostersView)
    .query(({ ctx }) => viewRosters(ctx.command)),
  contractRoster: procedure({ can: 'team.manage' })
    .input(contractIdInput)
    .output(contractRosterView)
    .query(({ ctx, input }) => viewContractRoster(ctx.command, input)),
  ledTeam: procedure({ can: 'credential.own' })
    .input(benchInput)
    .output(ledTeamView)
    .query(({ ctx, input }) => viewLedTeam(ctx.command, input)),
  draftRoster: procedure({ can: 'team.manage' })
    .input(draftRosterInput)
    .output(planDrafted)
    .mutation(({ ctx, input }) => draftRoster(ctx.command, input)),
  plan: procedure({ can: 'team.manage' })
    .input(planIdInput)
    .output(planView)
    .query(({ ctx, input }) => viewPlan(ctx.command, input)),
  chooseRoster: procedure({ can: 'team.manage' })
    .input(planIdInput)
    .output(z.object({ asked: z.number().int(), kept: z.number().int() }))
    .mutation(({ ctx, input }) => chooseRoster(ctx.command, input)),
  dropOut: procedure({ can: 'team.manage' })
    .input(dropOutInput)
    .output(z.void())
    .mutation(({ ctx, input }) => dropOut(ctx.command, input)),
  substitutes: procedure({ can: 'team.manage' })
    .input(assignmentIdInput)
    .output(substitutesView)
    .query(({ ctx, input }) => proposeSubstitutes(ctx.command, input)),
  bench: procedure({ can: 'team.manage' })
    .input(benchInput)
    .output(benchView)
    .query(({ ctx, input }) => viewBench(ctx.command, input)),

  availability: procedure({ can: 'credential.own' })
    .output(availabilityView)
    .query(({ ctx }) => viewAvailability(ctx.command)),
  setAvailability: procedure({ can: 'credential.own' })
    .input(availabilityInput)
    .output(z.object({ savedAt: z.date() }))
    .mutation(({ ctx, input }) => setAvailability(ctx.command, input)),
  planAbsence: procedure({ can: 'credential.own' })
    .input(absenceInput)
    .output(z.object({ absenceId: z.uuid(), touched: z.number().int() }))
    .mutation(({ ctx, input }) => planAbsence(ctx.command, input)),
  withdrawAbsence: procedure({ can: 'credential.own' })
    .input(absenceIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawAbsence(ctx.command, input)),
  answerAssignment: procedure({ can: 'credential.own' })
    .input(answerAssignmentInput)
    .output(z.object({ status: z.enum(['accepted', 'declined']) }))
    .mutation(({ ctx, input }) => answerAssignment(ctx.command, input)),
});
