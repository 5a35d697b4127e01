import { Megaphone } from 'lucide-react';
import type { Metadata } from 'next';
import { FitNote, isFitting } from '#app/_matching/fit-note.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { AskForWork } from './ask-for-work.tsx';
import { OwnOffers } from './own-offers.tsx';

export const metadata: Metadata = { title: 'Open calls' };

/** Calls looked at: each is matched one by one. */
const SHOWN = 20;

/** Open calls, and for each why (not) me. */
export default async function OpenCallsPage() {
  const { calls, offers, isOwn } = await loaded(async (api) => {
    const me = await api.identity.me();
    const open = await api.bids.listOpen({ limit: SHOWN, after: null });
    return {
      calls: await Promise.all(
        open.map(async (call) => ({ ...call, fit: await api.matching.whyMe({ callId: call.callId }) })),
      ),
      offers: await api.staffing.myOffers(),
      // Who works on their own account asks for work; a vendor’s people are named by their vendor.
      isOwn: me.capabilities.includes('agreement.sign'),
    };
  });
  const asked = new Set(
    offers
      .filter((one) => ['applied', 'offered', 'accepted'].includes(one.status))
      .map((one) => one.projectId),
  );
  const fitting = calls.filter(({ fit }) => isFitting(fit)).length;
  return (
    <>
      <PageHeader title="Open calls">
        {calls.length === 0 ? null : (
          <AnswerLine>
            You fit <strong>{fitting}</strong> of {calls.length} open {calls.length === 1 ? 'call' : 'calls'}.
            Sponsors see who fits and why, and can offer you work; you can ask for it.
          </AnswerLine>
        )}
      </PageHeader>
      <div className="mb-8 empty:hidden">
        <OwnOffers offers={offers} />
      </div>
      {calls.length === 0 ? (
        <EmptyState icon={<Megaphone aria-hidden />} title="No call is open just now">
          Calls of sponsors appear here with what each asks of a reader, and whether you fit.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 xl:grid-cols-2">
          {calls.toSorted(fittingFirst).map(({ fit, ...call }) => (
            <li key={call.callId}>
              <FitNote
                title={call.title}
                because={
                  <>
                    {call.sponsor}: {call.modality}, {call.anatomy}. Open until{' '}
                    <DateTime at={call.closesAt} format="day" />.
                  </>
                }
                fit={fit}
              />
              {isOwn && isFitting(fit) && !asked.has(call.projectId) ? (
                <div className="mt-2">
                  <AskForWork callId={call.callId} title={call.title} />
                </div>
              ) : null}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What somebody can do stands before what they cannot; within each, soonest to close. */
function fittingFirst(
  a: { fit: Parameters<typeof isFitting>[0] },
  b: { fit: Parameters<typeof isFitting>[0] },
): number {
  return Number(isFitting(b.fit)) - Number(isFitting(a.fit));
}
