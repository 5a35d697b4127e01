import { z } from 'zod';
import { openAppealedCaseInput, openedOwnCase } from '#server/agreements/case-schemas.ts';
import { openAppealedCase } from '#server/agreements/open-appealed-case.ts';
import { appealRejection } from '#server/appeals/appeal-rejection.ts';
import { decideAppeal } from '#server/appeals/decide-appeal.ts';
import {
  appealDesk,
  appealInput,
  decideAppealInput,
  deskInput,
  ownRejections,
  rejectionsInput,
} from '#server/appeals/schemas.ts';
import { viewAppealDesk, viewOwnRejections } from '#server/appeals/views.ts';
import { procedure, router, selfProcedure } from './trpc.ts';

/** Rejected reads, and appeals against their rejection (R31). */
export const appealsRouter = router({
  rejections: selfProcedure()
    .input(rejectionsInput)
    .output(ownRejections)
    .query(({ ctx, input }) => viewOwnRejections(ctx.command, input)),
  appeal: selfProcedure()
    .input(appealInput)
    .output(z.object({ dueAt: z.date() }))
    .mutation(({ ctx, input }) => appealRejection(ctx.command, input)),
  desk: procedure({ can: 'operator.appeals' })
    .input(deskInput)
    .output(appealDesk)
    .query(({ ctx, input }) => viewAppealDesk(ctx.command, input)),
  /** A mutation, because each opening is recorded. */
  openCase: procedure({ can: 'operator.appeals' })
    .input(openAppealedCaseInput)
    .output(openedOwnCase)
    .mutation(({ ctx, input }) => openAppealedCase(ctx.command, input)),
  decide: procedure({ can: 'operator.appeals' })
    .input(decideAppealInput)
    .output(z.object({ ok: z.literal(true) }))
    .mutation(({ ctx, input }) => decideAppeal(ctx.command, input).then(() => ({ ok: true as const }))),
});
