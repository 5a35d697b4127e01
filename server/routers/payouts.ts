import { z } from 'zod';
import {
  onboardDestination,
  ownDestination,
  refreshDestination,
  setUpDestination,
} from '#server/payouts/destinations.ts';
import { fundByCard, payInSandbox } from '#server/payouts/fund-by-card.ts';
import { paymentGateway } from '#server/payouts/gateway.ts';
import { recordBankPayout } from '#server/payouts/record-bank-payout.ts';
import { recordBankFunding } from '#server/payouts/record-funding.ts';
import { runReconciliation } from '#server/payouts/run-reconciliation.ts';
import {
  bankFundingInput,
  bankPayoutInput,
  confirmFundingInput,
  destinationIdInput,
  destinationInput,
  fundInput,
  onboardInput,
  railNoticeInput,
  statementInput,
} from '#server/payouts/schemas.ts';
import { settleRailNotice } from '#server/payouts/settle-rail-notice.ts';
import { startPayoutRun } from '#server/payouts/start-payout-run.ts';
import {
  destinationMade,
  destinationState,
  fundingPaid,
  fundingRecorded,
  fundingStarted,
  onboardingLink,
  operatorMoneyView,
  projectMoneyView,
  runStarted,
  sponsorMoneyView,
  statementView,
} from '#server/payouts/view-schemas.ts';
import { operatorMoney, payeeStatement, projectMoney, sponsorMoney } from '#server/payouts/views.ts';
import { listOwnEarnings, ownEarnings } from '#server/work/own-earnings.ts';
import { procedure, router, selfProcedure } from './trpc.ts';

const projectId = z.object({ projectId: z.uuid() });

/** Money in, money out. */
export const payoutsRouter = router({
  projectMoney: procedure({ can: 'money.read' })
    .input(projectId)
    .output(projectMoneyView)
    .query(({ ctx, input }) => projectMoney(ctx.command, input)),
  sponsorMoney: procedure({ can: 'money.read' })
    .output(sponsorMoneyView)
    .query(({ ctx }) => sponsorMoney(ctx.command)),
  fund: procedure({ can: 'money.fund' })
    .input(fundInput)
    .output(fundingStarted)
    .mutation(({ ctx, input }) => fundByCard(ctx.command, paymentGateway(), input)),
  payInSandbox: procedure({ can: 'money.fund' })
    .input(confirmFundingInput)
    .output(fundingPaid)
    .mutation(({ ctx, input }) => payInSandbox(ctx.command, paymentGateway(), input)),
  recordBankFunding: procedure({ can: 'operator.money' })
    .input(bankFundingInput)
    .output(fundingRecorded)
    .mutation(({ ctx, input }) => recordBankFunding(ctx.command, input)),
  setUpDestination: procedure({ can: 'payout.destination' })
    .input(destinationInput)
    .output(destinationMade)
    .mutation(({ ctx, input }) => setUpDestination(ctx.command, paymentGateway(), input)),
  onboard: procedure({ can: 'payout.destination' })
    .input(onboardInput)
    .output(onboardingLink)
    .mutation(({ ctx, input }) => onboardDestination(ctx.command, paymentGateway(), input)),
  refreshDestination: procedure({ can: 'payout.destination' })
    .input(destinationIdInput)
    .output(destinationState)
    .mutation(async ({ ctx, input }) =>
      refreshDestination(
        ctx.command,
        paymentGateway(),
        await ownDestination(ctx.command, input.destinationId),
      ),
    ),
  statement: procedure({ can: 'payout.destination' })
    .input(statementInput)
    .output(statementView)
    .query(({ ctx, input }) => payeeStatement(ctx.command, input)),
  earnings: selfProcedure()
    .output(ownEarnings)
    .query(({ ctx }) => listOwnEarnings(ctx.command)),
  startRun: procedure({ can: 'operator.money' })
    .output(runStarted)
    .mutation(({ ctx }) => startPayoutRun(ctx.command)),
  reconcile: procedure({ can: 'operator.money' })
    .output(z.object({ ok: z.boolean() }))
    .mutation(({ ctx }) => runReconciliation(ctx.command, paymentGateway())),
  recordBankPayout: procedure({ can: 'operator.money' })
    .input(bankPayoutInput)
    .output(z.void())
    .mutation(({ ctx, input }) => recordBankPayout(ctx.command, input)),
  settleRailNotice: procedure({ can: 'operator.money' })
    .input(railNoticeInput)
    .output(z.void())
    .mutation(({ ctx, input }) => settleRailNotice(ctx.command, input)),
  operatorMoney: procedure({ can: 'operator.money' })
    .output(operatorMoneyView)
    .query(({ ctx }) => operatorMoney(ctx.command)),
});
