import { MessageCircleQuestion } from 'lucide-react';
import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { Tone } from '#app/_ui/tone.ts';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { AlertList } from './alert-list.tsx';
import { AnswerForm } from './answer-form.tsx';

export const metadata: Metadata = { title: 'Questions' };

const KINDS = {
  ask: { words: 'Asks', tone: 'information' },
  phi_seen: { words: 'PHI seen: the case is shut for everyone', tone: 'critical' },
  incidental_finding: { words: 'Incidental finding', tone: 'attention' },
  technical: { words: 'Technical problem', tone: 'information' },
} as const satisfies Record<string, { words: string; tone: Tone }>;

/** Who answers, to somebody who may not. */
const DESKS = {
  clinical_lead: 'The clinical lead answers this.',
  data: 'Whoever keeps the data answers this: the project manager or the owner.',
  operator: 'The incident desk of the installation looks into it.',
} as const;

type QuestionsPageProps = { params: Promise<{ projectId: string }> };

/** What readers said about cases (R24), without their names; what waits comes first, soonest due first. */
export default async function QuestionsPage({ params }: QuestionsPageProps) {
  const { projectId } = await params;
  const { flags, alerts, mayAnswer, mayKeepData } = await loaded(async (call) => {
    const { capabilities } = await call.identity.me();
    const mayAnswer = capabilities.includes('gold.manage');
    return {
      flags: await call.work.flags({ projectId }),
      alerts: await call.work.alerts({ projectId }),
      mayAnswer,
      mayKeepData: mayAnswer && capabilities.includes('dataset.write'),
    };
  });
  const waiting = flags.filter((flag) => flag.reply === null).length;
  const edges = alerts.alerts.filter((alert) => alert.status === 'open').length;
  if (flags.length === 0 && alerts.alerts.length === 0) {
    return (
      <>
        <PageHeader title="Questions" />
        <EmptyState icon={<MessageCircleQuestion aria-hidden />} title="Nothing was asked yet">
          What readers ask or report about a case comes here, without their names. It costs them neither pay
          nor score.
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Questions">
        <AnswerLine>
          {waiting === 0 ? (
            'Everything readers asked is answered.'
          ) : (
            <>
              <strong>{counted(waiting, 'question')}</strong> {waiting === 1 ? 'waits' : 'wait'} for an
              answer.
            </>
          )}
          {edges > 0 ? (
            <>
              {' '}
              <strong>{counted(edges, 'edge case')}</strong> {edges === 1 ? 'waits' : 'wait'} for a decision.
            </>
          ) : null}
        </AnswerLine>
      </PageHeader>
      <AlertList projectId={projectId} view={alerts} mayDecide={mayAnswer} />
      {flags.length === 0 ? null : <h2 className="mt-6 mb-2 font-semibold text-lg">What readers said</h2>}
      <ul className="divide-y divide-line border-line border-y">
        {flags.map((flag) => (
          <li key={flag.flagId} className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-2">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
                <Badge tone={KINDS[flag.kind].tone}>{KINDS[flag.kind].words}</Badge>
                <span>
                  Case {flag.case.externalId} · {flag.batchName}
                </span>
                <DateTime at={flag.createdAt} />
              </div>
              <p className="prose-width whitespace-pre-wrap text-base">{flag.note}</p>
              {flag.reply !== null ? (
                <p className="prose-width whitespace-pre-wrap border-line-strong border-l-2 pl-3 text-ink-2 text-sm">
                  {flag.reply}
                </p>
              ) : (flag.desk === 'data' ? mayKeepData : mayAnswer) ? (
                <AnswerForm batchId={flag.batchId} flagId={flag.flagId} dueAt={flag.dueAt} />
              ) : (
                <p className="text-ink-3 text-sm">{DESKS[flag.desk]}</p>
              )}
            </div>
            <CaseContent datasetId={flag.case.datasetId} caseId={flag.case.caseId} />
          </li>
        ))}
      </ul>
    </>
  );
}
