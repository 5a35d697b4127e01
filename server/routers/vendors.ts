import { z } from 'zod';
import { reviewEvidence, withdrawEvidence } from '#server/vendors/decide-evidence.ts';
import {
  addReference,
  saveProfile,
  showScorecard,
  withdrawReference,
  withdrawSample,
} from '#server/vendors/edit-profile.ts';
import {
  addReferenceInput,
  evidenceIdInput,
  pilotIdInput,
  referenceIdInput,
  reviewEvidenceInput,
  sampleIdInput,
  saveProfileInput,
  vendorOrgInput,
} from '#server/vendors/schemas.ts';
import { evidenceDesk, evidenceMoved, referenceMade, vendorPage } from '#server/vendors/view-schemas.ts';
import { evidenceToReview, ownProfile, profileForSponsor } from '#server/vendors/views.ts';
import { procedure, router } from './trpc.ts';

/** A vendor's page and its documents. Documents themselves come and go by plain routes (app/api). */
export const vendorsRouter = router({
  own: procedure({ can: 'vendor.read' })
    .output(vendorPage)
    .query(({ ctx }) => ownProfile(ctx.command)),
  forSponsor: procedure({ can: 'bid.compare' })
    .input(vendorOrgInput)
    .output(vendorPage)
    .query(({ ctx, input }) => profileForSponsor(ctx.command, input)),
  saveProfile: procedure({ can: 'bid.write' })
    .input(saveProfileInput)
    .output(z.void())
    .mutation(({ ctx, input }) => saveProfile(ctx.command, input)),
  addReference: procedure({ can: 'bid.write' })
    .input(addReferenceInput)
    .output(referenceMade)
    .mutation(({ ctx, input }) => addReference(ctx.command, input)),
  withdrawReference: procedure({ can: 'bid.write' })
    .input(referenceIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawReference(ctx.command, input)),
  withdrawSample: procedure({ can: 'bid.write' })
    .input(sampleIdInput)
    .output(z.void())
    .mutation(({ ctx, input }) => withdrawSample(ctx.command, input)),
  showScorecard: procedure({ can: 'bid.write' })
    .input(pilotIdInput.extend({ isShown: z.boolean() }))
    .output(z.void())
    .mutation(({ ctx, input }) => showScorecard(ctx.command, input)),
  withdrawEvidence: procedure({ can: 'bid.write' })
    .input(evidenceIdInput)
    .output(evidenceMoved)
    .mutation(({ ctx, input }) => withdrawEvidence(ctx.command, input)),
  evidenceToReview: procedure({ can: 'operator.verify' })
    .output(evidenceDesk)
    .query(({ ctx }) => evidenceToReview(ctx.command)),
  reviewEvidence: procedure({ can: 'operator.verify' })
    .input(reviewEvidenceInput)
    .output(evidenceMoved)
    .mutation(({ ctx, input }) => reviewEvidence(ctx.command, input)),
});
