import { z } from 'zod';
import { inviteOwnStaff } from '#server/identity/invite-own-staff.ts';
import { makeInHouse } from '#server/identity/make-in-house.ts';
import { answerOrder, endOrder, proposeOrder } from '#server/own-staff/propose-order.ts';
import {
  answerOrderInput,
  endOrderInput,
  invitedOwnStaff,
  inviteOwnStaffInput,
  madeOrder,
  madeUnit,
  makeInHouseInput,
  orderView,
  ownStaffView,
  proposeOrderInput,
  seated,
  seatOwnStaffInput,
  unseatOwnStaffInput,
} from '#server/own-staff/schemas.ts';
import { seatOwnStaff, unseatOwnStaff } from '#server/own-staff/seat-own-staff.ts';
import { listOwnOrders, viewOwnStaff } from '#server/own-staff/views.ts';
import { projectIdInput } from '#server/projects/schemas.ts';
import { procedure, router } from './trpc.ts';

/** A sponsor's own staff as a private vendor: the unit, its orders, its seats. */
export const ownStaffRouter = router({
  view: procedure({ can: 'batch.manage' })
    .input(projectIdInput)
    .output(ownStaffView)
    .query(({ ctx, input }) => viewOwnStaff(ctx.command, input)),
  orders: procedure({ can: 'vendor.read' })
    .output(z.array(orderView))
    .query(({ ctx }) => listOwnOrders(ctx.command)),
  make: procedure({ can: 'org.manage' })
    .input(makeInHouseInput)
    .output(madeUnit)
    .mutation(({ ctx, input }) => makeInHouse(ctx.command, input)),
  invite: procedure({ can: 'org.manage' })
    .input(inviteOwnStaffInput)
    .output(invitedOwnStaff)
    .mutation(({ ctx, input }) => inviteOwnStaff(ctx.command, input)),
  propose: procedure({ can: 'contract.award' })
    .input(proposeOrderInput)
    .output(madeOrder)
    .mutation(({ ctx, input }) => proposeOrder(ctx.command, input)),
  answer: procedure({ can: 'bid.write' })
    .input(answerOrderInput)
    .output(z.void())
    .mutation(({ ctx, input }) => answerOrder(ctx.command, input)),
  end: procedure({ can: 'contract.award' })
    .input(endOrderInput)
    .output(z.void())
    .mutation(({ ctx, input }) => endOrder(ctx.command, input)),
  seat: procedure({ can: 'batch.manage' })
    .input(seatOwnStaffInput)
    .output(seated)
    .mutation(({ ctx, input }) => seatOwnStaff(ctx.command, input)),
  unseat: procedure({ can: 'batch.manage' })
    .input(unseatOwnStaffInput)
    .output(z.void())
    .mutation(({ ctx, input }) => unseatOwnStaff(ctx.command, input)),
});
