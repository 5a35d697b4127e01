import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { checkAllNpis, checkNpisOfPerson } from './check-npi.ts';
import { clearAllRows } from './clear-rows.ts';
import { rescreenWhenDue, screenEverybody, screenPerson } from './screen-people.ts';

/** Asked for when a new exclusion list is made current. */
export const screenEverybodyJob = defineJob({
  name: 'registers.screen-everybody',
  payload: z.object({ cause: z.enum(['list_imported', 'operator']) }),
  run: async (ctx, payload) => {
    await screenEverybody(ctx, payload);
  },
});

/** Hourly: everybody again when the last screening of all is a month old, and one that was cut goes on. */
export const rescreenJob = defineJob({
  name: 'registers.rescreen',
  payload: z.object({}),
  run: async (ctx) => {
    await rescreenWhenDue(ctx);
  },
  every: { seconds: 3600, payload: {} },
});

/** Asked for when somebody opens an account, changes who they are, or claims a number: screened, and their NPI compared. */
export const lookAtPersonJob = defineJob({
  name: 'registers.look-at-person',
  payload: z.object({ personId: z.uuid() }),
  run: async (ctx, { personId }) => {
    await screenPerson(ctx, { personId, cause: 'person_changed' });
    await checkNpisOfPerson(ctx, { personId });
  },
});

/** Asked for when NPPES or NUCC was imported: every claimed NPI is compared again; only what changed is kept. */
export const checkAllNpisJob = defineJob({
  name: 'registers.check-all-npis',
  payload: z.object({}),
  run: async (ctx) => {
    await checkAllNpis(ctx);
  },
});

/** Hourly: deletes rows of imports that are out of use, should the import itself have been stopped before it did. */
export const clearReplacedJob = defineJob({
  name: 'registers.clear-replaced',
  payload: z.object({}),
  run: async (ctx) => {
    await clearAllRows(ctx);
  },
  every: { seconds: 3600, payload: {} },
});
