import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { ReadMostNeeded } from './_home/read-most-needed.tsx';
import { RefusedWork } from './_home/refused-work.tsx';
import { WorkList } from './_home/work-list.tsx';
import { answerOf, groupWork } from './_home/work-words.ts';

export const metadata: Metadata = { title: 'Work for me' };

export default async function WorkPage() {
  const lines = await loaded((call) => call.work.listMine());
  const { ready, waiting, refused } = groupWork(lines);
  const answer = answerOf(lines);
  const now = new Date();
  return (
    <>
      <PageHeader title="Work for me" actions={ready.length > 0 ? <ReadMostNeeded first={ready[0]} /> : null}>
        <AnswerLine>
          {answer.before}
          <strong>{answer.figure}</strong>
          {answer.after}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {lines.length === 0 ? <NoWork /> : null}
        <WorkList title="Read now" lines={ready} now={now} />
        <WorkList title="Yours, with nothing open just now" lines={waiting} now={now} />
        <RefusedWork lines={refused} />
      </div>
    </>
  );
}

function NoWork() {
  return (
    <EmptyState
      title="Projects you are engaged in appear here"
      action={
        <LinkButton href="/work/credentials" variant="primary">
          Look at my credentials
        </LinkButton>
      }
    >
      Nobody has engaged you in a project with open work yet. A vendor that you belong to names you for a seat
      in its bid; a sponsor invites independents directly. Verified credentials are what they look for.
    </EmptyState>
  );
}
