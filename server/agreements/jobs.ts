import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { ensureGateRequirements } from './ensure-gate-requirements.ts';
import { ensureTemplates } from './ensure-templates.ts';
import { expireAgreements } from './expire-agreements.ts';
import { remindOfEnds } from './remind-of-ends.ts';
import { revokeAccess } from './revoke-access.ts';
import { revokeEnded, revokeWhereShut } from './revoke-where-shut.ts';

/**
 * Runs once an agreement has ended, or one that limits countries begins, an attestation was taken back, an organisation was suspended, a
 * member has left, an assessment of a transfer, an access rule or a project's countries have changed: revokes the leases that rested on
 * it (R27).
 */
export const revokeAccessJob = defineJob({
  name: 'agreements.revoke-access',
  payload: z.union([
    z.object({ agreementId: z.uuid() }),
    z.object({ personId: z.uuid(), viaOrgId: z.uuid() }),
    z.object({ orgId: z.uuid() }),
    z.object({ dataClass: z.string() }),
    z.object({ projectId: z.uuid() }),
  ]),
  run: async (ctx, payload) => {
    await ('agreementId' in payload ? revokeAccess(ctx, payload) : revokeWhereShut(ctx, payload));
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

/** Every hour: leases that rest on what ended by its date, at midnight (UTC), are revoked. */
export const revokeEndedJob = defineJob({
  name: 'agreements.revoke-ended',
  payload: z.object({}),
  run: revokeEnded,
  every: { seconds: 3600, payload: {} },
});

/** Every six hours: both sides are told of agreements that end in 90 and 30 days and on the day. */
export const remindOfEndsJob = defineJob({
  name: 'agreements.remind',
  payload: z.object({}),
  run: async (ctx) => {
    await remindOfEnds(ctx);
  },
  every: { seconds: 21_600, payload: {} },
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
