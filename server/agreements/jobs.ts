import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { ensureGateRequirements } from './ensure-gate-requirements.ts';
import { ensureTemplates } from './ensure-templates.ts';
import { expireAgreements } from './expire-agreements.ts';
import { revokeAccess, revokePersonAccess } from './revoke-access.ts';

/** Runs once an agreement has ended or an attestation was taken back: revokes the leases that rested on it. */
export const revokeAccessJob = defineJob({
  name: 'agreements.revoke-access',
  payload: z.union([
    z.object({ agreementId: z.uuid() }),
    z.object({ personId: z.uuid(), viaOrgId: z.uuid() }),
  ]),
  run: async (ctx, payload) => {
    await ('agreementId' in payload ? revokeAccess(ctx, payload) : revokePersonAccess(ctx, payload));
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

/** At every start of a worker and hourly: the shipped texts and access rules are there, also after an upgrade. */
export const ensureTextsJob = defineJob({
  name: 'agreements.ensure-texts',
  payload: z.object({}),
  run: async (ctx) => {
    await ensureTemplates(ctx.db, ctx.clock.now());
    await ensureGateRequirements(ctx.db);
  },
  every: { seconds: 3600, payload: {} },
});
