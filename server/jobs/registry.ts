import { sendMailJob } from '#server/notifications/jobs.ts';
import type { JobDefinition } from './job.ts';

/** Every kind of background work; each domain adds its jobs here, one line each. */
export const JOBS: readonly JobDefinition[] = [sendMailJob];
