import type { Metadata } from 'next';
import { Fragment } from 'react';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { InboxView } from '#server/scores/governance-schemas.ts';
import { CheckpointList } from './checkpoint-list.tsx';
import { ChecksPart } from './checks-part.tsx';
import { DecidedList } from './decided-list.tsx';
import { DECISIONS_ID, HeldPassList } from './held-pass-list.tsx';
import { ProposalCard } from './proposal-card.tsx';
import { RootCauseList } from './root-cause-list.tsx';
import { UnwatchedList } from './unwatched-list.tsx';

export const metadata: Metadata = { title: 'Quality decisions' };

type InboxPageProps = { params: Promise<{ projectId: string }> };

/** What waits for a person's decision on quality, and what was decided before. */
export default async function InboxPage({ params }: InboxPageProps) {
  const { projectId } = await params;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Quality decisions" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const [inbox, checks, checkpoints, held] = await Promise.all([
    loaded((call) => call.scores.inbox({ projectId })),
    loaded((call) => call.scores.checks({ projectId })),
    loaded((call) => call.scores.checkpoints({ projectId })),
    loaded((call) => call.work.heldPasses({ projectId })),
  ]);
  const passes = held.passes.filter((one) => one.status === 'open').length;
  return (
    <>
      <PageHeader title="Quality decisions">
        <AnswerLine asOf={<DateTime at={inbox.asOf} />}>
          {answerOf(inbox, checkpoints.filter((one) => one.status === 'due').length, passes)}
        </AnswerLine>
      </PageHeader>
      <section id={DECISIONS_ID} tabIndex={-1} aria-label="Decisions">
        {inbox.open.length === 0 && passes > 0 ? <HeldPassList view={held} /> : null}
        <Section
          title="Waiting for a decision"
          says="Readroom proposes, a person decides within a business day. Until then nobody is paused; at most they read paid calibration."
        >
          {inbox.open.length === 0 ? (
            <EmptyState title="No bound is crossed, and nobody drifts">
              When a bound of the project’s policy is crossed or somebody drifts, it is listed here with its
              evidence.
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line border-line border-y">
              {inPressingOrder(inbox.open).map((proposal) => (
                <li key={proposal.id}>
                  <ProposalCard projectId={projectId} proposal={proposal} mayDecide={inbox.mayDecide} />
                </li>
              ))}
            </ul>
          )}
        </Section>
        {inbox.open.length > 0 || passes === 0 ? <HeldPassList view={held} /> : null}
        <UnwatchedList projectId={projectId} bounds={inbox.unwatched} />
        <CheckpointList projectId={projectId} checkpoints={checkpoints} />
        <RootCauseList projectId={projectId} causes={inbox.rootCauses} />
        <ChecksPart view={checks} />
        <DecidedList proposals={inbox.decided} mayDecide={inbox.mayDecide} />
      </section>
    </>
  );
}

/** Where somebody's work has changed until a decision comes first; else what is due first. */
function inPressingOrder(open: InboxView['open']): InboxView['open'] {
  return open.toSorted((a, b) => Number(a.done === 'told') - Number(b.done === 'told'));
}

function answerOf({ open, rootCauses }: InboxView, due: number, passes: number) {
  const overdue = open.filter((one) => one.isOverdue).length;
  const causes = rootCauses.filter((one) => one.status !== 'closed').length;
  const waiting = [
    { n: open.length, says: `${counted(open.length, 'proposal')} to decide on`, more: overdue },
    { n: due, says: `${counted(due, 'checkpoint')} to sign`, more: 0 },
    { n: passes, says: `${counted(passes, 'exam pass', 'exam passes')} in doubt`, more: 0 },
  ].filter((one) => one.n > 0);
  const isOpen =
    causes === 0
      ? 'no root-cause case is open.'
      : `${counted(causes, 'root-cause case')} ${causes === 1 ? 'is' : 'are'} open.`;
  if (waiting.length === 0) return `Nothing waits for a decision, and ${isOpen}`;
  return (
    <>
      {waiting.map(({ says, more }, at) => (
        <Fragment key={says}>
          {at === 0 ? '' : ', '}
          <strong>{says}</strong>
          {more > 0 ? ` (${more} overdue)` : ''}
        </Fragment>
      ))}
      ; {isOpen}
    </>
  );
}
