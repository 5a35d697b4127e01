import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { getProject } from '#server/projects/reads.ts';
import { listDeciders } from '#server/scores/reads.ts';
import { examVerdict, isTry } from './claim-rules.ts';
import { keepPass, NO_TRY } from './conclude-exam.ts';
import {
  countExam,
  type ExamAttempt,
  insertAttempt,
  listFinished,
  listMarkings,
  listPassesOn,
  lockPasses,
} from './exam-queries.ts';
import { type Batch, getBatch } from './reads.ts';
import { nextMarking } from './regrade-rules.ts';

/**
 * Marks an exam anew for everybody who has finished it, after a known answer in it was taken back (R7). Nothing where nothing
 * changed, so it may be repeated; one person's failure keeps nobody else waiting.
 */
export async function regradeExams(
  ctx: CommandContext,
  input: { batchId: string },
): Promise<{ regraded: number }> {
  const { kind } = await getBatch(ctx.db, input.batchId);
  // A training is passed by being read to its end, whatever was right.
  if (kind !== 'exam') return { regraded: 0 };
  let regraded = 0;
  const failed: unknown[] = [];
  for (const annotatorId of await listFinished(ctx.db, input.batchId))
    try {
      if ((await regradeExam(ctx, { ...input, annotatorId })) !== null) regraded += 1;
    } catch (error) {
      failed.push(error);
    }
  // The job comes again, for those who are left.
  if (failed.length > 0) throw failed[0];
  return { regraded };
}

/**
 * Marks one person's finished exam anew, as if a withdrawn answer had never been gold: a further marking that takes the place of
 * the one before. A pass that it gives is kept as any pass. One that it would take waits for a person: until they have decided
 * nothing is taken (R26). Null where the count is as it was, or rests on an answer that is still being taken back.
 */
export async function regradeExam(
  ctx: CommandContext,
  of: { batchId: string; annotatorId: string },
): Promise<'recounted' | 'waits' | null> {
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, of.batchId);
    // Locks the reader's row, so that two at once come one after the other.
    const count = await countExam(tx.db, of);
    if (count === null || count.isRegraded) return null;
    await lockPasses(tx.db, of.annotatorId);
    const markings = await listMarkings(tx.db, of);
    const cases = count.judged + count.givenUp;
    const next = nextMarking(markings, { cases, correct: count.right });
    if (next === null) return null;
    const { before, last, regrade } = next;
    const score = examVerdict(count.right, cases, before.passLevel);
    await insertAttempt(tx.db, {
      ...before,
      ...score,
      cases,
      correct: count.right,
      revision: last.revision + 1,
      regrade,
      regradedAt: tx.now,
      decidedBy: null,
      reason: null,
    });
    const isNewPass = before.verdict !== 'pass' && score.verdict === 'pass';
    if (isNewPass && !(await hasPassedSince(tx, before)))
      await keepPass(tx, { batch, ...of, correct: count.right, cases, attempt: before.attempt, ...score });
    if (regrade === 'waits') await tellDeciders(tx, batch);
    const isFreed = isTry(before) && !isTry({ ...before, ...score, cases });
    const news = isNewPass ? 'pass' : regrade === 'waits' ? 'waits' : isFreed ? 'no_try' : null;
    if (news !== null) await tell(tx, { batch, personId: of.annotatorId, news });
    await tx.audit({
      action: 'work.exam_regraded',
      subject: { kind: 'batch', id: of.batchId },
      detail: { personId: of.annotatorId, from: before.verdict, to: score.verdict, regrade, n: cases },
    });
    return regrade;
  });
}

/** Whoever has passed on another try since has the pass already, and a later one is not put back. */
export async function hasPassedSince(tx: CommandTx, before: ExamAttempt): Promise<boolean> {
  const others = await listPassesOn(tx.db, before);
  return others.some((one) => one.finishedAt >= before.finishedAt);
}

/**
 * In plain words what has changed for the person, never which case it was (R21). Whoever stays as they were has been told with all
 * others that scores are computed again (`tell-regraded.ts`).
 */
async function tell(
  tx: CommandTx,
  of: { batch: Batch; personId: string; news: keyof typeof NEWS },
): Promise<void> {
  await notifyPerson(tx, {
    personId: of.personId,
    kind: `work.exam_regraded_${of.news}`,
    title: `A known answer in ${of.batch.name} was wrong, so your exam was marked anew${NEWS[of.news]}`,
    href: '/work/qualifications',
    detail: { batchId: of.batch.id },
  });
}

const NEWS = {
  pass: ': you have passed it, and work that asks for it is open to you',
  waits: '. So it would not be passed; your pass holds until a person has decided',
  no_try: `: ${NO_TRY}`,
};

async function tellDeciders(tx: CommandTx, batch: Batch): Promise<void> {
  const { orgId } = await getProject(tx.db, batch.projectId);
  for (const { personId } of await listDeciders(tx.db, orgId))
    await notifyPerson(tx, {
      personId,
      orgId,
      kind: 'work.exam_pass_in_doubt',
      title: `After a wrong known answer a pass of ${batch.name} would not be one any more. Decide whether it stays.`,
      href: `/sponsor/projects/${batch.projectId}/quality/inbox#passes`,
      detail: { batchId: batch.id },
    });
}
