import type { inferRouterOutputs } from '@trpc/server';
import { MessageCircleQuestion } from 'lucide-react';
import type { Metadata } from 'next';
import { placeFrom, type Search } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { ListPages } from '#app/_ui/list-pages.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import type { Tone } from '#app/_ui/tone.ts';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { Capability } from '#server/command/capabilities.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { AlertList } from './alert-list.tsx';
import { AnswerForm } from './answer-form.tsx';
import { Clarify } from './clarify.tsx';
import { Due } from './due.tsx';

export const metadata: Metadata = { title: 'Questions' };

type Flags = inferRouterOutputs<AppRouter>['work']['flags'];
type Flag = Flags['items'][number];
type Kind = Flag['kind'];
type Desk = Flag['desk'];

/** One inbox for each thing that can be said, most urgent first (R24). */
const INBOXES: readonly { kind: Kind; title: string; who: string; badge: string; tone: Tone }[] = [
  {
    kind: 'phi_seen',
    title: 'Protected information seen',
    who: 'The case is shut for everyone. The incident desk of the installation looks into it.',
    badge: 'PHI seen',
    tone: 'critical',
  },
  {
    kind: 'incidental_finding',
    title: 'Incidental findings',
    who: 'For the clinical lead: something that nobody asked about and that may matter to a patient.',
    badge: 'Incidental finding',
    tone: 'attention',
  },
  {
    kind: 'ask',
    title: 'Questions',
    who: 'For the clinical lead. Whoever asked is told the answer; nobody learns who asked.',
    badge: 'Asks',
    tone: 'information',
  },
  {
    kind: 'technical',
    title: 'Technical problems',
    who: 'For whoever keeps the data: the project manager or the owner.',
    badge: 'Technical',
    tone: 'information',
  },
];

type QuestionsPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Search>;
};

/** What readers said about cases (R24), without their names: an inbox for each kind, soonest due first; then what is answered. */
export default async function QuestionsPage({ params, searchParams }: QuestionsPageProps) {
  const { projectId } = await params;
  const query = await searchParams;
  const after = placeFrom(query, 'after');
  const alertsAfter = placeFrom(query, 'alerts');
  const { flags, alerts, mayAnswer, mayMakeBatch } = await loaded(async (call) => {
    const { capabilities } = await call.identity.me();
    const can = (right: Capability) => capabilities.includes('gold.manage') && capabilities.includes(right);
    const mayAnswer: Record<Desk, boolean> = {
      clinical_lead: can('protocol.sign_clinical'),
      data: can('dataset.write'),
      operator: false,
    };
    return {
      flags: await call.work.flags({ projectId, after }),
      alerts: await call.work.alerts({ projectId, after: alertsAfter }),
      mayAnswer,
      mayMakeBatch: capabilities.includes('batch.manage'),
    };
  });
  if (flags.total === 0 && alerts.total === 0) {
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
  const waiting = flags.items.filter((flag) => flag.reply === null);
  const answered = flags.items.filter((flag) => flag.reply !== null);
  const nAnswered = flags.total - sumOf(flags.waiting);
  const base = `/sponsor/projects/${projectId}/questions`;
  return (
    <>
      <PageHeader title="Questions">
        <AnswerLine>{answerOf(flags, alerts.open)}</AnswerLine>
      </PageHeader>
      <AlertList
        projectId={projectId}
        view={alerts}
        mayDecide={mayAnswer.clinical_lead}
        mayMakeBatch={mayMakeBatch}
      />
      {alerts.total > alerts.items.length ? (
        <ListPages
          of="edge cases and cases taken out of work"
          said={`${alerts.items.length} of ${alerts.total}`}
          firstHref={alertsAfter === null ? null : base}
          nextHref={alerts.next && `${base}?alerts=${encodeURIComponent(alerts.next)}`}
        />
      ) : null}
      {INBOXES.map((inbox) => {
        const own = waiting.filter((flag) => flag.kind === inbox.kind);
        return own.length === 0 ? null : (
          <Section
            key={inbox.kind}
            title={`${inbox.title} (${flags.waiting[inbox.kind] ?? 0})`}
            says={inbox.who}
          >
            <ul className="divide-y divide-line border-line border-y">
              {own.map((flag) => (
                <Waiting key={flag.flagId} flag={flag} mayReply={mayAnswer[flag.desk]} />
              ))}
            </ul>
          </Section>
        );
      })}
      {answered.length === 0 ? null : (
        <Section title={`Answered (${nAnswered})`}>
          <ul className="divide-y divide-line border-line border-y">
            {answered.map((flag) => (
              <Answered key={flag.flagId} flag={flag} mayClarify={mayAnswer[flag.desk]} />
            ))}
          </ul>
        </Section>
      )}
      {flags.total > flags.items.length ? (
        <ListPages
          of="what readers said"
          said={`${flags.items.length} of ${flags.total}`}
          firstHref={after === null ? null : base}
          nextHref={flags.next && `${base}?after=${encodeURIComponent(flags.next)}`}
        />
      ) : null}
    </>
  );
}

const sumOf = (waiting: Flags['waiting']) => Object.values(waiting).reduce((sum, n) => sum + n, 0);

/** What waits, by kind and on all pages, and when the first of it is due. */
function answerOf({ waiting, firstDueAt: due }: Flags, edges: number) {
  const total = sumOf(waiting);
  const parts = INBOXES.map((inbox) => ({ inbox, n: waiting[inbox.kind] ?? 0 })).filter(({ n }) => n > 0);
  return (
    <>
      {total === 0 ? (
        'Everything readers said is answered.'
      ) : (
        <>
          <strong>{total.toLocaleString('en')}</strong>{' '}
          {total === 1 ? 'thing that readers said waits' : 'things that readers said wait'} for an answer:{' '}
          {parts.map(({ inbox, n }) => `${n} ${WORDS[inbox.kind][n === 1 ? 0 : 1]}`).join(', ')}.
          {due === null ? null : (
            <>
              {' '}
              The first is due <DateTime at={due} format="minute" />.
            </>
          )}
        </>
      )}
      {edges > 0 ? (
        <>
          {' '}
          <strong>{counted(edges, 'edge case')}</strong> {edges === 1 ? 'waits' : 'wait'} for a decision.
        </>
      ) : null}
    </>
  );
}

const WORDS: Record<Kind, readonly [string, string]> = {
  phi_seen: ['report of protected information', 'reports of protected information'],
  incidental_finding: ['incidental finding', 'incidental findings'],
  ask: ['question', 'questions'],
  technical: ['technical problem', 'technical problems'],
};

/** In place of the form, for everybody else. */
const WHO_ANSWERS: Record<Desk, string> = {
  clinical_lead: 'The clinical lead answers this.',
  data: 'The project manager or the owner answers this.',
  operator: 'The incident desk of the installation answers this.',
};

function Waiting({ flag, mayReply }: { flag: Flag; mayReply: boolean }) {
  return (
    <li className="grid gap-x-8 gap-y-3 py-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-2">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
          <span className="font-medium text-ink-2">
            Case {flag.case.externalId} · {flag.batchName}
          </span>
          <span>
            said <DateTime at={flag.createdAt} format="minute" />
          </span>
          {flag.dueAt === null ? null : <Due at={flag.dueAt} isOverdue={flag.isOverdue} />}
        </p>
        <p className="prose-width whitespace-pre-wrap text-base">{flag.note}</p>
        {mayReply ? (
          <>
            <AnswerForm batchId={flag.batchId} flagId={flag.flagId} />
            <Clarification flag={flag} mayClarify />
          </>
        ) : (
          <p className="text-ink-3 text-sm">{WHO_ANSWERS[flag.desk]}</p>
        )}
      </div>
      {flag.kind === 'phi_seen' ? null : (
        <CaseContent datasetId={flag.case.datasetId} caseId={flag.case.caseId} />
      )}
    </li>
  );
}

/** The answer to a question may become a clarification for all: the way there, or where it went (R24). */
function Clarification({ flag, mayClarify }: { flag: Flag; mayClarify: boolean }) {
  if (flag.kind !== 'ask') return null;
  const { batchId, flagId, reply, clarifiedIn } = flag;
  if (clarifiedIn !== null)
    return (
      <p className="text-ink-3 text-sm">
        What to do in this case is in {clarifiedIn.isSigned ? '' : 'the draft of '}protocol v
        {clarifiedIn.version}.
      </p>
    );
  return mayClarify ? (
    <div>
      <Clarify of={{ batchId, flagId, reply }} />
    </div>
  ) : null;
}

function Answered({ flag, mayClarify }: { flag: Flag; mayClarify: boolean }) {
  const inbox = INBOXES.find((one) => one.kind === flag.kind);
  return (
    <li className="flex flex-col gap-2 py-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs">
        <Badge tone={inbox?.tone ?? 'neutral'}>{inbox?.badge}</Badge>
        <span>
          Case {flag.case.externalId} · {flag.batchName}
        </span>
        <DateTime at={flag.createdAt} format="minute" />
      </p>
      <p className="prose-width whitespace-pre-wrap text-sm">{flag.note}</p>
      <p className="prose-width whitespace-pre-wrap border-line-strong border-l-2 pl-3 text-ink-2 text-sm">
        {flag.reply}
      </p>
      <Clarification flag={flag} mayClarify={mayClarify} />
    </li>
  );
}
