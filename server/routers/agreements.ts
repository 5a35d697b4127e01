import { z } from 'zod';
import { assessTransfer } from '#server/agreements/assess-transfer.ts';
import { attestPerson } from '#server/agreements/attest-person.ts';
import * as caseSchema from '#server/agreements/case-schemas.ts';
import { endGateRule, readGateRules, startGateRule } from '#server/agreements/change-gate-rules.ts';
import { confirmAttestation } from '#server/agreements/confirm-attestation.ts';
import { createAgreement } from '#server/agreements/create-agreement.ts';
import { declineAgreement } from '#server/agreements/decline-agreement.ts';
import { certifyWindDown } from '#server/agreements/end-duties.ts';
import * as ruleSchema from '#server/agreements/gate-rule-schemas.ts';
import {
  listForOperator,
  operatorAgreements,
  operatorListInput,
} from '#server/agreements/list-for-operator.ts';
import { decideRemark, makeRemark, withdrawRemark } from '#server/agreements/negotiate.ts';
import { mintAssetLink } from '#server/agreements/open-asset.ts';
import { openCase } from '#server/agreements/open-case.ts';
import { openOwnCase } from '#server/agreements/open-own-case.ts';
import {
  readAgreement,
  readAgreementCentre,
  readAttestationText,
  readOwnAttestations,
  readTeamAttestations,
} from '#server/agreements/reads.ts';
import { revokeAttestation } from '#server/agreements/revoke-attestation.ts';
import * as schema from '#server/agreements/schemas.ts';
import { sendAgreement } from '#server/agreements/send-agreement.ts';
import { signAgreement } from '#server/agreements/sign-agreement.ts';
import { resumeAgreement, suspendAgreement } from '#server/agreements/suspend-agreement.ts';
import { terminateAgreement } from '#server/agreements/terminate-agreement.ts';
import { verifySafeguards } from '#server/agreements/verify-safeguards.ts';
import { procedure, router, selfProcedure } from './trpc.ts';

/** Documents between an organisation and the platform. */
const documents = {
  centre: procedure({ can: 'agreement.read' })
    .output(schema.agreementCentre)
    .query(({ ctx: { command } }) =>
      readAgreementCentre(command.db, { orgId: command.actor.orgId, now: command.clock.now() }),
    ),
  get: procedure({ can: 'agreement.read' })
    .input(schema.agreementIdInput)
    .output(schema.agreementDetail)
    .query(({ ctx: { command }, input }) => readAgreement(command.db, { ...input, actor: command.actor })),
  request: procedure({ can: 'agreement.sign' })
    .input(schema.requestAgreementInput)
    .output(schema.createdAgreement)
    .mutation(({ ctx: { command }, input }) =>
      createAgreement(command, { ...input, orgId: command.actor.orgId }),
    ),
  sign: procedure({ can: 'agreement.sign' })
    .input(schema.signAgreementInput)
    .output(schema.signedAgreement)
    .mutation(({ ctx, input }) => signAgreement(ctx.command, input)),
  decline: procedure({ can: 'agreement.sign' })
    .input(schema.declineAgreementInput)
    .output(z.void())
    .mutation(({ ctx, input }) => declineAgreement(ctx.command, input)),
  terminate: procedure({ can: 'agreement.sign' })
    .input(schema.terminateAgreementInput)
    .output(schema.endedAgreement)
    .mutation(({ ctx, input }) => terminateAgreement(ctx.command, input)),
  suspend: procedure({ can: 'agreement.sign' })
    .input(schema.suspendAgreementInput)
    .output(schema.endedAgreement)
    .mutation(({ ctx, input }) => suspendAgreement(ctx.command, input)),
  resume: procedure({ can: 'agreement.sign' })
    .input(schema.suspendAgreementInput)
    .output(schema.endedAgreement)
    .mutation(({ ctx, input }) => resumeAgreement(ctx.command, input)),
  remark: procedure({ can: 'agreement.sign' })
    .input(schema.remarkInput)
    .output(schema.madeRemark)
    .mutation(({ ctx, input }) => makeRemark(ctx.command, input)),
  decideRemark: procedure({ can: 'agreement.sign' })
    .input(schema.decideRemarkInput)
    .output(schema.decidedRemark)
    .mutation(({ ctx, input }) => decideRemark(ctx.command, input)),
  withdrawRemark: procedure({ can: 'agreement.sign' })
    .input(schema.remarkIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawRemark(ctx.command, input)),
  send: procedure({ can: 'agreement.sign' })
    .input(schema.agreementIdInput)
    .output(schema.sentAgreement)
    .mutation(({ ctx, input }) => sendAgreement(ctx.command, input)),
  certifyWindDown: procedure({ can: 'agreement.sign' })
    .input(schema.certifyWindDownInput)
    .output(schema.endedAgreement)
    .mutation(({ ctx, input }) => certifyWindDown(ctx.command, input)),
  verifySafeguards: procedure({ can: 'agreement.sign' })
    .input(schema.verifySafeguardsInput)
    .output(schema.verifiedSafeguards)
    .mutation(({ ctx, input }) => verifySafeguards(ctx.command, input)),
  assessTransfer: procedure({ can: 'agreement.sign' })
    .input(schema.assessTransferInput)
    .output(schema.assessedTransfer)
    .mutation(({ ctx, input }) => assessTransfer(ctx.command, input)),
  operatorList: procedure({ can: 'operator.agreements' })
    .input(operatorListInput)
    .output(operatorAgreements)
    .query(({ ctx: { command }, input }) =>
      listForOperator(command.db, { orgId: command.actor.orgId, ...input }),
    ),
  operatorCreate: procedure({ can: 'operator.agreements' })
    .input(schema.createAgreementInput)
    .output(schema.createdAgreement)
    .mutation(({ ctx, input }) => createAgreement(ctx.command, input)),
};

/** What each class of data asks for (R18), as the operator sets it. */
const gateRules = {
  gateRules: procedure({ can: 'operator.agreements' })
    .output(z.array(ruleSchema.gateRuleView))
    .query(({ ctx }) => readGateRules(ctx.command)),
  endGateRule: procedure({ can: 'operator.agreements' })
    .input(ruleSchema.endGateRuleInput)
    .output(z.void())
    .mutation(({ ctx, input }) => endGateRule(ctx.command, input)),
  startGateRule: procedure({ can: 'operator.agreements' })
    .input(ruleSchema.startGateRuleInput)
    .output(ruleSchema.startedGateRule)
    .mutation(({ ctx, input }) => startGateRule(ctx.command, input)),
};

/** Workforce attestations (R19); a sponsor attests its own panel. */
const attestations = {
  team: procedure({ can: 'team.manage' })
    .output(z.array(schema.memberAttestation))
    .query(({ ctx: { command } }) => readTeamAttestations(command.db, command.actor.orgId)),
  attest: procedure({ can: 'team.manage' })
    .input(schema.attestPersonInput)
    .output(schema.attestedPerson)
    .mutation(({ ctx, input }) => attestPerson(ctx.command, input)),
  revokeAttestation: procedure({ can: 'team.manage' })
    .input(schema.attestationIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeAttestation(ctx.command, input)),
  ownStaff: procedure({ can: 'org.manage' })
    .output(z.array(schema.memberAttestation))
    .query(({ ctx: { command } }) => readTeamAttestations(command.db, command.actor.orgId)),
  attestOwnStaff: procedure({ can: 'org.manage' })
    .input(schema.attestPersonInput)
    .output(schema.attestedPerson)
    .mutation(({ ctx, input }) => attestPerson(ctx.command, input)),
  revokeOwnStaff: procedure({ can: 'org.manage' })
    .input(schema.attestationIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeAttestation(ctx.command, input)),
  attestationText: selfProcedure()
    .output(schema.attestationText)
    .query(({ ctx }) => readAttestationText(ctx.command.db)),
  ownAttestations: selfProcedure()
    .output(z.array(schema.attestationView))
    .query(({ ctx: { command } }) => readOwnAttestations(command.db, command.actor.personId)),
  confirmAttestation: selfProcedure()
    .input(schema.attestationIdInput)
    .output(schema.confirmedAttestation)
    .mutation(({ ctx, input }) => confirmAttestation(ctx.command, input)),
};

/** The doors to data; whoever stands there, the gate decides. Mutations, because each opening is recorded. */
const doors = {
  openCase: selfProcedure()
    .input(caseSchema.openCaseInput)
    .output(caseSchema.openedCase)
    .mutation(({ ctx, input }) => openCase(ctx.command, input)),
  openOwnCase: procedure({ can: 'project.read' })
    .input(caseSchema.openOwnCaseInput)
    .output(caseSchema.openedOwnCase)
    .mutation(({ ctx, input }) => openOwnCase(ctx.command, input)),
  assetLink: selfProcedure()
    .input(caseSchema.openAssetInput)
    .output(caseSchema.assetLink)
    .mutation(({ ctx, input }) => mintAssetLink(ctx.command, input)),
};

export const agreementsRouter = router({ ...documents, ...gateRules, ...attestations, ...doors });
