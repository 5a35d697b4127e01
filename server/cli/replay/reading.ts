import { randomUUID } from 'node:crypto';
import type { Api } from './api-client.ts';
import { inParallel, type Person } from './people.ts';
import { GRADE_FIELD } from './sponsor-steps.ts';

export type ReadingPerson = Person & { worker: string };

const PREFETCH = 3;

/** What the published study says of its assistant; the reads are marked as assisted (R11). */
const PRELABEL = { id: 'published', model: 'study-assistant', version: 'as-published' };

/**
 * Everyone reads their cases in a batch, at most `concurrency` people at once: join, claim, open the case, answer as the
 * study's reader did, submit and take the next. Calls `onRead` after each read.
 */
export async function readBatch(input: {
  batchId: string;
  people: readonly ReadingPerson[];
  answers: ReadonlyMap<string, ReadonlyMap<string, string>>;
  concurrency: number;
  assisted: boolean;
  onRead: () => void;
}): Promise<number> {
  const counts = await inParallel(input.people, input.concurrency, async (person) => {
    await person.api.work.join.mutate({ batchId: input.batchId, tier: 'label' });
    return readAll(person.api, input.batchId, input.answers.get(person.worker) ?? new Map(), input);
  });
  return counts.reduce((a, b) => a + b, 0);
}

async function readAll(
  api: Api,
  batchId: string,
  own: ReadonlyMap<string, string>,
  input: { assisted: boolean; onRead: () => void },
): Promise<number> {
  let reads = 0;
  let { leases, retryAfterMs } = await api.work.claim.mutate({ batchId, tier: 'label', limit: PREFETCH });
  for (let idle = 0; ; ) {
    const lease = leases.shift();
    if (!lease) {
      if (reads >= own.size || idle > 20) return reads;
      idle += 1;
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs ?? 250));
      ({ leases, retryAfterMs } = await api.work.claim.mutate({ batchId, tier: 'label', limit: PREFETCH }));
      continue;
    }
    idle = 0;
    const opened = await api.work.case.mutate({ batchId, leaseId: lease.leaseId });
    const slide = opened.assets.find((asset) => asset.name === 'slide');
    const task = slide?.content.kind === 'text' ? slide.content.text.replace(/^Case /, '') : '';
    const label = own.get(task);
    if (label === undefined) {
      await api.work.skip.mutate({
        batchId,
        leaseId: lease.leaseId,
        reason: 'other',
        note: 'Not read in the study.',
      });
      continue;
    }
    const { next } = await api.work.submitAndNext.mutate({
      batchId,
      leaseId: lease.leaseId,
      labelId: randomUUID(),
      answers: { [GRADE_FIELD]: label },
      labelOrigin: input.assisted ? 'prelabel_changed' : 'manual',
      shown: {
        assetIds: opened.assets.map((asset) => asset.assetId),
        contextFields: [],
        prelabel: input.assisted ? PRELABEL : null,
      },
      appBuild: 'replay',
      viewport: 'none',
      activeMs: 0,
      limit: Math.max(1, PREFETCH - leases.length),
    });
    reads += 1;
    input.onRead();
    leases.push(...next.leases);
    retryAfterMs = next.retryAfterMs;
  }
}
