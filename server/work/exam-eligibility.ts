import type { Queryable } from '#db/client.ts';
import { allow, type Decision, refuse } from '#server/command/decision.ts';
import { DAY, plus } from '#server/core/clock.ts';
import { EXAM_ATTEMPTS } from './claim-rules.ts';
import { findExamUnderWay, listAttempts, shareCases } from './exam-queries.ts';
import type { Batch } from './reads.ts';
import type { Tier } from './rules.ts';

/**
 * May this person take this exam or training? An exam on a protocol version can be tried once more, after a time and on
 * other cases; a passed or finished one not again. True for every other batch.
 */
export async function decideExam(
  q: Queryable,
  batch: Batch,
  who: { personId: string; tier: Tier; now: Date },
): Promise<Decision> {
  if ((batch.kind !== 'exam' && batch.kind !== 'training') || who.tier !== 'label') return allow('');
  const of = { annotatorId: who.personId, protocolVersionId: batch.protocolVersionId };
  const attempts = (await listAttempts(q, of)).filter((one) => one.kind === batch.kind);
  const here = attempts.find((one) => one.batchId === batch.id);
  if (here !== undefined)
    return no(
      'finished',
      `You have finished this ${batch.kind}${batch.kind === 'exam' ? '; your result is on the page of your qualifications' : ''}.`,
    );
  if (batch.kind === 'training') return allow('');
  if (attempts.some((one) => one.verdict === 'pass'))
    return no('passed', 'You have passed the exam on this version of the protocol already.');
  if (attempts.length >= EXAM_ATTEMPTS)
    return no(
      'no_retry',
      'You have taken the exam on this version of the protocol twice. It can be taken again on its next version.',
    );
  const underWay = await findExamUnderWay(q, { ...of, batchId: batch.id });
  if (underWay !== null) return no('under_way', `Finish the exam that you have begun first: ${underWay}.`);
  const last = attempts.at(-1);
  if (last === undefined) return allow('');
  const from = plus(last.finishedAt, batch.retryAfterDays * DAY);
  if (who.now < from)
    return no('wait', `You can take the exam once more, from ${from.toISOString().slice(0, 10)} on.`);
  if (await shareCases(q, last.batchId, batch.id))
    return no(
      'same_cases',
      'This exam holds cases of the one you have taken. A second try is on other cases.',
    );
  return allow('');
}

const no = (code: string, message: string) =>
  refuse({ code: `exam.${code}`, message, href: '/work/qualifications' });
