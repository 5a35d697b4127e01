import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { type Caller, loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { type ChecklistItem, ChecklistRail } from '#app/_ui/checklist-rail.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { firstSteps, type OnTheWay } from './_home/first-steps.ts';
import { ReadMostNeeded } from './_home/read-most-needed.tsx';
import { RefusedWork } from './_home/refused-work.tsx';
import { WorkList } from './_home/work-list.tsx';
import { answerOf, groupWork, type WorkLine } from './_home/work-words.ts';

export const metadata: Metadata = { title: 'Work for me' };

export default async function WorkPage() {
  const { lines, isCut, steps } = await loaded(async (call) => {
    const { lines: mine, isCut } = await call.work.listMine();
    const hasRead = mine.some((line) => (line.joined?.submitted ?? 0) > 0 && line.kind !== 'training');
    return { lines: mine, isCut, steps: hasRead ? null : firstSteps(await wayOf(call, mine)) };
  });
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
      <WithSteps steps={steps}>
        {lines.length === 0 ? <NoWork /> : null}
        <WorkList title="Read now" lines={ready} now={now} />
        <WorkList title="Yours, with nothing open just now" lines={waiting} now={now} />
        <RefusedWork lines={refused} />
        {isCut ? (
          <p className="text-ink-3 text-sm">
            There is more work than is listed here; this is what is needed most. The rest appears as it is
            done.
          </p>
        ) : null}
      </WithSteps>
    </>
  );
}

/** Beside the work, the way to the first paid case while it has not been read. */
function WithSteps({ steps, children }: { steps: readonly ChecklistItem[] | null; children: ReactNode }) {
  const body = <div className="flex flex-col gap-8">{children}</div>;
  if (steps === null) return body;
  return (
    <SplitPane
      asideLabel="Your first paid case"
      aside={<ChecklistRail title="To your first paid case" items={steps} />}
    >
      {body}
    </SplitPane>
  );
}

/** What is known of the acting person; asked only while they have read nothing. */
async function wayOf(call: Caller, lines: readonly WorkLine[]): Promise<OnTheWay> {
  const me = await call.identity.me();
  const org = me.organisations.find((one) => one.id === me.activeOrgId);
  const isIndependent = org?.kind === 'independent';
  const own = me.capabilities.includes('credential.own');
  const [wallet, identity, attestations, centre] = await Promise.all([
    own ? call.credentials.wallet() : null,
    own ? call.registers.own() : null,
    call.agreements.ownAttestations(),
    isIndependent ? call.agreements.centre() : null,
  ]);
  const now = Date.now();
  const held = wallet?.qualifications ?? [];
  return {
    isAddressConfirmed: me.isAddressConfirmed,
    isOrgVerified: org?.status === 'verified',
    isIndependent,
    hasLegalName: identity?.details.legalFamilyName != null,
    credentials: wallet?.credentials.length ?? 0,
    verified: wallet?.credentials.filter((one) => one.status === 'verified').length ?? 0,
    hasPrivacyTraining: held.some(
      (one) => one.kind === 'privacy_training' && (one.validUntil === null || one.validUntil.getTime() > now),
    ),
    openAttestations: attestations.filter((one) => one.confirmedAt === null).length,
    hasAgreement: centre?.agreements.some((one) => one.status === 'active') ?? false,
    lines,
    exams: held.filter((one) => one.kind === 'exam').length,
  };
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
