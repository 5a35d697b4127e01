import type { OrgContext } from '#server/command/context.ts';
import { countBids, findInvitation, listExtensions, listInvitations, listQuestions } from './call-queries.ts';
import { callStatusAt, isSealedAt, mayBid, questionProblem, questionsEnd } from './call-rules.ts';
import { getCallOfSponsor, getVisibleCall } from './get-call.ts';

type Question = Awaited<ReturnType<typeof listQuestions>>[number];

const shown = ({ id, question, askedAt, answer, answeredAt }: Question) => ({
  questionId: id,
  question,
  askedAt,
  answer,
  answeredAt,
});

const moved = (rows: Awaited<ReturnType<typeof listExtensions>>) =>
  rows.map(({ fromAt, toAt, reason, createdAt }) => ({ fromAt, toAt, reason, at: createdAt }));

/** A call's room as a bidder enters it: whether it may bid and ask, what was asked, how the end has moved. */
export async function roomForBidder(ctx: OrgContext, input: { callId: string }) {
  const { orgId } = ctx.actor;
  const now = ctx.clock.now();
  const call = await getVisibleCall(ctx.db, { callId: input.callId, orgId });
  const invitation = await findInvitation(ctx.db, { callId: call.id, orgId });
  const asked = await listQuestions(ctx.db, call.id);
  const openOfAsker = asked.filter((one) => one.askerOrgId === orgId && one.answer === null).length;
  return {
    callId: call.id,
    visibility: call.visibility,
    isSealed: call.isSealed,
    invitation,
    mayBid: mayBid(call.visibility, invitation),
    questionsUntil: questionsEnd(call),
    mayAsk: questionProblem({ call, openOfAsker, now }) === null,
    questions: asked.map((one) => ({ ...shown(one), isMine: one.askerOrgId === orgId })),
    extensions: moved(await listExtensions(ctx.db, call.id)),
  };
}

/** A call's room as its sponsor runs it: who is invited, what is to be answered, how many bids are in. */
export async function roomForSponsor(ctx: OrgContext, input: { callId: string }) {
  const now = ctx.clock.now();
  const call = await getCallOfSponsor(ctx.db, { callId: input.callId, orgId: ctx.actor.orgId });
  return {
    callId: call.id,
    status: callStatusAt(call, now),
    visibility: call.visibility,
    isSealed: isSealedAt(call, now),
    wasSealed: call.isSealed,
    closesAt: call.closesAt,
    questionsUntil: questionsEnd(call),
    bids: await countBids(ctx.db, call.id),
    invitations: await listInvitations(ctx.db, call.id),
    questions: (await listQuestions(ctx.db, call.id)).map(shown),
    extensions: moved(await listExtensions(ctx.db, call.id)),
  };
}
