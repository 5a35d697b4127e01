import type { CommandContext } from '#server/command/context.ts';
import { type CommandTx, transact } from '#server/command/transaction.ts';
import { findExam } from '#server/credentials/general-exam-reads.ts';
import { grantExamPass } from '#server/credentials/grant-exam-pass.ts';
import { recordQualification } from '#server/credentials/record-qualification.ts';
import { eachBatch } from '#server/jobs/each-batch.ts';
import { notifyPerson } from '#server/notifications/notify-person.ts';
import { examVerdict, isTry } from './claim-rules.ts';
import { countExam, insertAttempt, listAttempts, listUnconcluded } from './exam-queries.ts';
import { type Batch, getBatch } from './reads.ts';

/**
 * Ends an exam or training for a person who has been through all its cases: the attempt with its verdict (R10) is written
 * down, and a pass becomes a qualification that eligibility and terms read. A training is passed by being read to its end.
 * Nothing happens before, while a wrong known answer is taken back (the standing job comes again), or a second time. Returns the verdict, or null while there is none.
 */
export async function concludeExam(
  ctx: CommandContext,
  of: { batchId: string; annotatorId: string },
): Promise<'pass' | 'inconclusive' | 'fail' | null> {
  return transact(ctx, async (tx) => {
    const batch = await getBatch(tx.db, of.batchId);
    const { kind, protocolVersionId, generalExamId } = batch;
    if (kind !== 'exam' && kind !== 'training') return null;
    const count = await countExam(tx.db, of);
    if (count === null || count.left > 0 || count.isRegraded) return null;
    const cases = count.judged + count.givenUp;
    const level = kind === 'exam' ? (batch.passLevelBasisPoints ?? 0) / 10_000 : 0;
    const score = examVerdict(count.right, cases, level);
    const on = generalExamId === null ? { protocolVersionId } : { generalExamId };
    const before = await listAttempts(tx.db, { annotatorId: of.annotatorId, on });
    const attempt = before.filter((one) => one.kind === kind).length + 1;
    const verdict = kind === 'training' ? 'pass' : score.verdict;
    const isNew = await insertAttempt(tx.db, {
      ...of,
      kind,
      protocolVersionId,
      generalExamId,
      attempt,
      cases,
      correct: count.right,
      passLevel: level,
      lower: score.lower,
      upper: score.upper,
      verdict,
      finishedAt: tx.now,
    });
    if (!isNew) return null;
    if (verdict === 'pass')
      await keepPass(tx, { batch, ...of, correct: count.right, cases, attempt, ...score });
    await notifyPerson(tx, {
      personId: of.annotatorId,
      kind: `work.${kind}_${verdict}`,
      title: titleOf(kind, verdict, isTry({ verdict, cases, takenOut: count.takenOut, passLevel: level })),
      href: '/work/qualifications',
      detail: { batchId: of.batchId, verdict },
    });
    await tx.audit({
      action: 'work.exam_concluded',
      subject: { kind: 'batch', id: of.batchId },
      detail: { personId: of.annotatorId, kind, attempt, verdict, n: cases },
    });
    return verdict;
  });
}

/**
 * A pass of an exam on a protocol is a qualification for that version; of a general one a credential that rules can name. Of one that was
 * won before, `passedAt`; false where that has ended since.
 */
export async function keepPass(
  tx: CommandTx,
  of: {
    batch: Batch;
    batchId: string;
    annotatorId: string;
    correct: number;
    cases: number;
    attempt: number;
    lower: number;
    upper: number;
    passedAt?: Date;
  },
): Promise<boolean> {
  const { batch, annotatorId: personId, correct, cases, passedAt = tx.now } = of;
  const exam = batch.generalExamId === null ? null : await findExam(tx.db, batch.generalExamId);
  if (exam !== null) return (await grantExamPass(tx, { exam, personId, correct, cases, passedAt })) !== null;
  await recordQualification(tx, {
    personId,
    kind: batch.kind === 'exam' ? 'exam' : 'protocol_training',
    protocolVersionId: batch.protocolVersionId,
    score: { correct, n: cases, lower: of.lower, upper: of.upper, batchId: of.batchId },
    attempts: of.attempt,
    passedAt,
  });
  return true;
}

/** What somebody reads whose sitting was left with too few cases (R7). */
export const NO_TRY =
  'too few of its cases are left to pass on, so it does not count as a try; you can take it again on other cases';

function titleOf(
  kind: 'exam' | 'training',
  verdict: 'pass' | 'inconclusive' | 'fail',
  isTried: boolean,
): string {
  if (kind === 'training') return 'You have completed a training; work that asks for it is open to you';
  if (verdict === 'pass') return 'You have passed an exam; work that asks for it is open to you';
  if (!isTried) return `Your exam is marked: ${NO_TRY}`;
  return 'Your exam is marked: it is not passed this time; see your result and when you can try again';
}

/** Every minute: results that a crash between the last case and its marking left open. */
export async function concludeExams(ctx: CommandContext): Promise<{ concluded: number }> {
  let concluded = 0;
  const left = Map.groupBy(await listUnconcluded(ctx.db), (of) => of.batchId);
  await eachBatch(ctx, [...left.keys()], async (batchId) => {
    for (const of of left.get(batchId) ?? []) if ((await concludeExam(ctx, of)) !== null) concluded += 1;
  });
  return { concluded };
}
