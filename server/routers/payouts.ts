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
import {
  bankFundingInput,
  bankPayoutInput,
  confirmFundingInput,
  destinationIdInput,
  destinationInput,
  fundInput,
  statementInput,
} from '#server/payouts/schemas.ts';
import { startPayoutRun } from '#server/payouts/start-payout-run.ts';
import { operatorMoney, payeeStatement, projectMoney, sponsorMoney } from '#server/payouts/views.ts';
import { listOwnEarnings, ownEarnings } from '#server/work/own-earnings.ts';
import { procedure, router, selfProcedure } from './trpc.ts';

const projectId = z.object({ projectId: z.uuid() });

/** Money in, money out. */
export const payoutsRouter = router({
  projectMoney: procedure({ can: 'money.read' })
    .input(projectId)
    .query(({ ctx, input }) => projectMoney(ctx.command, input)),
  sponsorMoney: procedure({ can: 'money.read' }).query(({ ctx }) => sponsorMoney(ctx.command)),
  fund: procedure({ can: 'money.fund' })
    .input(fundInput)
    .mutation(({ ctx, input }) => fundByCard(ctx.command, paymentGateway(), input)),
  payInSandbox: procedure({ can: 'money.fund' })
    .input(confirmFundingInput)
    .mutation(({ ctx, input }) => payInSandbox(ctx.command, paymentGateway(), input)),
  recordBankFunding: procedure({ can: 'operator.money' })
    .input(bankFundingInput)
    .mutation(({ ctx, input }) => recordBankFunding(ctx.command, input)),
  setUpDestination: procedure({ can: 'payout.destination' })
    .input(destinationInput)
    .mutation(({ ctx, input }) => setUpDestination(ctx.command, paymentGateway(), input)),
  onboard: procedure({ can: 'payout.destination' })
    .input(destinationIdInput.extend({ returnUrl: z.url().max(500) }))
    .mutation(({ ctx, input }) => onboardDestination(ctx.command, paymentGateway(), input)),
  refreshDestination: procedure({ can: 'payout.destination' })
    .input(destinationIdInput)
    .mutation(async ({ ctx, input }) =>
      refreshDestination(
        ctx.command,
        paymentGateway(),
        await ownDestination(ctx.command, input.destinationId),
      ),
    ),
  statement: procedure({ can: 'payout.destination' })
    .input(statementInput)
    .query(({ ctx, input }) => payeeStatement(ctx.command, input)),
  earnings: selfProcedure()
    .output(ownEarnings)
    .query(({ ctx }) => listOwnEarnings(ctx.command)),
  startRun: procedure({ can: 'operator.money' }).mutation(({ ctx }) => startPayoutRun(ctx.command)),
  recordBankPayout: procedure({ can: 'operator.money' })
    .input(bankPayoutInput)
    .mutation(({ ctx, input }) => recordBankPayout(ctx.command, input)),
  operatorMoney: procedure({ can: 'operator.money' }).query(({ ctx }) =>
    operatorMoney(ctx.command, paymentGateway()),
  ),
});
