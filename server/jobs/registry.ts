import { expireAgreementsJob, revokeAccessJob } from '#server/agreements/jobs.ts';
import { expireCredentialsJob } from '#server/credentials/jobs.ts';
import { forgetSignInFailuresJob } from '#server/identity/jobs.ts';
import { postAccrualsJob } from '#server/ledger/jobs.ts';
import { sendMailJob } from '#server/notifications/jobs.ts';
import { executeRunJob, processStripeEventJob } from '#server/payouts/jobs.ts';
import type { JobDefinition } from './job.ts';

/** Every kind of background work; each domain adds its jobs here, one line each. */
export const JOBS: readonly JobDefinition[] = [
  expireAgreementsJob,
  revokeAccessJob,
  expireCredentialsJob,
  forgetSignInFailuresJob,
  sendMailJob,
  postAccrualsJob,
  executeRunJob,
  processStripeEventJob,
];
