import { type OrgContext, requireVerifiedOrg } from '#server/command/context.ts';
import { transact } from '#server/command/transaction.ts';
import { AppError } from '#server/core/errors.ts';
import { noExam } from '#server/credentials/define-exam.ts';
import { findExam, type GeneralExam } from '#server/credentials/general-exam-reads.ts';
import { engagePerson } from '#server/staffing/engage-person.ts';
import { findEngagements, listEngagingSponsors } from '#server/staffing/reads.ts';
import { joinBatch } from './join-batch.ts';
import { chooseSitting, listSittings, type Sitting } from './sittings.ts';

/**
 * The acting person takes a general exam, or goes on with one they have begun: engages them as an examinee, which opens nothing
 * but exams, and makes them a reader of a sitting with a place and cases new to them. Errors: `exam_not_found` (also a sponsor's
 * whose projects they have nothing to do with), `no_sitting`, and `not_eligible` with every reason, as for any batch.
 */
export async function sitExam(ctx: OrgContext, input: { examId: string }): Promise<{ batchId: string }> {
  const { actor } = requireVerifiedOrg(ctx);
  const exam = await findExam(ctx.db, input.examId);
  if (exam === null || !(await isFor(ctx, exam))) throw noExam();
  const sittings = await listSittings(ctx.db, [exam.id]);
  const sitting = await chooseSitting(ctx.db, { examId: exam.id, personId: actor.personId, sittings });
  if (sitting === null)
    throw new AppError({ kind: 'precondition', reason: 'no_sitting', message: noSittingWords(sittings) });
  if (!sitting.hasBegun) await engage(ctx, sitting);
  await joinBatch(ctx, { batchId: sitting.batchId, tier: 'label' });
  return { batchId: sitting.batchId };
}

/** The platform's exams are for everybody, a sponsor's for people who work, or are to work, in its projects. */
async function isFor(ctx: OrgContext, exam: GeneralExam): Promise<boolean> {
  if (exam.owner.kind === 'platform' || exam.ownerOrgId === ctx.actor.orgId) return true;
  return (await listEngagingSponsors(ctx.db, ctx.actor.personId)).includes(exam.ownerOrgId);
}

async function engage(ctx: OrgContext, { projectId }: Sitting): Promise<void> {
  const { personId, orgId: viaOrgId } = ctx.actor;
  await transact(ctx, async (tx) => {
    const roles = ['examinee', 'annotator'] as const;
    const held = await findEngagements(tx.db, { projectId, personId, viaOrgId, roles });
    if (held.length === 0) await engagePerson(tx, { projectId, personId, viaOrgId, role: 'examinee' });
  });
}

/** Why there is no sitting to take. */
export function noSittingWords(sittings: readonly Sitting[]): string {
  const open = sittings.filter((one) => one.status === 'open');
  if (open.length === 0) return 'No sitting of this exam is open at the moment. Look again later.';
  return open.every((one) => one.taken >= one.places)
    ? 'Every place of this exam is taken at the moment. Look again when the next sitting opens.'
    : 'The sittings that are open hold cases that you have met. Look again when another opens.';
}
