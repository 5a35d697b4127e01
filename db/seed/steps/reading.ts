import { randomUUID } from 'node:crypto';
import type { Api } from './door.ts';
import { inParallel, type Person } from './people.ts';

type Answers = Parameters<Api['work']['submit']['mutate']>[0]['answers'];

/** What a person answers to a case in a round, by the case's own text; null when they would skip it. */
export type Answer = { answers: Answers; activeMs: number; confidence?: number } | null;

export type ReadInput = {
  batchId: string;
  people: readonly Person[];
  answer: (person: Person, caseText: string, round: number) => Answer;
  concurrency: number;
  /** Model and version of the pre-label that was shown (R11); none when the reads are independent. */
  prelabel?: { id: string; model: string; version: string };
  /** Stops a person after so many reads; all there is when left out. */
  limit?: number;
  onRead?: () => void;
};

const PREFETCH = 3;

/**
 * People read their cases in a batch, at most `concurrency` of them at once: join, claim, open each case, answer, submit and
 * take the next, until nothing more comes. Returns the number of reads.
 */
export async function readBatch(input: ReadInput): Promise<number> {
  const counts = await inParallel(input.people, input.concurrency, async (person) => {
    await person.api.work.join.mutate({ batchId: input.batchId, tier: 'label' });
    return readAll(person, input);
  });
  return counts.reduce((a, b) => a + b, 0);
}

async function readAll(person: Person, input: ReadInput): Promise<number> {
  const { batchId } = input;
  const claim = (limit: number) => person.api.work.claim.mutate({ batchId, tier: 'label', limit });
  let reads = 0;
  const first = await claim(PREFETCH);
  const leases = [...first.leases];
  for (let idle = 0; reads < (input.limit ?? Number.POSITIVE_INFINITY); ) {
    const lease = leases.shift();
    if (!lease) {
      const more = await claim(PREFETCH);
      leases.push(...more.leases);
      // Others' leases may still come back; nothing to wait for ends it.
      if (more.leases.length > 0) idle = 0;
      else if (more.retryAfterMs === null || idle >= 5) break;
      else {
        idle += 1;
        await new Promise((resolve) => setTimeout(resolve, Math.min(more.retryAfterMs ?? 200, 500)));
      }
      continue;
    }
    const { leaseId } = lease;
    const opened = await person.api.work.case.query({ batchId, leaseId });
    const text = opened.assets
      .flatMap((asset) => (asset.content.kind === 'text' ? [asset.content.text] : []))
      .join('\n');
    const answer = input.answer(person, text, lease.round);
    if (answer === null) {
      await person.api.work.skip.mutate({ batchId, leaseId, reason: 'other', note: 'Not read.' });
      continue;
    }
    const isLast = reads + 1 + leases.length >= (input.limit ?? Number.POSITIVE_INFINITY);
    const { next } = await person.api.work.submitAndNext.mutate({
      batchId,
      leaseId,
      labelId: randomUUID(),
      answers: answer.answers,
      activeMs: answer.activeMs,
      confidence: answer.confidence ?? null,
      labelOrigin: input.prelabel ? 'prelabel_changed' : 'manual',
      receipt: opened.receipt,
      shown: { prelabel: input.prelabel ?? null },
      appBuild: 'replay',
      viewport: 'none',
      limit: isLast ? 0 : 1,
    });
    reads += 1;
    input.onRead?.();
    leases.push(...next.leases);
  }
  if (leases.length > 0)
    await person.api.work.release.mutate({ batchId, leaseIds: leases.map((lease) => lease.leaseId) });
  return reads;
}
