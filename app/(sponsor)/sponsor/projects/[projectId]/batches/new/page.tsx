import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import { BatchForm } from './batch-form.tsx';

export const metadata: Metadata = { title: 'Create batch' };

/** A production batch under an award. */
export default async function NewBatchPage({ params }: { params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  const { project, toStartWork } = await loadProject(projectId);
  if (!(await hasRight('batch.manage'))) {
    return (
      <>
        <PageHeader title="Create batch" />
        <NotForYourRole what="making batches" who="the project manager" />
      </>
    );
  }
  const [awards, datasets] = await loaded((call) =>
    Promise.all([call.analytics.awards({ projectId }), call.datasets.list({ projectId })]),
  );
  const active = awards.filter((award) => award.status === 'active');
  const missing = toStartWork.filter((one) => !one.done);
  return (
    <>
      <PageHeader title="Create batch">
        <AnswerLine>
          {active.length === 0
            ? 'A production batch is read under an award, and nothing is awarded yet.'
            : 'A draft costs nothing. Opening it reserves what it may cost at most.'}
        </AnswerLine>
      </PageHeader>
      {active.length === 0 ? (
        <DecisionNote
          className="max-w-[720px]"
          outcome="refused"
          title="There is no award to read under."
          changes={[
            {
              says: 'Sign the award of a pilot that passed.',
              href: `/sponsor/projects/${projectId}/pilots`,
              linkLabel: 'Open pilots',
            },
          ]}
        />
      ) : (
        <>
          {missing.length > 0 ? (
            <DecisionNote
              className="mb-6 max-w-[720px]"
              outcome="refused"
              title="You can make the draft now; opening it waits for this."
              changes={missing.map(({ message, href }) => ({ says: message, href, linkLabel: 'Go there' }))}
            />
          ) : null}
          <BatchForm
            projectId={projectId}
            awards={active}
            datasets={datasets.map(({ id, name, caseCount }) => ({ id, name, caseCount }))}
            policy={{
              overlap: project.qualityPolicy.overlap,
              goldMode: project.qualityPolicy.gold.mode,
              goldShareBasisPoints: project.qualityPolicy.gold.shareBasisPoints,
              reviewShareBasisPoints: project.qualityPolicy.reviewShareBasisPoints,
              consensusMethod: project.qualityPolicy.consensusMethod,
            }}
          />
        </>
      )}
    </>
  );
}
