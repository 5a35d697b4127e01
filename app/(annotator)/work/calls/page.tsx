import { Megaphone } from 'lucide-react';
import type { Metadata } from 'next';
import { FitNote, isFitting } from '#app/_matching/fit-note.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';

export const metadata: Metadata = { title: 'Open calls' };

/** Calls looked at: each is matched one by one. */
const SHOWN = 20;

/** Open calls, and for each why (not) me. */
export default async function OpenCallsPage() {
  const calls = await loaded(async (api) => {
    const open = await api.bids.listOpen({ limit: SHOWN, after: null });
    return Promise.all(
      open.map(async (call) => ({ ...call, fit: await api.matching.whyMe({ callId: call.callId }) })),
    );
  });
  const fitting = calls.filter(({ fit }) => isFitting(fit)).length;
  return (
    <>
      <PageHeader title="Open calls">
        {calls.length === 0 ? null : (
          <AnswerLine>
            You fit <strong>{fitting}</strong> of {calls.length} open {calls.length === 1 ? 'call' : 'calls'}.
            Sponsors see who fits and why. Vendors bid with named readers: one that wants you invites you by
            your e-mail address.
          </AnswerLine>
        )}
      </PageHeader>
      {calls.length === 0 ? (
        <EmptyState icon={<Megaphone aria-hidden />} title="No call is open just now">
          Calls of sponsors appear here with what each asks of a reader, and whether you fit.
        </EmptyState>
      ) : (
        <ul className="grid gap-4 xl:grid-cols-2">
          {calls.map(({ fit, ...call }) => (
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
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
