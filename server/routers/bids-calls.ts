import { z } from 'zod';
import { answerQuestion, askQuestion } from '#server/bids/ask-question.ts';
import {
  answerQuestionInput,
  askQuestionInput,
  bidderRoomView,
  extendCallInput,
  invitedView,
  inviteVendorsInput,
  questionMade,
  respondToCallInput,
  sponsorRoomView,
  withdrawInvitationInput,
} from '#server/bids/call-schemas.ts';
import { extendCall } from '#server/bids/extend-call.ts';
import {
  askForInvitation,
  declineInvitation,
  inviteVendors,
  withdrawInvitation,
} from '#server/bids/invite-vendors.ts';
import { closeCall, openCall } from '#server/bids/open-call.ts';
import { callIdInput, openCallInput } from '#server/bids/schemas.ts';
import { roomForBidder, roomForSponsor } from '#server/bids/view-call-room.ts';
import { callMade } from '#server/bids/view-schemas.ts';
import { procedure } from './trpc.ts';

/** The call and its room: opening, ending, inviting, asking and answering. Part of the `bids` router. */
export const callProcedures = {
  openCall: procedure({ can: 'project.write' })
    .input(openCallInput)
    .output(callMade)
    .mutation(({ ctx, input }) => openCall(ctx.command, input)),
  closeCall: procedure({ can: 'project.write' })
    .input(callIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => closeCall(ctx.command, input)),
  extendCall: procedure({ can: 'project.write' })
    .input(extendCallInput)
    .output(z.void())
    .mutation(({ ctx, input }) => extendCall(ctx.command, input)),
  inviteVendors: procedure({ can: 'project.write' })
    .input(inviteVendorsInput)
    .output(invitedView)
    .mutation(({ ctx, input }) => inviteVendors(ctx.command, input)),
  withdrawInvitation: procedure({ can: 'project.write' })
    .input(withdrawInvitationInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawInvitation(ctx.command, input)),
  answerQuestion: procedure({ can: 'project.write' })
    .input(answerQuestionInput)
    .output(z.void())
    .mutation(({ ctx, input }) => answerQuestion(ctx.command, input)),
  callRoom: procedure({ can: 'bid.compare' })
    .input(callIdInput)
    .output(sponsorRoomView)
    .query(({ ctx, input }) => roomForSponsor(ctx.command, input)),
  bidderRoom: procedure({ can: 'call.read' })
    .input(callIdInput)
    .output(bidderRoomView)
    .query(({ ctx, input }) => roomForBidder(ctx.command, input)),
  askQuestion: procedure({ can: 'bid.write' })
    .input(askQuestionInput)
    .output(questionMade)
    .mutation(({ ctx, input }) => askQuestion(ctx.command, input)),
  askForInvitation: procedure({ can: 'bid.write' })
    .input(respondToCallInput)
    .output(z.void())
    .mutation(({ ctx, input }) => askForInvitation(ctx.command, input)),
  declineInvitation: procedure({ can: 'bid.write' })
    .input(respondToCallInput)
    .output(z.void())
    .mutation(({ ctx, input }) => declineInvitation(ctx.command, input)),
};
