import { z } from 'zod';
import { defineJob } from '#server/jobs/job.ts';
import { deliverMail } from './deliver-mail.ts';

export const sendMailJob = defineJob({
  name: 'notifications.send-mail',
  payload: z.object({ mailId: z.uuid() }),
  run: deliverMail,
});
