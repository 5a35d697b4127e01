import { z } from 'zod';
import { marginsView, setStaffRateInput } from '#server/staffing/schemas.ts';
import { setStaffRate } from '#server/staffing/set-staff-rate.ts';
import { viewMargins } from '#server/staffing/view-margins.ts';
import { procedure, router } from './trpc.ts';

/** What a vendor's people cost it and what it keeps; its own business alone (R21). */
export const staffingRouter = router({
  margins: procedure({ can: 'vendor.money' })
    .output(marginsView)
    .query(({ ctx }) => viewMargins(ctx.command)),
  setRate: procedure({ can: 'vendor.money' })
    .input(setStaffRateInput)
    .output(z.object({ rateId: z.uuid() }))
    .mutation(({ ctx, input }) => setStaffRate(ctx.command, input)),
});
