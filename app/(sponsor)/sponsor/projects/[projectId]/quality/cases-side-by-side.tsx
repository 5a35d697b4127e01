'use client';

import { type ReactNode, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Provenance } from '#app/(sponsor)/sponsor/_parts/provenance.tsx';
import type { SideBySideCase } from '#server/scores/side-by-side-schema.ts';
import { answerWordsOf } from './quality-words.ts';

export type CasesSideBySideProps = {
  batchId: string;
  cases: readonly SideBySideCase[];
  options: readonly { value: string; label: string }[];
  /** Something more about a case, by its id: what was found in it. */
  more?: Readonly<Record<string, ReactNode>> | undefined;
};

/** Cases with their reads next to each other, beside gold and final label where there are any; each opens its history. */
export function CasesSideBySide({ batchId, cases, options, more }: CasesSideBySideProps) {
  const [taskId, setTaskId] = useState<string | null>(null);
  const words = (value: string) => answerWordsOf(options, value);
  if (cases.length === 0)
    return (
      <EmptyState title="No single cases to show">
        For numbers and sets of answers the table counts, but lists no cases.
      </EmptyState>
    );
  return (
    <>
      <ul className="divide-y divide-line border-line border-y">
        {cases.map((one) => (
          <li key={one.taskId} className="flex flex-wrap items-start gap-x-6 gap-y-2 py-3">
            <div className="w-full min-w-0 sm:w-44">
              <p className="truncate font-medium" title={one.externalId}>
                {one.externalId}
              </p>
              <StatusPill state={one.status} />
            </div>
            <dl className="flex min-w-0 flex-1 flex-wrap gap-2">
              {one.reads.map((read) => (
                <Shown
                  key={read.alias}
                  name={`${read.alias}${read.confidence === null ? '' : ` · confidence ${read.confidence}`}`}
                  says={words(read.answer)}
                  note={read.rationale}
                  isAside={one.gold.length > 0 && !one.gold.includes(read.answer)}
                />
              ))}
              {one.gold.length > 0 ? (
                <Shown name="Gold" says={one.gold.map(words).join(' or ')} isReference />
              ) : null}
              {one.final === null ? null : <Shown name="Final label" says={words(one.final)} isReference />}
            </dl>
            <Button size="sm" variant="quiet" onClick={() => setTaskId(one.taskId)}>
              Open history
            </Button>
            {more?.[one.taskId] ? <div className="w-full">{more[one.taskId]}</div> : null}
          </li>
        ))}
      </ul>
      <Provenance batchId={batchId} taskId={taskId} onClose={() => setTaskId(null)} />
    </>
  );
}

type ShownProps = {
  name: string;
  says: string;
  note?: string | null;
  isAside?: boolean;
  isReference?: boolean;
};

function Shown({ name, says, note, isAside = false, isReference = false }: ShownProps) {
  return (
    <div
      className={cn(
        'min-w-24 max-w-64 rounded-md border px-2 py-1',
        isReference
          ? 'border-accent'
          : isAside
            ? 'border-line-strong border-dashed'
            : 'border-line bg-sunken',
      )}
    >
      <dt className="text-ink-3 text-xs">
        {name}
        {isAside ? ' · not gold' : ''}
      </dt>
      <dd className={cn('text-sm', isReference && 'font-medium')}>{says}</dd>
      {note ? <dd className="text-ink-2 text-xs">{note}</dd> : null}
    </div>
  );
}
