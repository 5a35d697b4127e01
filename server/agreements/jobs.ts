import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { expireAgreements } from './expire-agreements.ts';
import { revokeAccess } from './revoke-access.ts';

/** Runs once an agreement has ended: takes back the leases that rested on it. */
export const revokeAccessJob = defineJob({
  name: 'agreements.revoke-access',
  payload: z.object({ agreementId: z.uuid() }),
  run: async (ctx, payload) => {
    await revokeAccess(ctx, payload);
  },
});

/** Every ten minutes: agreements whose end day has come are ended. */
export const expireAgreementsJob = defineJob({
  name: 'agreements.expire',
  payload: z.object({}),
  run: async (ctx) => {
    await expireAgreements(ctx);
  },
  every: { seconds: 600, payload: {} },
});
