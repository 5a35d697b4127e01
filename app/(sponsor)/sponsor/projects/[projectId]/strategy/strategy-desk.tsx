'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { SplitPane } from '#app/_ui/split-pane.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { Mode, Source, StrategyView } from '#server/strategy/schemas.ts';
import { DecidePart } from './decide-part.tsx';
import { DecisionList } from './decision-list.tsx';
import { ModePart } from './mode-part.tsx';
import { CostRange, OptionCards, QualityMeasure } from './option-cards.tsx';
import { StrategyFields } from './strategy-fields.tsx';
import { inputsOf, valuesOf } from './strategy-values.ts';
import { MODE_WORDS, priceWords, recommendedOf, SOURCE_WORDS } from './strategy-words.ts';

/** The sponsor's figures beside what follows from them; everything is reckoned anew as they change. */
export function StrategyDesk({ first, mayDecide }: { first: StrategyView; mayDecide: boolean }) {
  const trpc = useTRPC();
  const { currency, id: projectId } = first.project;
  const [values, setValues] = useState(() => valuesOf(first.inputs, currency));
  const typed = inputsOf(useDeferredValue(values), currency);
  const { problems: wrong } = inputsOf(values, currency);
  const asked = typed.inputs ?? first.inputs;
  const query = useQuery(
    trpc.strategy.view.queryOptions(
      { projectId, inputs: asked },
      { placeholderData: keepPreviousData, enabled: typed.inputs !== null, queryKeyHashFn: hashWithMoney },
    ),
  );
  const view = query.data ?? first;
  const [choice, setChoice] = useState<{ mode?: Mode; source?: Source }>({});
  const recommended = recommendedOf(view);
  const mode = view.modes.find((one) => one.mode === choice.mode) ?? recommended.mode ?? view.modes[0];
  const source = choice.source ?? mode?.recommended ?? null;
  const option = mode?.options.find((one) => one.source === source);
  return (
    <>
      <PageHeader title="How to get this labelled">
        <AnswerLine>
          <Answer view={view} />
        </AnswerLine>
        <p className="mt-2 text-sm lg:hidden">
          <TextLink href="#your-figures">Change your figures</TextLink>
        </p>
      </PageHeader>
      <SplitPane
        side="left"
        width={280}
        sticky={false}
        asideLabel="Your figures"
        aside={
          <StrategyFields
            values={values}
            problems={wrong ?? {}}
            currency={currency}
            onChange={(change) => setValues((before) => ({ ...before, ...change }))}
          />
        }
      >
        {query.error ? (
          <ErrorState
            title="This could not be reckoned"
            action={<Button onClick={() => query.refetch()}>Try again</Button>}
          >
            {query.error.message}
          </ErrorState>
        ) : null}
        <div aria-busy={query.isFetching}>
          <Section title="Who reads" says={view.modeReason}>
            <ModePart
              modes={view.modes}
              recommended={view.recommendedMode}
              chosen={mode?.mode ?? 'human'}
              currency={currency}
              onChoose={(chosen) => setChoice({ mode: chosen })}
            />
          </Section>
          {mode === undefined ? null : mode.mode === 'automated' ? (
            <ModelAlone mode={mode} currency={currency} />
          ) : (
            <Section title="Whose people" says={mode.reasons.join(' ')}>
              <OptionCards
                options={mode.options}
                recommended={mode.recommended}
                chosen={source}
                currency={currency}
                onChoose={mayDecide ? (chosen) => setChoice({ mode: mode.mode, source: chosen }) : null}
              />
              <Basis view={view} />
            </Section>
          )}
          {mode !== undefined && mayDecide ? (
            <Section title="Decide">
              <DecidePart
                projectId={projectId}
                inputs={wrong === null ? typed.inputs : null}
                mode={mode.mode}
                source={mode.mode === 'automated' ? 'build' : source}
                isBlocked={mode.isBlocked || (option?.isBlocked ?? false)}
                isAsRecommended={
                  mode.mode === view.recommendedMode &&
                  (mode.mode === 'automated' || source === recommended.source)
                }
              />
            </Section>
          ) : null}
          {view.decisions.length === 0 ? null : (
            <Section title="What was decided">
              <DecisionList decisions={view.decisions} projectId={projectId} />
            </Section>
          )}
        </div>
      </SplitPane>
    </>
  );
}

/** The key of a question whose amounts are whole numbers of any size, which JSON has none of. */
function hashWithMoney(key: readonly unknown[]): string {
  return JSON.stringify(key, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one));
}

function Answer({ view }: { view: StrategyView }) {
  const { mode, source } = recommendedOf(view);
  const option = mode?.options.find((one) => one.source === source);
  const { currency } = view.project;
  if (mode === null)
    return <>Something stands in the way of each way of reading. See what would change it.</>;
  const cost = option?.cost ?? mode.cost;
  const finishOn = option?.finishOn ?? mode.finishOn;
  return (
    <>
      Recommended: <strong>{MODE_WORDS[mode.mode].label.toLowerCase()}</strong>
      {source === null ? null : (
        <>
          , <strong>{SOURCE_WORDS[source].hint.toLowerCase()}</strong>
        </>
      )}
      {cost === null ? null : (
        <>
          {' '}
          for about{' '}
          <strong>
            <Money amountMinor={cost.mid} currency={currency} />
          </strong>
        </>
      )}
      {finishOn === null ? null : (
        <>
          , done by{' '}
          <strong>
            <DateTime at={`${finishOn}T00:00:00Z`} format="day" zone="UTC" />
          </strong>
        </>
      )}
      .
    </>
  );
}

function ModelAlone({ mode, currency }: { mode: StrategyView['modes'][number]; currency: string }) {
  return (
    <Section title="A model alone" says="No reads are made and none are paid.">
      <dl className="flex flex-col gap-3">
        <div>
          <dt className="text-ink-3 text-sm">Cost, about</dt>
          <dd>
            {mode.cost === null ? 'No model is named.' : <CostRange cost={mode.cost} currency={currency} />}
          </dd>
        </div>
        <div>
          <dt className="text-ink-3 text-sm">Quality to expect</dt>
          <dd className="text-sm">
            {mode.quality === null ? (
              'It was not checked on enough cases.'
            ) : (
              <QualityMeasure quality={mode.quality} />
            )}
          </dd>
        </div>
      </dl>
    </Section>
  );
}

/** What the figures rest on. */
function Basis({ view }: { view: StrategyView }) {
  const { market } = view;
  return (
    <p className="prose-width text-ink-3 text-sm">
      {market.qualified.toLocaleString('en')} {market.qualified === 1 ? 'person qualifies' : 'people qualify'}
      , {market.available.toLocaleString('en')} of them {market.available === 1 ? 'is' : 'are'} available now;{' '}
      {market.fittingVendors} {market.fittingVendors === 1 ? 'vendor passes' : 'vendors pass'} every gate.{' '}
      {priceWords(market)}{' '}
      {market.leadN === 0
        ? `From a call to the first read ${market.leadDays} days are assumed.`
        : `From a call to an award it took ${market.leadDays} days at the median of ${market.leadN} awards.`}{' '}
      {market.isHoursAssumed ? 'Few people say how many hours they have, so eight a week are assumed.' : ''}{' '}
      The cost includes the platform fee where reads are bought (R2), and leaves out gold, exams and
      adjudication.
    </p>
  );
}
