import { Megaphone } from 'lucide-react';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { DATA_CLASS_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';

export const metadata: Metadata = { title: 'Calls' };

const FOR_WORDS = { public: 'All', invited: 'Invited', private: 'Private' };

/** Open calls, soonest to close first. */
export default async function CallsPage() {
  const { calls, bids } = await loaded(async (call) => ({
    calls: await call.bids.listOpen({ limit: 100, after: null }),
    bids: await call.bids.mine({ limit: 200 }),
  }));
  const mine = new Map(
    bids.filter((bid) => bid.status !== 'withdrawn').map((bid) => [bid.callId, bid.status]),
  );
  return (
    <>
      <PageHeader title="Calls">
        <AnswerLine>
          {calls.length === 0 ? (
            'No call is open right now.'
          ) : (
            <>
              <strong>{calls.length}</strong> {calls.length === 1 ? 'call is' : 'calls are'} open; you have a
              bid on <strong>{calls.filter((item) => mine.has(item.callId)).length}</strong>.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <DataTable
        id="calls"
        caption="Open calls"
        complete
        columns={[
          { key: 'title', header: 'Project', sortable: true, phone: 'main' },
          { key: 'sponsor', header: 'Sponsor', sortable: true },
          { key: 'what', header: 'Modality and anatomy' },
          { key: 'data', header: 'Data' },
          { key: 'deadline', header: 'Deadline', sortable: true },
          { key: 'for', header: 'For' },
          { key: 'closes', header: 'Closes', sortable: true, phone: 'side' },
          { key: 'bid', header: 'Your bid' },
        ]}
        rows={calls.map((item) => ({
          id: item.callId,
          href: `/vendor/calls/${item.callId}`,
          name: item.title,
          cells: {
            title: item.title,
            sponsor: item.sponsor,
            what: `${item.modality}, ${item.anatomy}`,
            data: DATA_CLASS_WORDS[item.dataClass],
            deadline: <DateTime at={`${item.deadline}T00:00:00Z`} format="day" zone="UTC" />,
            for: `${FOR_WORDS[item.visibility]}${item.isSealed ? ', sealed' : ''}`,
            closes: <DateTime at={item.closesAt} format="minute" />,
            bid: mine.has(item.callId) ? <StatusPill state={mine.get(item.callId) ?? ''} /> : null,
          },
          values: {
            title: item.title,
            sponsor: item.sponsor,
            deadline: item.deadline,
            closes: item.closesAt,
          },
        }))}
        empty={
          <EmptyState icon={<Megaphone aria-hidden />} title="Open calls will be here">
            A sponsor opens a call when a project is ready for bids.
          </EmptyState>
        }
      />
    </>
  );
}
