import type { Metadata } from 'next';
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
import { HeldPassList } from './held-pass-list.tsx';
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
  return (
    <>
      <PageHeader title="Quality decisions">
        <AnswerLine asOf={<DateTime at={inbox.asOf} />}>
          {answerOf(
            inbox,
            checkpoints.filter((one) => one.status === 'due').length,
            held.passes.filter((one) => one.status === 'open').length,
          )}
        </AnswerLine>
      </PageHeader>
      <Section
        title="Waiting for a decision"
        says="Readroom proposes, a person decides within a business day. Until then nobody is paused; at most they read paid calibration."
      >
        {inbox.open.length === 0 ? (
          <EmptyState title="Nothing waits">
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
      <HeldPassList view={held} />
      <UnwatchedList projectId={projectId} bounds={inbox.unwatched} />
      <CheckpointList projectId={projectId} checkpoints={checkpoints} />
      <RootCauseList projectId={projectId} causes={inbox.rootCauses} />
      <ChecksPart view={checks} />
      <DecidedList proposals={inbox.decided} mayDecide={inbox.mayDecide} />
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
  if (open.length + causes + due + passes === 0)
    return 'Nothing waits for a decision, and no root-cause case is open.';
  return (
    <>
      <strong>{counted(open.length, 'decision')}</strong> {open.length === 1 ? 'waits' : 'wait'}
      {overdue > 0 ? <>, {overdue} overdue</> : null}
      {due > 0 ? (
        <>
          ; <strong>{counted(due, 'checkpoint')}</strong> to sign
        </>
      ) : null}
      {passes > 0 ? (
        <>
          ; <strong>{counted(passes, 'exam pass', 'exam passes')}</strong> in doubt
        </>
      ) : null}
      ; {counted(causes, 'root-cause case')} {causes === 1 ? 'is' : 'are'} open.
    </>
  );
}
