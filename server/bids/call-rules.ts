import { unreachable } from '#server/core/assert.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { sayDay, sayMinute } from '#server/notifications/say-day.ts';
import type { Visibility } from './call-schemas.ts';

export type CallStatus = 'draft' | 'open' | 'closed' | 'decided';
export type CallTimes = {
  status: CallStatus;
  closesAt: Date;
  isSealed: boolean;
  questionsUntil: Date | null;
};
export type InvitationStatus = 'asked' | 'invited' | 'declined' | 'withdrawn';

/** The state of a call at a moment: an open one is closed from its end on, whenever the job comes to write that down. */
export function callStatusAt(call: Pick<CallTimes, 'status' | 'closesAt'>, now: Date): CallStatus {
  return call.status === 'open' && now >= call.closesAt ? 'closed' : call.status;
}

/** Whether the sponsor may see no more of the bids than their number. Same condition as `sealedNow` in call-queries.ts. */
export function isSealedAt(call: CallTimes, now: Date): boolean {
  return call.isSealed && callStatusAt(call, now) === 'open';
}

/** Until when bidders may ask: the sponsor's choice, never past the end of the call. */
export function questionsEnd(call: Pick<CallTimes, 'closesAt' | 'questionsUntil'>): Date {
  const { questionsUntil, closesAt } = call;
  return questionsUntil !== null && questionsUntil < closesAt ? questionsUntil : closesAt;
}

/** Whether an organisation may bid, by who the call is for. */
export function mayBid(visibility: Visibility, invitation: InvitationStatus | null): boolean {
  switch (visibility) {
    case 'public':
      return true;
    case 'invited':
    case 'private':
      return invitation === 'invited';
    default:
      return unreachable(visibility);
  }
}

/** What keeps the end of a call from being moved, all at once; empty when it may be. */
export function extensionProblems(input: {
  call: CallTimes;
  to: Date;
  deadline: string;
  now: Date;
}): ErrorDetail[] {
  const { call, to, deadline, now } = input;
  const status = callStatusAt(call, now);
  if (status !== 'open') {
    return [
      {
        code: 'call_not_open',
        message: `The call ended on ${sayMinute(call.closesAt)}; an end that has passed is not moved. Open another call.`,
      },
    ];
  }
  const problems: ErrorDetail[] = [];
  if (to <= call.closesAt) {
    problems.push({
      code: 'extension_earlier',
      path: 'closesAt',
      message: `The call is open until ${sayMinute(call.closesAt)}; bidders rely on that. Choose a later end.`,
    });
  }
  if (to.toISOString().slice(0, 10) > deadline) {
    problems.push({
      code: 'closes_after_deadline',
      path: 'closesAt',
      message: `The call would close after the project's deadline ${sayDay(deadline)}.`,
    });
  }
  return problems;
}

/** Why a question is not taken; null when it is. At most twenty open ones of one organisation. */
export function questionProblem(input: {
  call: CallTimes;
  openOfAsker: number;
  now: Date;
}): ErrorDetail | null {
  const { call, openOfAsker, now } = input;
  const until = questionsEnd(call);
  if (callStatusAt(call, now) !== 'open' || now >= until) {
    return {
      code: 'questions_ended',
      path: 'question',
      message: `Questions were taken until ${sayMinute(until)}. What was answered stays in the bid room.`,
    };
  }
  if (openOfAsker >= 20) {
    return {
      code: 'questions_many',
      path: 'question',
      message: 'Twenty of your questions wait for their answer. Ask the next one when some are answered.',
    };
  }
  return null;
}

/** What is wrong with the times of a call that is to open, all at once. */
export function openingProblems(input: {
  closesAt: Date;
  questionsUntil: Date | null;
  deadline: string;
  visibility: Visibility;
  invited: number;
  now: Date;
}): ErrorDetail[] {
  const { closesAt, questionsUntil, deadline, now } = input;
  const problems: ErrorDetail[] = [];
  if (closesAt <= now)
    problems.push({ code: 'closes_past', path: 'closesAt', message: 'The closing time is in the past.' });
  if (closesAt.toISOString().slice(0, 10) > deadline) {
    problems.push({
      code: 'closes_after_deadline',
      path: 'closesAt',
      message: `The call would close after the project's deadline ${sayDay(deadline)}.`,
    });
  }
  if (questionsUntil !== null && (questionsUntil <= now || questionsUntil > closesAt)) {
    problems.push({
      code: 'questions_until',
      path: 'questionsUntil',
      message: 'Questions end between now and the end of the call.',
    });
  }
  if (input.visibility === 'private' && input.invited === 0) {
    problems.push({
      code: 'nobody_invited',
      path: 'invitedOrgIds',
      message: 'Only the invited know of a private call. Invite at least one vendor.',
    });
  }
  return problems;
}

/** Why a sealed call is not ended by hand; null when it may be: bidders rely on its end once somebody has bid. */
export function endingProblem(call: CallTimes, handedIn: number, now: Date): ErrorDetail | null {
  if (!isSealedAt(call, now) || handedIn === 0) return null;
  return {
    code: 'call_sealed',
    message: `Bids are sealed until ${sayMinute(call.closesAt)}. Ending the call now would open them early, so it stays open; it ends by itself.`,
  };
}
