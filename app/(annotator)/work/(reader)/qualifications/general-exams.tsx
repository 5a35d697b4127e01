import type { inferRouterOutputs } from '@trpc/server';
import { Money } from '#app/_ui/money.tsx';
import { ReasonChange } from '#app/_ui/reason-change.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { SitExam } from './sit-exam.tsx';

type Exam = inferRouterOutputs<AppRouter>['work']['generalExams'][number];

const SUBJECT_WORDS = { anatomy: 'Anatomy', modality: 'Modality', tool: 'Tool' } as const;

/** Exams that count wherever a rule asks for them: what they are about, what passing takes, what they pay, what stands in the way. */
export function GeneralExams({ exams }: { exams: readonly Exam[] }) {
  if (exams.length === 0) return null;
  return (
    <section aria-label="Exams that hold in every project">
      <h2 className="mb-2 text-ink-3 text-xs">Exams that hold in every project</h2>
      <ul className="divide-y divide-line border-line border-y">
        {exams.map((exam) => (
          <li
            key={exam.examId}
            className="grid gap-x-6 gap-y-2 py-3 lg:grid-cols-[minmax(0,1fr)_14rem_10rem] lg:items-start"
          >
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {exam.title}
                {exam.passUntil === null ? null : (
                  <StatusPill state="verified">Passed, counts until {sayDay(exam.passUntil)}</StatusPill>
                )}
              </p>
              <p className="text-ink-2 text-sm">
                {SUBJECT_WORDS[exam.subjectKind]}: {exam.subject} · set by {exam.setBy} · {passWords(exam)} ·
                holds {exam.validMonths} months
              </p>
              {exam.entryWords === null ? null : (
                <p className="text-ink-2 text-sm">Who may take it: {exam.entryWords}</p>
              )}
              <Reasons exam={exam} />
            </div>
            <p className="text-sm">
              <Money amountMinor={exam.pricePerReadMinor} currency={exam.currency} per="per case" />
              {exam.cases === null ? null : (
                <span className="block text-ink-2">
                  {exam.cases} cases,{' '}
                  <Money amountMinor={exam.pricePerReadMinor * BigInt(exam.cases)} currency={exam.currency} />{' '}
                  in all, passed or not
                </span>
              )}
            </p>
            <div className="lg:text-right">
              {exam.isAllowed ? (
                <SitExam examId={exam.examId} title={exam.title} hasBegun={exam.hasBegun} />
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function passWords({ passLevel, cases, leastRight }: Exam): string {
  const level = `${Math.round(passLevel * 1000) / 10} %`;
  return cases === null || leastRight === null
    ? `passed when ${level} is shown`
    : `passed with ${leastRight} of ${cases} right, which shows ${level}`;
}

/** Why it cannot be taken now; a pass that counts needs no reason. */
function Reasons({ exam }: { exam: Exam }) {
  const reasons = exam.reasons.filter((one) => exam.passUntil === null || one.code !== 'exam.passed');
  if (exam.isAllowed || reasons.length === 0) return null;
  return (
    <ul className="mt-1 flex flex-col gap-0.5 text-attention-ink text-sm">
      {reasons.map((one) => (
        <li key={one.code + one.message}>
          {one.message}{' '}
          {one.change?.href === '/work/qualifications' ? null : <ReasonChange change={one.change} />}
        </li>
      ))}
    </ul>
  );
}
