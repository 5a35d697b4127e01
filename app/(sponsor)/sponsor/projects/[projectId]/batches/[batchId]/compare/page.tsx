import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Measure } from '#app/_ui/measure.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { StateTabs } from '#app/(sponsor)/sponsor/_parts/state-tabs.tsx';
import { answerWordsOf } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import { isId } from '#server/core/ids.ts';
import type { RelabelView } from '#server/scores/relabel-schemas.ts';
import { ChangedCases } from './changed-cases.tsx';
import { ClassShifts } from './class-shifts.tsx';

export const metadata: Metadata = { title: 'Old against new' };

type ComparePageProps = {
  params: Promise<{ projectId: string; batchId: string }>;
  searchParams: Promise<Search>;
};

/** What a relabel batch changed: how often, in which direction, how well readers agree now, and on which cases. */
export default async function ComparePage({ params, searchParams }: ComparePageProps) {
  const { projectId, batchId } = await params;
  const field = textFrom(await searchParams, 'field');
  if (!isId(batchId)) notFound();
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Old against new" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const view = await loaded((call) => call.scores.relabel({ batchId, ...(field ? { field } : {}) }));
  if (view.batch.projectId !== projectId) notFound();
  const base = `/sponsor/projects/${projectId}/batches/${batchId}`;
  const words = (value: string) => answerWordsOf(view.field.options, value);
  return (
    <>
      <PageHeader
        title={`Old against new: ${view.batch.name}`}
        actions={
          <LinkButton variant="quiet" href={base}>
            Back to the batch
          </LinkButton>
        }
      >
        <AnswerLine>
          <Answer view={view} />
        </AnswerLine>
      </PageHeader>
      {view.fields.length < 2 ? null : (
        <StateTabs
          label="Field"
          items={view.fields.map(({ key, label }) => ({
            href: `${base}/compare?field=${encodeURIComponent(key)}`,
            label,
            isCurrent: key === view.field.key,
          }))}
        />
      )}
      {view.compared === 0 ? (
        <EmptyState title="Nothing to compare yet">
          {counted(view.cases, 'case')} of this batch {view.cases === 1 ? 'has' : 'have'} an earlier final
          label. Old and new stand here side by side as soon as cases are settled again.
        </EmptyState>
      ) : (
        <>
          <Section
            title="What changed"
            says={
              view.population === null
                ? 'Of the cases that have a value before and now.'
                : `By sampling weight, so that it speaks for all ${view.population.toLocaleString('en')} cases that fitted.`
            }
          >
            <Figures view={view} />
          </Section>
          <Section title="By class" says="Its share before and now, and the shift with its 95 % interval.">
            <ClassShifts view={view} words={words} />
          </Section>
          <Section
            title="Cases that changed"
            says={
              view.changes.more
                ? `The last ${view.changes.cases.length} that were settled; votes of the readers beside each value.`
                : 'The votes of the readers beside each value.'
            }
          >
            <ChangedCases cases={view.changes.cases} words={words} />
          </Section>
        </>
      )}
    </>
  );
}

function Answer({ view }: { view: RelabelView }) {
  const { compared, settled, cases, changed, agreement } = view;
  if (compared === 0)
    return <>Of {counted(cases, 'case')} with an earlier label none is settled again yet.</>;
  const [then, now] = [figureWords(agreement.before), figureWords(agreement.after)];
  return (
    <>
      <strong>{figureWords(changed, 'percent')}</strong> of the labels changed, of {counted(compared, 'case')}{' '}
      compared{settled < cases ? ` (${cases - settled} not settled yet)` : ''}
      {then !== null && now !== null ? (
        <>
          ; readers’ reliability was α {then} and is <strong>α {now}</strong>
        </>
      ) : null}
      .
    </>
  );
}

function Figures({ view }: { view: RelabelView }) {
  const rows = [
    ['Labels that changed', view.changed, 'percent'],
    ['Reliability then (Krippendorff’s α)', view.agreement.before, 'score'],
    ['Reliability now (Krippendorff’s α)', view.agreement.after, 'score'],
  ] as const;
  return (
    <div className="grid gap-6 sm:grid-cols-3">
      {rows.map(([label, figure, format]) => (
        <Measure
          key={label}
          size="block"
          label={label}
          format={format}
          value={figure.value}
          reason={figure.reason}
          interval={figure.interval}
          n={figure.n}
        />
      ))}
    </div>
  );
}
