import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { acceptAfterPeriod } from './accept-after-period.ts';
import { concludeExams } from './conclude-exam.ts';
import { countLargeBatches } from './count-progress.ts';
import { coverReserves } from './cover-reserve.ts';
import { removeDiscarded } from './discard-batch.ts';
import { raiseEdgeCases } from './escalate-case.ts';
import { loadBatch } from './load-batch.ts';
import { reclaimLeases } from './reclaim-leases.ts';
import { remindOfFlags } from './remind-of-flags.ts';
import { removeDrafts } from './remove-drafts.ts';
import { tellClarified } from './tell-clarified.ts';
import { tellOfRepeats } from './tell-of-repeats.ts';
import { tellOfStranded } from './tell-of-stranded.ts';

/** When a version that breaks nothing is signed: its readers learn what it says more clearly (R24). */
export const tellClarifiedJob = defineJob({
  name: 'work.tell-clarified',
  payload: z.object({ protocolVersionId: z.uuid() }),
  run: async (ctx, payload) => {
    await tellClarified(ctx, payload);
  },
});

/**
 * Every three seconds: leases that ran out go back to the queue. A slot is to wait for five seconds at most, and what runs out as a pass
 * begins waits for it, the pause after it and the next (bench/claims/killed.ts).
 */
export const reclaimLeasesJob = defineJob({
  name: 'work.reclaim-leases',
  payload: z.object({}),
  run: async (ctx) => {
    await reclaimLeases(ctx);
  },
  every: { seconds: 3, payload: {} },
});

/** Every five minutes: reads whose review period is over are accepted (R30). */
export const acceptAfterPeriodJob = defineJob({
  name: 'work.accept-after-period',
  payload: z.object({}),
  run: async (ctx) => {
    await acceptAfterPeriod(ctx);
  },
  every: { seconds: 300, payload: {} },
});

/** Every fifteen seconds: batches whose reservation returns have used up go on where their project holds the money (ADR 034). */
export const coverReservesJob = defineJob({
  name: 'work.cover-reserves',
  payload: z.object({}),
  run: async (ctx) => {
    await coverReserves(ctx);
  },
  every: { seconds: 15, payload: {} },
});

/** Every two seconds: cases by state of large batches, for the pages that show them. */
export const countLargeBatchesJob = defineJob({
  name: 'work.count-large-batches',
  payload: z.object({}),
  run: async (ctx) => {
    await countLargeBatches(ctx);
  },
  every: { seconds: 2, payload: {} },
});

/** Loads what a large draft still lacks; also what a process that died has left. */
export const loadBatchJob = defineJob({
  name: 'work.load-batch',
  payload: z.object({ batchId: z.uuid() }),
  run: (ctx, { batchId }) => loadBatch(ctx, { batchId }),
});

/** Removes what a draft that was given up holds. */
export const discardBatchJob = defineJob({
  name: 'work.discard-batch',
  payload: z.object({ batchId: z.uuid() }),
  run: (ctx, { batchId }) => removeDiscarded(ctx, { batchId }),
});

/** Every minute: exams and trainings that are read to the end and not marked yet. */
export const concludeExamsJob = defineJob({
  name: 'work.conclude-exams',
  payload: z.object({}),
  run: async (ctx) => {
    await concludeExams(ctx);
  },
  every: { seconds: 60, payload: {} },
});

/** Every minute: cases that were asked about and have come to be disputed become edge cases for the clinical lead. */
export const raiseEdgeCasesJob = defineJob({
  name: 'work.raise-edge-cases',
  payload: z.object({}),
  run: async (ctx) => {
    await raiseEdgeCases(ctx);
  },
  every: { seconds: 60, payload: {} },
});

/** Every five minutes: whoever must answer what readers said is told when it is about to be due and when it is overdue (R24). */
export const remindOfFlagsJob = defineJob({
  name: 'work.remind-of-flags',
  payload: z.object({}),
  run: async (ctx) => {
    await remindOfFlags(ctx);
  },
  every: { seconds: 300, payload: {} },
});

/** Every hour: drafts of what was handed in go, and in the end all of a batch that was settled long ago. */
export const removeDraftsJob = defineJob({
  name: 'work.remove-drafts',
  payload: z.object({}),
  run: async (ctx) => {
    await removeDrafts(ctx);
  },
  every: { seconds: 3600, payload: {} },
});

/** Every hour: whose repeats of a batch come to be due is told so (R23). */
export const tellOfRepeatsJob = defineJob({
  name: 'work.tell-of-repeats',
  payload: z.object({}),
  run: async (ctx) => {
    await tellOfRepeats(ctx);
  },
  every: { seconds: 3600, payload: {} },
});

/** Every hour: the sponsor is told of cases whose next turn nobody engaged may take (R23, R25). */
export const tellOfStrandedJob = defineJob({
  name: 'work.tell-of-stranded',
  payload: z.object({}),
  run: async (ctx) => {
    await tellOfStranded(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
