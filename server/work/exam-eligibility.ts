import type { Queryable } from '#db/client.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { findExam, findPass } from '#server/credentials/general-exam-reads.ts';
import { tryRefusal } from '#server/credentials/general-exam-rules.ts';
import { dayOf } from '#server/credentials/rules.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { EXAM_ATTEMPTS, isTry } from './claim-rules.ts';
import { findExamUnderWay, listAttempts, listJoined, sharesCases } from './exam-queries.ts';
import { type Batch, findReader } from './reads.ts';
import type { Tier } from './rules.ts';

/**
 * May this person take this exam or training? An exam on a protocol version can be tried once more, after a time and on
 * other cases; a passed or finished one not again; a sitting that is no try (`isTry`) neither counts nor is waited for. True for every
 * other batch.
 */
export async function decideExam(
  q: Queryable,
  batch: Batch,
  who: { personId: string; tier: Tier; now: Date },
): Promise<Decision> {
  if ((batch.kind !== 'exam' && batch.kind !== 'training') || who.tier !== 'label') return allow('');
  if (batch.generalExamId !== null)
    return decideSitting(q, { batchId: batch.id, examId: batch.generalExamId, ...who });
  const of = { annotatorId: who.personId, on: { protocolVersionId: batch.protocolVersionId } };
  const attempts = (await listAttempts(q, of)).filter((one) => one.kind === batch.kind);
  const here = attempts.find((one) => one.batchId === batch.id);
  if (here !== undefined)
    return no(
      'finished',
      `You have finished this ${batch.kind}${batch.kind === 'exam' ? '; your result is on the page of your qualifications' : ''}.`,
    );
  if (batch.kind === 'training') return decideTraining(q, batch.id, who.personId);
  if (attempts.some((one) => one.verdict === 'pass'))
    return no('passed', 'You have passed the exam on this version of the protocol already.');
  const tries = attempts.filter(isTry);
  if (tries.length >= EXAM_ATTEMPTS)
    return no(
      'no_retry',
      'You have taken the exam on this version of the protocol twice. It can be taken again on its next version.',
    );
  const underWay = await findExamUnderWay(q, { ...of, batchId: batch.id });
  if (underWay !== null) return no('under_way', `Finish the exam that you have begun first: ${underWay}.`);
  const last = tries.at(-1);
  const from = last && plus(last.finishedAt, batch.retryAfterDays * DAY);
  if (from !== undefined && who.now < from)
    return no('wait', `You can take the exam once more, from ${sayDay(from)} on.`);
  const taken = attempts.map((one) => one.batchId);
  if (await sharesCases(q, batch.id, taken))
    return no(
      'same_cases',
      'This exam holds cases of one that you have taken. A further try is on other cases.',
    );
  return decideTaught(q, batch.id, who.personId);
}

/**
 * An exam of cases whose answers a training has shown somebody examines nothing (R21). None is made so (`taught-gold.ts`); this is for
 * what was there before. Who has begun goes on.
 */
async function decideTaught(q: Queryable, batchId: string, personId: string): Promise<Decision> {
  const joined = await listJoined(q, { annotatorId: personId, batchId, kind: 'training' });
  const shown = joined.map((one) => one.id);
  if (shown.length === 0 || !(await sharesCases(q, batchId, shown))) return allow('');
  if ((await findReader(q, { batchId, annotatorId: personId, tier: 'label' })) !== null) return allow('');
  return no(
    'answers_shown',
    'This exam holds cases of a training that you have joined, which shows their answers. An exam is on other cases.',
  );
}

/** Nor is an answer shown to who is being examined by it: that training waits until the exam is finished. */
async function decideTraining(q: Queryable, batchId: string, personId: string): Promise<Decision> {
  for (const exam of await listJoined(q, { annotatorId: personId, batchId, kind: 'exam' }))
    if (await sharesCases(q, batchId, [exam.id]))
      return no(
        'under_way',
        `This training shows answers of the exam that you have begun. Finish that first: ${exam.name}.`,
      );
  return allow('');
}

/**
 * May this person take this sitting of a general exam? As its own rule of tries and renewal says, on cases that none of their
 * earlier sittings had; who has begun goes on to the end, also when the exam has been closed meanwhile.
 */
async function decideSitting(
  q: Queryable,
  of: { batchId: string; examId: string; personId: string; now: Date },
): Promise<Decision> {
  const { batchId, examId, personId, now } = of;
  const exam = await findExam(q, examId);
  if (exam === null) return no('closed', 'This exam is not set any more.');
  const on = { generalExamId: examId };
  const attempts = await listAttempts(q, { annotatorId: personId, on });
  if (attempts.some((one) => one.batchId === batchId))
    return no('finished', 'You have finished this exam; your result is on the page of your qualifications.');
  const hasBegun = (await findReader(q, { batchId, annotatorId: personId, tier: 'label' })) !== null;
  if (hasBegun) return allow('');
  if (exam.status === 'closed') return no('closed', `This exam is closed: ${exam.statusReason ?? ''}`);
  const pass = await findPass(q, { personId, specialty: exam.specialty, today: dayOf(now) });
  const tries = attempts.filter(isTry);
  const refused = tryRefusal({ exam, attempts: tries, passUntil: pass?.expiresOn ?? null, now });
  if (refused !== null) return refuse(refused);
  const underWay = await findExamUnderWay(q, { annotatorId: personId, batchId, on });
  if (underWay !== null) return no('under_way', `Finish the exam that you have begun first: ${underWay}.`);
  const taken = attempts.map((one) => one.batchId);
  if (await sharesCases(q, batchId, taken))
    return no('same_cases', 'This sitting holds cases that you have met in an earlier one.');
  return decideTaught(q, batchId, personId);
}

const no = (code: string, message: string) =>
  refuse({ code: `exam.${code}`, message, href: '/work/qualifications' });
