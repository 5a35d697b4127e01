import { z } from 'zod';

export const health = z.object({
  at: z.date(),
  openSessions: z.number().int(),
  jobsWaiting: z.number().int(),
  checks: z.array(
    z.object({
      name: z.enum(['jobs', 'mail', 'ledger', 'roll_ups']),
      state: z.enum(['good', 'attention', 'critical']),
      finding: z.string(),
    }),
  ),
});
