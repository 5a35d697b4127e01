import type { OrgContext } from '#server/command/context.ts';
import { AppError } from '#server/core/errors.ts';
import { type FlagDesk, isAtDesk } from './trouble-rules.ts';

const REFUSALS: Record<FlagDesk, string> = {
  clinical_lead:
    'This is for the clinical lead, who answers for what it may mean to a patient and to the protocol.',
  data: 'A technical problem is answered by whoever keeps the data: the project manager or the owner.',
  operator:
    'Protected information is looked into by the incident desk of the installation; its decision is the answer.',
};

/** Refuses everybody but the desk that must act on what was said (R24): an answer of another would end its reminders. */
export function assertDesk(ctx: OrgContext, desk: FlagDesk): void {
  if (isAtDesk(ctx.actor.capabilities, desk)) return;
  throw new AppError({ kind: 'forbidden', reason: 'not_your_desk', message: REFUSALS[desk] });
}
