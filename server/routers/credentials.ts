import { z } from 'zod';
import { attestCredential } from '#server/credentials/attest-credential.ts';
import { claimCredential } from '#server/credentials/claim-credential.ts';
import { completeTraining } from '#server/credentials/complete-training.ts';
import { readDesk, readTeamCredentials, readWallet } from '#server/credentials/reads.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import * as schema from '#server/credentials/schemas.ts';
import { procedure, router } from './trpc.ts';

/** How many claims the desk shows at once. */
const DESK_SIZE = 50;

export const credentialsRouter = router({
  wallet: procedure({ can: 'credential.own' })
    .output(schema.wallet)
    .query(({ ctx }) => readWallet(ctx.command.db, ctx.command.actor.personId)),
  claim: procedure({ can: 'credential.own' })
    .input(schema.claimCredentialInput)
    .output(schema.credentialCreated)
    .mutation(({ ctx, input }) => claimCredential(ctx.command, input)),
  completeTraining: procedure({ can: 'credential.own' })
    .input(schema.completeTrainingInput)
    .output(schema.qualificationRecorded)
    .mutation(({ ctx, input }) => completeTraining(ctx.command, input)),
  team: procedure({ can: 'team.manage' })
    .output(z.array(schema.teamCredential))
    .query(({ ctx }) => readTeamCredentials(ctx.command.db, ctx.command.actor.orgId)),
  attest: procedure({ can: 'team.manage' })
    .input(schema.attestCredentialInput)
    .output(z.void())
    .mutation(({ ctx, input }) => attestCredential(ctx.command, input)),
  desk: procedure({ can: 'operator.verify' })
    .output(schema.desk)
    .query(({ ctx }) => readDesk(ctx.command.db, DESK_SIZE)),
  recordVerification: procedure({ can: 'operator.verify' })
    .input(schema.recordVerificationInput)
    .output(schema.verificationRecorded)
    .mutation(({ ctx, input }) => recordVerification(ctx.command, input)),
});
