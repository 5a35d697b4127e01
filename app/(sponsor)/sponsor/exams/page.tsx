import type { inferRouterOutputs } from '@trpc/server';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { CloseExam } from './close-exam.tsx';
import { DefineExam } from './define-exam.tsx';

export const metadata: Metadata = { title: 'Exams' };

type Exam = inferRouterOutputs<AppRouter>['work']['ownExams'][number];

/** Exams on an anatomy, a modality or a tool that hold beyond one project: what they ask, their sittings, who passed. */
export default async function ExamsPage() {
  const [exams, me] = await Promise.all([
    loaded((call) => call.work.ownExams()),
    loaded((call) => call.identity.me()),
  ]);
  const open = exams.filter((exam) => exam.status === 'open');
  const without = open.filter((exam) => !exam.sittings.some((one) => one.status === 'open'));
  const isPlatform = me.organisations.find((one) => one.id === me.activeOrgId)?.kind === 'platform';
  return (
    <>
      <PageHeader title="Exams" actions={<DefineExam isPlatform={isPlatform} />}>
        <AnswerLine>
          {open.length === 0 ? (
            'No exam is set.'
          ) : (
            <>
              <strong>{open.length}</strong> {open.length === 1 ? 'exam is' : 'exams are'} set
              {sittingWords(open.length, without.length)}
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {exams.length === 0 ? (
        <EmptyState title="Exams that hold in every project appear here">
          An exam on an anatomy, a modality or a tool is passed once and counts wherever a rule asks for it.
          Set it here, then make its sittings from signed gold on a project’s gold page.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-y">
          {exams.map((exam) => (
            <ExamLine key={exam.examId} exam={exam} />
          ))}
        </ul>
      )}
    </>
  );
}

function sittingWords(exams: number, without: number): string {
  if (without === 0) return exams === 1 ? ' and can be taken now.' : ', all can be taken now.';
  if (exams === 1) return ' and has no open sitting.';
  return `; ${without === 1 ? 'one has' : `${without} have`} no open sitting.`;
}

const SUBJECT_WORDS: Record<Exam['subjectKind'], string> = {
  anatomy: 'Anatomy',
  modality: 'Modality',
  tool: 'Tool',
};

function ExamLine({ exam }: { exam: Exam }) {
  return (
    <li className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="flex min-w-0 flex-col gap-1">
        <h2 className="flex flex-wrap items-center gap-2 font-medium text-base">
          {exam.title}
          <StatusPill state={exam.status} />
        </h2>
        <p className="text-ink-2 text-sm">
          {SUBJECT_WORDS[exam.subjectKind]}: {exam.subject} · passed when{' '}
          {Math.round(exam.passLevel * 1000) / 10} % is shown · holds {exam.validMonths} months ·{' '}
          {exam.maxAttempts} {exam.maxAttempts === 1 ? 'try' : 'tries'} a year, {exam.retryAfterDays} days
          apart · <Money amountMinor={exam.pricePerReadMinor} currency={exam.currency} per="per case" />
        </p>
        <p className="text-ink-2 text-sm">
          Rules name it <span className="text-ink">“{exam.specialty}”</span>. Who may take it:{' '}
          {exam.entryWords === 'No credential needed.' ? 'everybody.' : exam.entryWords}
        </p>
        {exam.statusReason === null ? null : (
          <p className="text-ink-2 text-sm">Closed: {exam.statusReason}</p>
        )}
        <Sittings exam={exam} />
      </div>
      <div className="flex flex-col items-start gap-3">
        <Measure
          label="Passed"
          value={exam.people === 0 ? null : exam.passed / exam.people}
          reason="Nobody has finished it yet."
          format="percent"
          interval={exam.interval}
          n={exam.people}
          nUnit="people"
        />
        {exam.status === 'open' ? <CloseExam examId={exam.examId} title={exam.title} /> : null}
      </div>
    </li>
  );
}

function Sittings({ exam }: { exam: Exam }) {
  if (exam.sittings.length === 0)
    return (
      <p className="text-attention-ink text-sm">
        It has no sitting yet. Make one from signed gold: on a project’s gold page, “Make an exam or
        training”.
      </p>
    );
  return (
    <ul className="mt-1 flex flex-col gap-1 text-sm">
      {exam.sittings.map((one) => (
        <li key={one.batchId} className="flex flex-wrap items-center gap-x-3">
          <TextLink href={`/sponsor/projects/${one.projectId}/batches/${one.batchId}`}>{one.name}</TextLink>
          <StatusPill state={one.status} />
          <span className="text-ink-2">
            {one.cases} cases · {one.taken} of {one.places} places taken
          </span>
        </li>
      ))}
    </ul>
  );
}
