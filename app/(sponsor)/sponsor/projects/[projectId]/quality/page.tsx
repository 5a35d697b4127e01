import type { Metadata } from 'next';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loadedUnless } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Badge } from '#app/_ui/badge.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { WITHHELD } from '#app/(sponsor)/sponsor/_parts/withheld-reasons.ts';
import { loadProject } from '#app/(sponsor)/sponsor/projects/[projectId]/load-project.ts';
import type { QualityView } from '#server/analytics/schemas.ts';
import type { Project } from '#server/projects/schemas.ts';
import { ChooseBatch } from './choose-batch.tsx';
import { chooseReadBatch } from './choose-read-batch.ts';
import { MeasureNow } from './measure-now.tsx';
import { QualityCharts } from './quality-charts.tsx';
import { isRelabelled, ReadAgain } from './read-again.tsx';
import { WithheldQuality } from './withheld-quality.tsx';

export const metadata: Metadata = { title: 'Quality' };

type QualityPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Search>;
};

/** Where readers disagree, and with what. */
export default async function QualityPage({ params, searchParams }: QualityPageProps) {
  const { projectId } = await params;
  const query = await searchParams;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Quality" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const [{ project }, batches] = await Promise.all([
    loadProject(projectId),
    chooseReadBatch(projectId, textFrom(query, 'batch')),
  ]);
  if (batches === null) {
    return (
      <>
        <PageHeader title="Quality">
          <AnswerLine>Nothing has been read yet, so there is nothing to measure.</AnswerLine>
        </PageHeader>
        <EmptyState
          title="Quality appears with the first reads"
          action={<LinkButton href={`/sponsor/projects/${projectId}/batches`}>Open batches</LinkButton>}
        >
          Reliability needs cases with two reads; accuracy needs gold.
        </EmptyState>
      </>
    );
  }
  const mayRelabel = await hasRight('batch.manage');
  const field = textFrom(query, 'field');
  const { value: quality, refusal } = await loadedUnless(WITHHELD, (call) =>
    call.analytics.quality({ batchId: batches.chosen.id, ...(field === undefined ? {} : { field }) }),
  );
  if (refusal !== null)
    return (
      <WithheldQuality
        title="Quality"
        href={`/sponsor/projects/${projectId}/quality`}
        batches={batches}
        refusal={refusal}
      />
    );
  return (
    <>
      <PageHeader
        title="Quality"
        meta={quality.batch.assisted ? <Badge tone="attention">Assisted reads</Badge> : null}
        actions={quality.batch.kind === 'pilot' ? null : <MeasureNow batchId={quality.batch.id} />}
      >
        <AnswerLine {...(quality.computedAt ? { asOf: <DateTime at={quality.computedAt} /> } : {})}>
          {answerOf(quality, project)}
        </AnswerLine>
      </PageHeader>
      <ChooseBatch
        batches={batches.choices}
        batchId={quality.batch.id}
        fields={quality.fields.filter((one) => one.isMeasured)}
        field={quality.field.key}
      />
      {quality.batch.assisted ? (
        <p className="prose-width pb-6 text-ink-2 text-sm">
          A pre-label was shown to these readers. Their agreement is not comparable with that of independent
          readers, because people follow what they are shown.
        </p>
      ) : null}
      <QualityCharts quality={quality} threshold={boundOf(project, quality.field.key)} />
      {mayRelabel && isRelabelled(quality.batch.kind) ? (
        <ReadAgain projectId={projectId} quality={quality} />
      ) : null}
    </>
  );
}

/** The agreement the project asks of a field, if it asks any. */
const boundOf = (project: Project, field: string) =>
  project.qualityPolicy.reliability.find(
    (bound) => bound.field === field && bound.metric === 'krippendorff_alpha',
  )?.threshold;

function answerOf(quality: QualityView, project: Project) {
  const { figures, field, batch, pairs } = quality;
  const alpha = figures.krippendorff_alpha;
  if (quality.computedAt === null)
    return batch.kind === 'pilot'
      ? 'This pilot is measured by its scorecard, which is computed when its reading is over.'
      : 'Not measured yet. It is measured from ten reads on; or measure it now.';
  const said = figureWords(alpha);
  const bound = boundOf(project, field.key);
  const lowest = pairs
    .filter((pair) => pair.kappa.value !== null)
    .sort((a, b) => (a.kappa.value ?? 1) - (b.kappa.value ?? 1))[0];
  const accuracy = figureWords(figures.accuracy);
  return (
    <>
      {said === null ? (
        <>Reliability of {field.label} can’t be said yet</>
      ) : (
        <>
          Reliability (α) of {field.label} is <strong>{said}</strong>
          {bound === undefined || !alpha ? null : <>, {standing(alpha, bound)}</>}
        </>
      )}
      ; accuracy on gold{' '}
      {accuracy === null ? 'is not known: there is no reference' : <strong>{accuracy}</strong>}.
      {lowest ? ` ${lowest.first} and ${lowest.second} agree least.` : null}
    </>
  );
}

function standing(alpha: QualityView['figures'][string], bound: number): string {
  const asked = `the ${bound.toFixed(2)} asked`;
  const [low, high] = alpha.interval ?? [alpha.value ?? 0, alpha.value ?? 0];
  if (low >= bound) return `above ${asked}`;
  return high < bound ? `below ${asked}` : `not yet told from ${asked}`;
}
