import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Stepper } from '#app/_ui/stepper.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { VERDICT_WORDS } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import {
  isRelabelled,
  relabelHref,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/read-again.tsx';
import type { RootCauseView } from '#server/scores/governance-schemas.ts';
import { CaseFindings } from './case-findings.tsx';
import { CausePart } from './cause-part.tsx';
import { EffectPart } from './effect-part.tsx';
import { EvidencePart } from './evidence-part.tsx';
import { relabelFilters } from './relabel-filters.ts';

export const metadata: Metadata = { title: 'Root cause' };

type RootCausePageProps = { params: Promise<{ projectId: string; rootCauseId: string }> };

const STEPS = ['open', 'diagnosed', 'acting', 'closed'] as const;

/** Why readers go wrong in a field, what is done about it, and whether it worked. */
export default async function RootCausePage({ params }: RootCausePageProps) {
  const { rootCauseId } = await params;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Root cause" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const view = await loaded((call) => call.scores.rootCause({ rootCauseId }));
  const mayRelabel = isRelabelled(view.batchKind) && (await hasRight('batch.manage'));
  const filters = relabelFilters(view);
  const isAtWork = view.mayDecide && view.status !== 'closed';
  return (
    <>
      <PageHeader title={`Root cause: ${view.fieldLabel}`} meta={<StatusPill state={view.status} />}>
        <AnswerLine asOf={<DateTime at={view.openedAt} />}>{answerOf(view)}</AnswerLine>
      </PageHeader>
      <div className="pb-8">
        <Stepper
          label="Steps of this case"
          steps={[
            { label: 'Look at cases' },
            { label: 'Name the cause' },
            { label: 'Act' },
            { label: 'Check the effect' },
          ]}
          current={view.status === 'closed' ? STEPS.length : STEPS.indexOf(view.status)}
        />
      </div>
      <EvidencePart view={view} />
      <Section
        title="Divided cases"
        says={
          isAtWork
            ? 'The worst first. Say for each why its readers disagree; the most frequent reason suggests the cause.'
            : 'The worst first.'
        }
      >
        <CaseFindings view={view} canFind={isAtWork} />
      </Section>
      {mayRelabel && filters.length > 0 ? (
        <Section
          title="Have it read again"
          says="Other people read, and the earlier labels stay beside the new ones. The form opens with its filter filled in; nothing is ordered yet."
        >
          <ul className="flex flex-col gap-1 text-sm">
            {filters.map(({ says, filter }) => (
              <li key={says}>
                <TextLink
                  className="inline-block py-1"
                  href={relabelHref(view.projectId, view.batchId, filter)}
                >
                  {says}
                </TextLink>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <CausePart view={view} />
      <EffectPart view={view} />
    </>
  );
}

function answerOf(view: RootCauseView) {
  const share = figureWords(view.overall, 'percent');
  const against = view.reference === 'gold' ? 'right on gold' : 'as most others answered';
  const found = view.cases.filter((one) => one.finding !== null).length;
  return (
    <>
      {view.openedBy === null ? 'A crossed bound opened this case' : `${view.openedBy} opened this case`} on{' '}
      {view.batchName}
      {share === null ? (
        ''
      ) : (
        <>
          : <strong>{share}</strong> of answers were {against}
        </>
      )}
      .{' '}
      {view.cases.length === 0
        ? 'No case divides its readers'
        : `${counted(found, 'case')} of ${view.cases.length} looked at`}
      {view.effect && view.status === 'closed' ? (
        <>
          ; <strong>{VERDICT_WORDS[view.effect.verdict].toLocaleLowerCase()}</strong>
        </>
      ) : null}
      .
    </>
  );
}
