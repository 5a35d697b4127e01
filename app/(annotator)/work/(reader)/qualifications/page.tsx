import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { WorkList } from '#app/(annotator)/work/(reader)/_home/work-list.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { ExamResults } from './exam-results.tsx';
import { GeneralExams } from './general-exams.tsx';
import { OwnSkill } from './own-skill.tsx';
import { blockedByTraining, qualificationState, takeable } from './qualification-state.ts';

export const metadata: Metadata = { title: 'Qualifications' };

type Qualification = inferRouterOutputs<AppRouter>['credentials']['wallet']['qualifications'][number];

const KIND_WORDS: Record<Qualification['kind'], string> = {
  privacy_training: 'Privacy training',
  protocol_training: 'Training for a protocol',
  exam: 'Exam',
};

export default async function QualificationsPage() {
  const [{ qualifications }, { lines: work }, attempts, exams, skills] = await Promise.all([
    loaded((call) => call.credentials.wallet()),
    loaded((call) => call.work.listMine()),
    loaded((call) => call.work.myExams()),
    loaded((call) => call.work.generalExams()),
    loaded((call) => call.work.mySkill()),
  ]);
  const now = new Date();
  const valid = qualifications.filter((one) => qualificationState(one, now) !== 'expired');
  const blocked = blockedByTraining(work);
  return (
    <>
      <PageHeader
        title="Qualifications"
        actions={<LinkButton href="/work/credentials">See credentials</LinkButton>}
      >
        <AnswerLine>
          <strong>
            {valid.length} of {qualifications.length}
          </strong>{' '}
          in date.{' '}
          {blocked.length === 0
            ? 'None is missing for the work you are engaged in.'
            : `A training or exam is missing for ${blocked.length === 1 ? 'one batch' : `${blocked.length} batches`}.`}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-6">
        <WorkList title="Take now" lines={takeable(work)} now={now} />
        {blocked.map((line) => (
          <DecisionNote
            key={`${line.batchId}${line.tier}`}
            outcome="refused"
            title={`${line.projectTitle}, ${line.name}`}
            because={line.because}
          />
        ))}
        <GeneralExams exams={exams} />
        <OwnSkill skills={skills} />
        <ExamResults attempts={attempts} now={now} />
        <DataTable
          id="qualifications"
          caption="Trainings and exams"
          complete
          columns={[
            { key: 'kind', header: 'What', phone: 'main' },
            { key: 'passed', header: 'Passed', sortable: true },
            { key: 'until', header: 'Valid until', sortable: true },
            { key: 'state', header: 'State', phone: 'side' },
          ]}
          rows={qualifications.map((one) => ({
            id: one.id,
            cells: {
              kind: KIND_WORDS[one.kind],
              passed: <DateTime at={one.passedAt} format="day" />,
              until: one.validUntil === null ? 'no end' : <DateTime at={one.validUntil} format="day" />,
              state: <StatusPill state={qualificationState(one, now)} />,
            },
            values: { passed: one.passedAt, until: one.validUntil },
          }))}
          empty={
            <EmptyState title="Trainings and exams you have passed appear here">
              A project may ask for a training in its protocol or a paid exam before the first read; your list
              of work says so then.
            </EmptyState>
          }
        />
      </div>
    </>
  );
}
