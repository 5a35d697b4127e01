import type { Metadata } from 'next';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loadedUnless } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { counted, figureWords } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { hasRight, NotForYourRole } from '#app/(sponsor)/sponsor/_parts/rights.tsx';
import { WITHHELD } from '#app/(sponsor)/sponsor/_parts/withheld-reasons.ts';
import { ChooseBatch } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/choose-batch.tsx';
import { chooseReadBatch } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/choose-read-batch.ts';
import {
  isRelabelled,
  relabelHref,
} from '#app/(sponsor)/sponsor/projects/[projectId]/quality/read-again.tsx';
import { WithheldQuality } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/withheld-quality.tsx';
import type { ContinuousView } from '#server/scores/view-schemas.ts';
import { CalibrationPart } from './calibration-part.tsx';
import { DaysPart } from './days-part.tsx';
import { OpenRootCause } from './open-root-cause.tsx';
import { PeoplePart } from './people-part.tsx';

export const metadata: Metadata = { title: 'Quality day by day' };

type ContinuousPageProps = {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<Search>;
};

/** Is it as good as it was? Running scores by day, person, pair and stated confidence. */
export default async function ContinuousPage({ params, searchParams }: ContinuousPageProps) {
  const { projectId } = await params;
  const query = await searchParams;
  if (!(await hasRight('quality.read'))) {
    return (
      <>
        <PageHeader title="Quality day by day" />
        <NotForYourRole what="quality" who="the clinical lead" />
      </>
    );
  }
  const batches = await chooseReadBatch(projectId, textFrom(query, 'batch'));
  if (batches === null) {
    return (
      <>
        <PageHeader title="Quality day by day">
          <AnswerLine>Nothing has been read yet, so there is nothing to follow.</AnswerLine>
        </PageHeader>
        <EmptyState
          title="Scores follow the reads"
          action={<LinkButton href={`/sponsor/projects/${projectId}/batches`}>Open batches</LinkButton>}
        >
          They are counted within seconds of each label.
        </EmptyState>
      </>
    );
  }
  const field = textFrom(query, 'field');
  const [{ value: view, refusal }, mayDecide, mayRelabel] = await Promise.all([
    loadedUnless(WITHHELD, (call) =>
      call.scores.continuous({ batchId: batches.chosen.id, ...(field === undefined ? {} : { field }) }),
    ),
    hasRight('quality.decide'),
    hasRight('batch.manage'),
  ]);
  if (refusal !== null)
    return (
      <WithheldQuality
        title="Quality day by day"
        href={`/sponsor/projects/${projectId}/quality/continuous`}
        batches={batches}
        refusal={refusal}
      />
    );
  return (
    <>
      <PageHeader
        title="Quality day by day"
        actions={
          mayDecide ? (
            <OpenRootCause projectId={projectId} batchId={view.batch.id} field={view.field} />
          ) : null
        }
      >
        <AnswerLine {...(view.asOf ? { asOf: <DateTime at={view.asOf} /> } : {})}>
          {answerOf(view)}
        </AnswerLine>
      </PageHeader>
      <ChooseBatch
        batches={batches.choices}
        batchId={view.batch.id}
        fields={view.fields}
        field={view.field.key}
      />
      {view.batch.assisted ? (
        <p className="prose-width pb-6 text-ink-2 text-sm">
          A pre-label was shown to these readers. Their agreement is not comparable with that of independent
          readers, because people follow what they are shown.
        </p>
      ) : null}
      <DaysPart view={view} />
      <PeoplePart
        view={view}
        relabelHref={
          mayRelabel && isRelabelled(view.batch.kind) ? relabelHref(projectId, view.batch.id, {}) : null
        }
      />
      <CalibrationPart view={view} />
    </>
  );
}

function answerOf(view: ContinuousView) {
  const { whole, field, days, readers } = view;
  const said = figureWords(whole.alpha);
  const away = readers.filter((reader) => reader.status !== 'active').length;
  if (view.asOf === null) return 'Not counted yet; it takes some seconds after the first read.';
  return (
    <>
      {said === null ? (
        <>Reliability of {field.label} can’t be said yet</>
      ) : (
        <>
          Reliability (α) of {field.label} is <strong>{said}</strong> over {counted(days.length, 'day')}
        </>
      )}
      {away === 0
        ? ', and everybody reads.'
        : `; ${counted(away, 'reader')} ${away === 1 ? 'is' : 'are'} in calibration or paused.`}
    </>
  );
}
