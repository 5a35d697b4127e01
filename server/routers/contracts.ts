import { z } from 'zod';
import { closeProposal } from '#server/contracts/close-proposal.ts';
import { disputes, ownDeductions } from '#server/contracts/credit-views.ts';
import { decideCredit, disputeCredit, waiveCredit } from '#server/contracts/decide-credit.ts';
import { endContract } from '#server/contracts/end-contract.ts';
import { proposeAmendment } from '#server/contracts/propose-amendment.ts';
import {
  contractIdInput,
  decideCreditInput,
  disputeCreditInput,
  endContractInput,
  proposeAmendmentInput,
  refuseVersionInput,
  signVersionInput,
  waiveCreditInput,
} from '#server/contracts/schemas.ts';
import { signVersion } from '#server/contracts/sign-version.ts';
import {
  closed,
  contractLines,
  contractView,
  creditMoved,
  creditPostingLines,
  disputedCredits,
  ended,
  proposed,
  signed,
} from '#server/contracts/view-schemas.ts';
import { contractsOfProject, contractsOfVendor, viewContract } from '#server/contracts/views.ts';
import { procedure, router } from './trpc.ts';

/** Contracts: their versions, call-offs, service levels and credits. Each side has its own door where rights differ. */
export const contractsRouter = router({
  ofProject: procedure({ can: 'project.read' })
    .input(z.object({ projectId: z.uuid() }))
    .output(contractLines)
    .query(({ ctx, input }) => contractsOfProject(ctx.command, input)),
  mine: procedure({ can: 'vendor.read' })
    .output(contractLines)
    .query(({ ctx }) => contractsOfVendor(ctx.command)),
  forSponsor: procedure({ can: 'project.read' })
    .input(contractIdInput)
    .output(contractView)
    .query(({ ctx, input }) => viewContract(ctx.command, input)),
  forVendor: procedure({ can: 'vendor.read' })
    .input(contractIdInput)
    .output(contractView)
    .query(({ ctx, input }) => viewContract(ctx.command, input)),
  proposeAsSponsor: procedure({ can: 'contract.award' })
    .input(proposeAmendmentInput)
    .output(proposed)
    .mutation(({ ctx, input }) => proposeAmendment(ctx.command, input)),
  proposeAsVendor: procedure({ can: 'bid.write' })
    .input(proposeAmendmentInput)
    .output(proposed)
    .mutation(({ ctx, input }) => proposeAmendment(ctx.command, input)),
  sign: procedure({ can: 'agreement.sign' })
    .input(signVersionInput)
    .output(signed)
    .mutation(({ ctx, input }) => signVersion(ctx.command, input)),
  closeProposal: procedure({ can: 'agreement.sign' })
    .input(refuseVersionInput)
    .output(closed)
    .mutation(({ ctx, input }) => closeProposal(ctx.command, input)),
  end: procedure({ can: 'agreement.sign' })
    .input(endContractInput)
    .output(ended)
    .mutation(({ ctx, input }) => endContract(ctx.command, input)),
  disputeCredit: procedure({ can: 'bid.write' })
    .input(disputeCreditInput)
    .output(creditMoved)
    .mutation(({ ctx, input }) => disputeCredit(ctx.command, input)),
  waiveCredit: procedure({ can: 'contract.award' })
    .input(waiveCreditInput)
    .output(creditMoved)
    .mutation(({ ctx, input }) => waiveCredit(ctx.command, input)),
  decideCredit: procedure({ can: 'operator.money' })
    .input(decideCreditInput)
    .output(creditMoved)
    .mutation(({ ctx, input }) => decideCredit(ctx.command, input)),
  disputes: procedure({ can: 'operator.money' })
    .output(disputedCredits)
    .query(({ ctx }) => disputes(ctx.command)),
  deductions: procedure({ can: 'vendor.money' })
    .output(creditPostingLines)
    .query(({ ctx }) => ownDeductions(ctx.command)),
});
