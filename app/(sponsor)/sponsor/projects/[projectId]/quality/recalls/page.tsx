import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { sayWork } from '#server/work/recall-schemas.ts';
import { RecallCard } from './recall-card.tsx';

export const metadata: Metadata = { title: 'Credentials that did not hold' };

const LIST_ID = 'recalls';

type RecallsProps = { params: Promise<{ projectId: string }> };

/** Labels made while a reader's credential did not hold at its source (R27), for the clinical lead to decide on. */
export default async function RecallsPage({ params }: RecallsProps) {
  const { projectId } = await params;
  if (!(await hasRight('quality.read')))
    return (
      <>
        <PageHeader title="Credentials that did not hold" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  const { recalls } = await loaded((call) => call.work.recalls({ projectId }));
  const mayMakeBatch = await hasRight('batch.manage');
  const open = recalls.filter((one) => one.status === 'open');
  const reads = open.reduce((sum, one) => sum + one.reads, 0);
  const tiers = open.flatMap((one) => one.cases.flatMap((found) => found.tiers));
  return (
    <>
      <PageHeader title="Credentials that did not hold">
        <AnswerLine>
          {open.length === 0 ? (
            'No label waits to be looked at again.'
          ) : (
            <>
              <strong>{reads}</strong> {sayWork(reads, tiers)} of {open.length}{' '}
              {open.length === 1 ? 'reader' : 'readers'} to look at again: made while a credential that you
              ask for was not in force.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {recalls.length === 0 ? (
        <EmptyState title="Nothing here">
          When a reader’s licence or certification turns out to be revoked, suspended or expired, what they
          read and decided since then is listed here. Their open cases have gone to others by then.
        </EmptyState>
      ) : (
        <ul
          id={LIST_ID}
          tabIndex={-1}
          aria-label="Credentials that did not hold"
          className="flex max-w-[960px] flex-col divide-y divide-line border-line border-y"
        >
          {recalls.map((one) => (
            <RecallCard
              key={one.id}
              one={one}
              projectId={projectId}
              listId={LIST_ID}
              mayMakeBatch={mayMakeBatch}
            />
          ))}
        </ul>
      )}
    </>
  );
}
