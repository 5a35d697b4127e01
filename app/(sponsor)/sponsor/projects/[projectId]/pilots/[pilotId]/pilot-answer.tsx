import type { inferRouterOutputs } from '@trpc/server';
import { isGivenUp } from '#app/_pilots/given-up.ts';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { givenUpWords } from './given-up-words.ts';

type Outputs = inferRouterOutputs<AppRouter>;
export type PilotDetail = Outputs['pilots']['detail'];
export type Scorecard = NonNullable<PilotDetail['scorecard']>;
export type BatchDetail = Outputs['work']['batch'];

/** The pilot's answer in one sentence: the verdict, what it hangs on, or how far the reading is. */
export function answerOfPilot(pilot: PilotDetail, batch: BatchDetail | null) {
  const { scorecard } = pilot;
  if (batch !== null && isGivenUp(pilot))
    return givenUpWords({
      done: batch.totals.firstReads,
      needed: batch.firstReadsNeeded,
      isOver: batch.status === 'settled' || batch.status === 'draft',
    });
  if (scorecard === null || pilot.status === 'reading') return readingAnswer(batch, againWord(pilot));
  const { criteria } = scorecard.results;
  const passed = criteria.filter((one) => one.verdict === 'pass').length;
  const failed = criteria.filter((one) => one.verdict === 'fail');
  const open = criteria.filter((one) => one.verdict === 'inconclusive');
  if (scorecard.verdict === 'pass') {
    return (
      <>
        <strong>Passed.</strong> All {counted(criteria.length, 'criterion', 'criteria')} clear their threshold
        with the near end of the interval.
      </>
    );
  }
  if (scorecard.verdict === 'fail') {
    return (
      <>
        <strong>Failed.</strong> {listed(failed.map((one) => one.label))}{' '}
        {failed.length === 1 ? 'does' : 'do'} not reach the threshold even at the far end of the interval;{' '}
        {passed} of {criteria.length} passed.
      </>
    );
  }
  return (
    <>
      <strong>Inconclusive.</strong> {passed} of {criteria.length} criteria passed; another sample could say
      otherwise for {listed(open.map((one) => one.label))}.
    </>
  );
}

/** What is read again: a retry on other cases, or more cases of the same pilot; null for the first reading. */
function againWord(pilot: PilotDetail): 'Retry' | 'Extension' | null {
  if (pilot.attempt > 1) return 'Retry';
  return pilot.batches.length > 1 ? 'Extension' : null;
}

function readingAnswer(batch: BatchDetail | null, again: 'Retry' | 'Extension' | null) {
  if (batch === null) return 'The pilot has no batch yet.';
  if (batch.status === 'draft') {
    const to = batch.replacedProtocol?.inForce;
    const first = to === undefined ? 'Fund' : `Move it to protocol version ${to}, fund`;
    return `Ordered. ${first} and open it, and its readers can start.`;
  }
  const done = batch.totals.firstReads;
  if (done === 0)
    return again
      ? `${again} ordered and open; nobody has read the new cases yet.`
      : 'Open, and nobody has read yet.';
  return (
    <>
      {again ? `${again}: ` : null}
      <strong>
        {done.toLocaleString('en')} of {batch.firstReadsNeeded.toLocaleString('en')}
      </strong>{' '}
      reads are in. Compute the scorecard when the reading is over.
    </>
  );
}

function listed(words: readonly string[]): string {
  if (words.length <= 2) return words.join(' and ');
  return `${words.slice(0, 2).join(', ')} and ${words.length - 2} more`;
}
