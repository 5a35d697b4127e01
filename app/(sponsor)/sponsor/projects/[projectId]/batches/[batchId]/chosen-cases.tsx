import type { inferRouterOutputs } from '@trpc/server';
import { Fragment } from 'react';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import { Strata } from '#app/(sponsor)/sponsor/projects/[projectId]/batches/new/selection-preview.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { selectionWords } from './selection-words.ts';

type BatchDetail = inferRouterOutputs<AppRouter>['work']['batch'];

const SAMPLING_WORDS = {
  all: 'all that fitted',
  first: 'the first that fitted',
  random: 'drawn at random',
  stratified: 'drawn by stratum',
};

const APART_WORDS = {
  none: null,
  siblings: 'Nobody reads a case here that they have met in another batch of the project.',
  listed: 'Nobody reads a case here that they have met in the batches it keeps apart from.',
};

/** How the cases of a batch were chosen: split, draw, by what, strata with their weights, and who is kept away. */
export function ChosenCases({ batch, base }: { batch: BatchDetail; base: string }) {
  const { selection, split, taskCount } = batch;
  if (selection === null) return null;
  const apart = APART_WORDS[batch.excludePriorReaders];
  return (
    <Section
      title="How the cases were chosen"
      says={
        <>
          {taskCount.toLocaleString('en')} of {counted(selection.population, 'case')},{' '}
          {SAMPLING_WORDS[selection.sampling]}
          {split === null ? '' : `, from the split “${split}”`}. {apart}{' '}
          {batch.apartFrom.length === 0 ? null : (
            <>
              Its people are others than in{' '}
              {batch.apartFrom.map((one, index) => (
                <Fragment key={one.id}>
                  {index === 0 ? '' : ', '}
                  <TextLink href={`/sponsor/projects/${one.projectId}/batches/${one.id}`}>
                    {one.name}
                  </TextLink>
                  {one.projectId === batch.projectId ? '' : ` of ${one.projectTitle}`}
                </Fragment>
              ))}
              , and may not change over.{' '}
              {batch.status === 'draft' ? 'That can be changed until it is opened. ' : null}
            </>
          )}
          {batch.parentBatchId === null ? null : (
            <TextLink href={`${base}/${batch.parentBatchId}`}>It follows an earlier batch</TextLink>
          )}
        </>
      }
    >
      <Conditions by={selection.by} />
      {selection.strata === null ? null : (
        <div className="max-w-[560px]">
          <Strata strata={selection.strata} />
          <p className="prose-width pt-2 text-ink-3 text-sm">
            The weight is the population divided by what was drawn. Exports carry it with every case, so that
            shares can be estimated for all that fitted.
          </p>
        </div>
      )}
    </Section>
  );
}

/** What held of every case that fitted. */
function Conditions({ by }: { by: NonNullable<BatchDetail['selection']>['by'] }) {
  const lines = selectionWords(by);
  if (lines.length === 0 && !by.isPartial) return null;
  return (
    <div className="prose-width text-sm">
      {lines.length === 0 ? null : (
        <>
          <p>A case fitted if all of this was so:</p>
          <ul className="wrap-anywhere flex list-disc flex-col gap-0.5 pt-1 pl-4">
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {by.isPartial ? (
        <p className="pt-1 text-ink-3">
          {lines.length === 0 ? 'By what they were chosen' : 'What else they were chosen by'} is not for your
          role.
        </p>
      ) : null}
    </div>
  );
}
