import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { executeRun } from './execute-run.ts';
import { paymentGateway } from './gateway.ts';
import { processStripeEvent } from './process-stripe-event.ts';
import { runReconciliation } from './run-reconciliation.ts';

/** Calls the rails for a payout run. */
export const executeRunJob = defineJob({
  name: 'payouts.execute-run',
  payload: z.object({ runId: z.uuid() }),
  run: (ctx, payload) => executeRun(ctx, paymentGateway(), payload),
});

/** Works off one webhook event. */
export const processStripeEventJob = defineJob({
  name: 'payouts.process-stripe-event',
  payload: z.object({ eventId: z.string() }),
  run: (ctx, payload) => processStripeEvent(ctx, paymentGateway(), payload),
});

/** Every hour: the books, the rail's balance and its transfers. What differs is on the operator's page. */
export const reconcileJob = defineJob({
  name: 'payouts.reconcile',
  payload: z.object({}),
  every: { seconds: 3600, payload: {} },
  run: async (ctx) => {
    await runReconciliation(ctx, paymentGateway());
  },
});
