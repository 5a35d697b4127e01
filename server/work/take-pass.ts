import type { CommandTx } from '#server/command/transaction.ts';
import { endExamQualification, revokeExamPass } from '#server/credentials/end-exam-pass.ts';
import { findExam } from '#server/credentials/general-exam-reads.ts';
import { hasQualification } from '#server/credentials/reads.ts';
import { dayOf } from '#server/credentials/rules.ts';
import { closeWorkWithout, lookAgainAtClaims } from './close-work-without.ts';
import { keepPass } from './conclude-exam.ts';
import { type ExamAttempt, listMarkings, listPassesOn } from './exam-queries.ts';
import { type Batch, getBatch } from './reads.ts';
import { hasPassedSince } from './regrade-exam.ts';
import { passedAt } from './regrade-rules.ts';

/** What became of a pass that was taken: it has ended, another sitting that is passed gives it now, or nothing rested on it. */
export type TakenOutcome = 'ended' | 'passed_elsewhere' | 'nothing_rested';

type Taken = { batch: Batch; markings: readonly ExamAttempt[]; asked: ExamAttempt; decidedBy: string };

/**
 * Ends what a pass has opened: at the next claim of an exam on a protocol, as a lost credential of a general one (R27). Where the person
 * has passed on another sitting, whose pass was not kept as this one stood, that one is given instead: else they would hold none, and
 * could try no more because they have passed. Under `lockPasses`.
 */
export async function takePass(tx: CommandTx, of: Taken): Promise<TakenOutcome> {
  const { batch, asked, decidedBy } = of;
  const personId = asked.annotatorId;
  const exam = batch.generalExamId === null ? null : await findExam(tx.db, batch.generalExamId);
  if (exam === null) return takeQualification(tx, of);
  // A later sitting gives the pass that is in force; this one ends nothing then.
  if (await hasPassedSince(tx, asked)) return 'nothing_rested';
  const wonAt = passedAt(of.markings);
  // Given in the place of a taken one it may have been dated as of the sitting itself (`giveOtherPass`).
  const passedOn = [dayOf(wonAt), dayOf(asked.finishedAt)];
  const note = `Marked anew after a known answer was wrong: ${asked.correct} of ${asked.cases} right.`;
  const revoked = await revokeExamPass(tx, { exam, personId, passedOn, note, decidedBy });
  if (revoked === null) return 'nothing_rested';
  await lookAgainAtClaims(tx, personId);
  // Every other pass is of a sitting that had ended before this one was passed, and its answers pass as they were given, without what was
  // wrongly gold (R7). So whoever read since had shown what the exam asks for: nothing closes, and no labels are listed (R27).
  if (await giveOtherPass(tx, asked, wonAt)) return 'passed_elsewhere';
  await closeWorkWithout(tx, { personId, ...revoked });
  return 'ended';
}

async function takeQualification(tx: CommandTx, { batch, markings, asked }: Taken): Promise<TakenOutcome> {
  const { id: batchId, protocolVersionId } = batch;
  const personId = asked.annotatorId;
  const isEnded = await endExamQualification(tx, { personId, protocolVersionId, batchId });
  const held = { personId, kind: 'exam' as const, protocolVersionId, now: tx.now };
  const isHeld =
    (await hasQualification(tx.db, held)) || (await giveOtherPass(tx, asked, passedAt(markings)));
  if (isEnded) await lookAgainAtClaims(tx, personId);
  return isEnded ? (isHeld ? 'passed_elsewhere' : 'ended') : 'nothing_rested';
}

/**
 * Keeps the newest pass of another sitting of the same exam, as of when it was won; one that was won only by being marked anew while the
 * taken pass stood, as of the sitting itself: the correction counts back (R7). False where there is none that still holds.
 */
async function giveOtherPass(tx: CommandTx, taken: ExamAttempt, takenWonAt: Date): Promise<boolean> {
  for (const one of (await listPassesOn(tx.db, taken)).toReversed()) {
    const batch = await getBatch(tx.db, one.batchId);
    const { batchId, annotatorId, correct, cases, attempt, lower, upper } = one;
    const wonAt = passedAt(await listMarkings(tx.db, one));
    const pass = { batch, batchId, annotatorId, correct, cases, attempt, lower, upper };
    if (await keepPass(tx, { ...pass, passedAt: wonAt <= takenWonAt ? wonAt : one.finishedAt })) return true;
  }
  return false;
}
