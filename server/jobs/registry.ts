import {
  ensureTextsJob,
  expireAgreementsJob,
  remindOfEndsJob,
  revokeAccessJob,
  revokeEndedJob,
} from '#server/agreements/jobs.ts';
import {
  checkLargeBatchesJob,
  measureAgainJob,
  renewScoresJob,
  rollUpJob,
  scoreLiveBatchesJob,
} from '#server/analytics/jobs.ts';
import { remindOfAppealsJob } from '#server/appeals/jobs.ts';
import { endCallsJob, expireBidsJob } from '#server/bids/jobs.ts';
import { askRepricingJob, measureSlaJob, takeCreditsJob } from '#server/contracts/jobs.ts';
import {
  expireCredentialsJob,
  recheckCredentialsJob,
  remindExpiringJob,
  watchDelegationsJob,
} from '#server/credentials/jobs.ts';
import { remindOfEvidenceJob } from '#server/datasets/jobs.ts';
import { forgetBytesJob } from '#server/files/jobs.ts';
import { takeBackGoldJob } from '#server/gold/jobs.ts';
import { forgetMailLinksJob, forgetSignInFailuresJob, sendPasswordResetJob } from '#server/identity/jobs.ts';
import { settleTasksJob } from '#server/labels/jobs.ts';
import { checkLedgerJob, postAccrualsJob } from '#server/ledger/jobs.ts';
import { sendMailJob } from '#server/notifications/jobs.ts';
import { executeRunJob, processStripeEventJob, reconcileJob } from '#server/payouts/jobs.ts';
import { closeOverduePilotsJob, lapseRetriesJob } from '#server/pilots/jobs.ts';
import {
  checkAllNpisJob,
  clearReplacedJob,
  lookAtPersonJob,
  rescreenJob,
  screenEverybodyJob,
} from '#server/registers/jobs.ts';
import { handOverOverdueJob } from '#server/routing/jobs.ts';
import {
  checkReadsJob,
  keepScoresJob,
  noticeCheckpointsJob,
  remindDecidersJob,
  renewGatheredJob,
} from '#server/scores/jobs.ts';
import { endOffersJob, solveRosterJob } from '#server/staffing/jobs.ts';
import { expireEvidenceJob } from '#server/vendors/jobs.ts';
import {
  acceptAfterPeriodJob,
  concludeExamsJob,
  countLargeBatchesJob,
  coverReservesJob,
  discardBatchJob,
  loadBatchJob,
  raiseEdgeCasesJob,
  reclaimLeasesJob,
  remindOfFlagsJob,
  removeDraftsJob,
  tellClarifiedJob,
  tellOfRepeatsJob,
  tellOfStrandedJob,
} from '#server/work/jobs.ts';
import type { JobDefinition } from './job.ts';

/** Every kind of background work; each domain adds its jobs here, one line each. */
export const JOBS: readonly JobDefinition[] = [
  ensureTextsJob,
  expireAgreementsJob,
  remindOfEndsJob,
  revokeAccessJob,
  revokeEndedJob,
  expireCredentialsJob,
  remindExpiringJob,
  recheckCredentialsJob,
  watchDelegationsJob,
  remindOfEvidenceJob,
  forgetBytesJob,
  screenEverybodyJob,
  rescreenJob,
  lookAtPersonJob,
  checkAllNpisJob,
  clearReplacedJob,
  endCallsJob,
  expireBidsJob,
  closeOverduePilotsJob,
  lapseRetriesJob,
  measureSlaJob,
  takeCreditsJob,
  askRepricingJob,
  expireEvidenceJob,
  forgetSignInFailuresJob,
  forgetMailLinksJob,
  sendPasswordResetJob,
  sendMailJob,
  reclaimLeasesJob,
  remindOfFlagsJob,
  remindOfAppealsJob,
  removeDraftsJob,
  tellClarifiedJob,
  tellOfRepeatsJob,
  tellOfStrandedJob,
  concludeExamsJob,
  settleTasksJob,
  countLargeBatchesJob,
  coverReservesJob,
  raiseEdgeCasesJob,
  rollUpJob,
  checkLargeBatchesJob,
  scoreLiveBatchesJob,
  takeBackGoldJob,
  measureAgainJob,
  renewScoresJob,
  keepScoresJob,
  noticeCheckpointsJob,
  handOverOverdueJob,
  solveRosterJob,
  endOffersJob,
  checkReadsJob,
  remindDecidersJob,
  renewGatheredJob,
  acceptAfterPeriodJob,
  loadBatchJob,
  discardBatchJob,
  postAccrualsJob,
  checkLedgerJob,
  executeRunJob,
  processStripeEventJob,
  reconcileJob,
];
