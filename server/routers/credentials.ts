import { z } from 'zod';
import { answerCheck } from '#server/credentials/answer-check.ts';
import { appointDelegate, changeDelegation } from '#server/credentials/appoint-delegate.ts';
import { attestCredential } from '#server/credentials/attest-credential.ts';
import { claimCredential } from '#server/credentials/claim-credential.ts';
import { completeTraining } from '#server/credentials/complete-training.ts';
import { closeExam, defineExam, viewNamedExams } from '#server/credentials/define-exam.ts';
import * as delegate from '#server/credentials/delegation-schemas.ts';
import * as exam from '#server/credentials/general-exam-schemas.ts';
import { readClaims, readDesk, readTeamCredentials, readWallet } from '#server/credentials/read-wallet.ts';
import { recordVerification } from '#server/credentials/record-verification.ts';
import * as schema from '#server/credentials/schemas.ts';
import * as check from '#server/credentials/verification-schemas.ts';
import { verifyAsDelegate } from '#server/credentials/verify-as-delegate.ts';
import { viewDelegations, viewOwnDelegation } from '#server/credentials/view-delegations.ts';
import * as view from '#server/credentials/view-schemas.ts';
import { drawSample } from '#server/credentials/watch-delegations.ts';
import { searchSpecialties } from '#server/registers/find-specialties.ts';
import { procedure, router, selfProcedure } from './trpc.ts';

export const credentialsRouter = router({
  wallet: procedure({ can: 'credential.own' })
    .output(view.wallet)
    .query(({ ctx }) => readWallet(ctx.command.db, ctx.command.actor.personId)),
  claim: procedure({ can: 'credential.own' })
    .input(schema.claimCredentialInput)
    .output(schema.credentialCreated)
    .mutation(({ ctx, input }) => claimCredential(ctx.command, input)),
  answer: procedure({ can: 'credential.own' })
    .input(check.answerCheckInput)
    .output(z.void())
    .mutation(({ ctx, input }) => answerCheck(ctx.command, input)),
  specialties: selfProcedure()
    .input(schema.searchSpecialtiesInput)
    .output(z.array(z.object({ code: z.string(), name: z.string() })))
    .query(({ ctx, input }) => searchSpecialties(ctx.command.db, input.text)),
  completeTraining: procedure({ can: 'credential.own' })
    .input(schema.completeTrainingInput)
    .output(schema.qualificationRecorded)
    .mutation(({ ctx, input }) => completeTraining(ctx.command, input)),
  namedExams: selfProcedure()
    .output(z.array(exam.namedExam))
    .query(({ ctx }) => viewNamedExams(ctx.command)),
  defineExam: procedure({ can: 'batch.manage' })
    .input(exam.defineExamInput)
    .output(exam.examDefined)
    .mutation(({ ctx, input }) => defineExam(ctx.command, input)),
  closeExam: procedure({ can: 'batch.manage' })
    .input(exam.closeExamInput)
    .output(z.void())
    .mutation(({ ctx, input }) => closeExam(ctx.command, input)),
  team: procedure({ can: 'team.manage' })
    .input(view.teamCredentialsInput)
    .output(view.teamCredentials)
    .query(({ ctx: { command }, input }) =>
      readTeamCredentials(command.db, { ...input, orgId: command.actor.orgId }),
    ),
  claimsOf: procedure({ can: 'bid.write' })
    .input(view.claimsOfInput)
    .output(view.claimsOf)
    .query(({ ctx: { command }, input }) => readClaims(command.db, { ...input, orgId: command.actor.orgId })),
  attest: procedure({ can: 'team.manage' })
    .input(schema.attestCredentialInput)
    .output(z.void())
    .mutation(({ ctx, input }) => attestCredential(ctx.command, input)),
  delegation: procedure({ can: 'team.manage' })
    .output(delegate.ownDelegation)
    .query(({ ctx }) => viewOwnDelegation(ctx.command)),
  verifyAsDelegate: procedure({ can: 'team.manage' })
    .input(delegate.verifyAsDelegateInput)
    .output(z.void())
    .mutation(({ ctx, input }) => verifyAsDelegate(ctx.command, input)),
  delegations: procedure({ can: 'operator.verify' })
    .output(delegate.delegationsView)
    .query(({ ctx }) => viewDelegations(ctx.command)),
  appointDelegate: procedure({ can: 'operator.verify' })
    .input(delegate.appointDelegateInput)
    .output(z.object({ delegationId: z.uuid() }))
    .mutation(({ ctx, input }) => appointDelegate(ctx.command, input)),
  changeDelegation: procedure({ can: 'operator.verify' })
    .input(delegate.changeDelegationInput)
    .output(z.object({ takenBack: z.number().int() }))
    .mutation(({ ctx, input }) => changeDelegation(ctx.command, input)),
  drawSample: procedure({ can: 'operator.verify' })
    .input(delegate.drawSampleInput)
    .output(delegate.sampleDrawn)
    .mutation(({ ctx, input }) => drawSample(ctx.command, input)),
  desk: procedure({ can: 'operator.verify' })
    .input(view.deskInput)
    .output(view.desk)
    .query(({ ctx, input }) => readDesk(ctx.command.db, { ...input, personId: ctx.command.actor.personId })),
  recordVerification: procedure({ can: 'operator.verify' })
    .input(check.recordVerificationInput)
    .output(check.verificationRecorded)
    .mutation(({ ctx, input }) => recordVerification(ctx.command, input)),
});
