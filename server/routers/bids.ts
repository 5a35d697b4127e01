import { z } from 'zod';
import { bidComparison } from '#server/bids/comparison-schemas.ts';
import { declineBid, shortlistBid } from '#server/bids/decide-bid.ts';
import { orderPilot } from '#server/bids/order-pilot.ts';
import { reviseBid } from '#server/bids/revise-bid.ts';
import {
  bidIdInput,
  callIdInput,
  decideBidInput,
  decideCallInput,
  orderPilotInput,
  projectIdInput,
  reviseBidInput,
  setDirectShareInput,
  shortlistBidInput,
  submitBidInput,
  withdrawBidInput,
} from '#server/bids/schemas.ts';
import { decideCall, setDirectShare } from '#server/bids/split-award.ts';
import { submitBid } from '#server/bids/submit-bid.ts';
import { compareBids } from '#server/bids/view-comparison.ts';
import { bidHistory, ownBidHistory } from '#server/bids/view-history.ts';
import {
  bidderCallView,
  bidHistoryView,
  bidMade,
  bidRevised,
  contractsView,
  myBidsView,
  openCallsView,
  pilotOrdered,
} from '#server/bids/view-schemas.ts';
import { callForBidder, myBids, openCalls, projectContracts } from '#server/bids/views.ts';
import { withdrawBid } from '#server/bids/withdraw-bid.ts';
import { callProcedures } from './bids-calls.ts';
import { procedure, router } from './trpc.ts';

const page = z.object({
  after: z.object({ closesAt: z.date(), id: z.uuid() }).nullable().default(null),
  limit: z.int().min(1).max(100).default(50),
});

/** Calls, bids and pilot orders. */
export const bidsRouter = router({
  ...callProcedures,
  listOpen: procedure({ can: 'call.read' })
    .input(page)
    .output(openCallsView)
    .query(({ ctx, input }) => openCalls(ctx.command, input)),
  getCall: procedure({ can: 'call.read' })
    .input(callIdInput)
    .output(bidderCallView)
    .query(({ ctx, input }) => callForBidder(ctx.command, input.callId)),
  submit: procedure({ can: 'bid.write' })
    .input(submitBidInput)
    .output(bidMade)
    .mutation(({ ctx, input }) => submitBid(ctx.command, input)),
  revise: procedure({ can: 'bid.write' })
    .input(reviseBidInput)
    .output(bidRevised)
    .mutation(({ ctx, input }) => reviseBid(ctx.command, input)),
  ownHistory: procedure({ can: 'call.read' })
    .input(bidIdInput)
    .output(bidHistoryView)
    .query(({ ctx, input }) => ownBidHistory(ctx.command, input)),
  history: procedure({ can: 'bid.compare' })
    .input(bidIdInput)
    .output(bidHistoryView)
    .query(({ ctx, input }) => bidHistory(ctx.command, input)),
  withdraw: procedure({ can: 'bid.write' })
    .input(withdrawBidInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawBid(ctx.command, input)),
  mine: procedure({ can: 'call.read' })
    .input(z.object({ limit: z.int().min(1).max(200).default(100) }))
    .output(myBidsView)
    .query(({ ctx, input }) => myBids(ctx.command, input)),
  compare: procedure({ can: 'bid.compare' })
    .input(projectIdInput)
    .output(bidComparison)
    .query(({ ctx, input }) => compareBids(ctx.command, input)),
  contracts: procedure({ can: 'project.read' })
    .input(projectIdInput)
    .output(contractsView)
    .query(({ ctx, input }) => projectContracts(ctx.command, input)),
  shortlist: procedure({ can: 'bid.compare' })
    .input(shortlistBidInput)
    .output(z.void())
    .mutation(({ ctx, input }) => shortlistBid(ctx.command, input)),
  decline: procedure({ can: 'bid.compare' })
    .input(decideBidInput)
    .output(z.void())
    .mutation(({ ctx, input }) => declineBid(ctx.command, input)),
  setDirectShare: procedure({ can: 'contract.award' })
    .input(setDirectShareInput)
    .output(z.void())
    .mutation(({ ctx, input }) => setDirectShare(ctx.command, input)),
  decideCall: procedure({ can: 'contract.award' })
    .input(decideCallInput)
    .output(z.object({ declined: z.number().int() }))
    .mutation(({ ctx, input }) => decideCall(ctx.command, input)),
  orderPilot: procedure({ can: 'contract.award' })
    .input(orderPilotInput)
    .output(pilotOrdered)
    .mutation(({ ctx, input }) => orderPilot(ctx.command, input)),
});
