import { z } from 'zod';
import { setPrivateDetails } from '#server/identity/private-details.ts';
import { askForScreening } from '#server/registers/ask-for-screening.ts';
import { checkNpiAgain, lastNpiChecks } from '#server/registers/check-npi.ts';
import { answerExclusion, decideHits } from '#server/registers/decide-hits.ts';
import { objectToExclusion } from '#server/registers/object-to-exclusion.ts';
import {
  readOwnScreening,
  readRegisters,
  readScreeningDesk,
  readScreeningRuns,
} from '#server/registers/reads.ts';
import * as schema from '#server/registers/schemas.ts';
import { procedure, router } from './trpc.ts';

const credential = z.object({ credentialId: z.uuid() });

/** Public registers, exclusion screening and the NPI check. */
export const registersRouter = router({
  list: procedure({ can: 'operator.verify' })
    .output(schema.registersView)
    .query(({ ctx }) => readRegisters(ctx.command.db, ctx.command.clock.now())),
  desk: procedure({ can: 'operator.verify' })
    .input(z.object({ personId: z.uuid().optional() }))
    .output(schema.screeningDesk)
    .query(({ ctx, input }) => readScreeningDesk(ctx.command.db, input)),
  runs: procedure({ can: 'operator.verify' })
    .output(z.array(schema.screeningRunView))
    .query(({ ctx }) => readScreeningRuns(ctx.command.db)),
  screenEverybody: procedure({ can: 'operator.verify' })
    .output(z.void())
    .mutation(({ ctx }) => askForScreening(ctx.command)),
  decide: procedure({ can: 'operator.verify' })
    .input(schema.decideHitsInput)
    .output(schema.decidedPerson)
    .mutation(({ ctx, input }) => decideHits(ctx.command, input)),
  answer: procedure({ can: 'operator.verify' })
    .input(schema.answerExclusionInput)
    .output(schema.decidedPerson)
    .mutation(({ ctx, input }) => answerExclusion(ctx.command, input)),
  npiCheck: procedure({ can: 'operator.verify' })
    .input(credential)
    .output(schema.npiCheckView.nullable())
    .query(async ({ ctx, input }) => {
      const checks = await lastNpiChecks(ctx.command.db, [input.credentialId]);
      return checks.get(input.credentialId) ?? null;
    }),
  checkNpi: procedure({ can: 'operator.verify' })
    .input(credential)
    .output(z.void())
    .mutation(({ ctx, input }) => checkNpiAgain(ctx.command, input)),
  own: procedure({ can: 'credential.own' })
    .output(schema.ownScreening)
    .query(({ ctx }) => readOwnScreening(ctx.command.db, ctx.command.actor.personId)),
  setDetails: procedure({ can: 'credential.own' })
    .input(schema.identityDetailsInput)
    .output(z.void())
    .mutation(({ ctx, input }) => setPrivateDetails(ctx.command, input)),
  object: procedure({ can: 'credential.own' })
    .input(schema.objectInput)
    .output(z.void())
    .mutation(({ ctx, input }) => objectToExclusion(ctx.command, input)),
});
