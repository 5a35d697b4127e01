'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { downloadText } from '#app/_ui/download.ts';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Provenance } from '#app/(sponsor)/sponsor/_parts/provenance.tsx';
import { relabelHref } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/read-again.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { RECALLED_CASES_SHOWN, sayWork } from '#server/work/recall-schemas.ts';
import { DecideRecall } from './decide-recall.tsx';

type Recall = inferRouterOutputs<AppRouter>['work']['recalls']['recalls'][number];

type RecallCardProps = {
  one: Recall;
  projectId: string;
  /** The list that it stands in. */
  listId: string;
  /** Whether this person makes batches. */
  mayMakeBatch: boolean;
};

/** Cases in sight; the others are in the list to download. */
const SHOWN = 40;

const STATES = { open: 'To decide', kept: 'Kept', relabelled: 'Read again' } as const;

/** One reader's labels in one batch: why they are listed, each with its history, and what becomes of them. */
export function RecallCard({ one, projectId, listId, mayMakeBatch }: RecallCardProps) {
  const isWhole = isListed(one);
  const [taskId, setTaskId] = useState<string | null>(null);
  const tiers = one.cases.flatMap((found) => found.tiers);
  return (
    <li className="flex flex-col gap-3 py-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 id={`${one.id}-title`} className="font-medium text-base">
            {one.alias} in {one.batchName}: {one.reads} {sayWork(one.reads, tiers)}
          </h2>
          <p className="text-ink-2 text-sm">
            {one.credential}: {one.standing ?? 'not as claimed'} at its source since {sayDay(one.since)},
            found <DateTime at={one.foundAt} format="day" />. What was done stays paid.
          </p>
        </div>
        <StatusPill state={one.status} tone={one.status === 'open' ? 'attention' : 'neutral'}>
          {STATES[one.status]}
        </StatusPill>
      </div>
      {one.decisionReason === null ? null : (
        <p className="prose-width border-line-strong border-l-2 pl-3 text-sm">{one.decisionReason}</p>
      )}
      <ul className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm" aria-label="Cases">
        <li className="text-ink-3">{one.reads === 1 ? 'Case' : 'Cases'}</li>
        {one.cases.slice(0, SHOWN).map((found) => (
          <li key={found.taskId}>
            <button
              type="button"
              onClick={() => setTaskId(found.taskId)}
              className="min-h-6 min-w-6 rounded-sm text-left font-mono text-accent-ink text-xs underline underline-offset-[3px]"
            >
              {found.externalId}
            </button>
          </li>
        ))}
        {one.cases.length > SHOWN ? (
          <li className="text-ink-3 text-xs">
            and {isWhole ? '' : 'at least '}
            {one.cases.length - SHOWN} more
          </li>
        ) : null}
      </ul>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          size="sm"
          aria-describedby={`${one.id}-title`}
          onClick={() =>
            downloadText(
              `labels-to-look-at-${one.alias}.csv`,
              'text/csv',
              ['case,read_at,is_final,work']
                .concat(
                  one.cases.map((found) =>
                    [
                      `"${found.externalId.replaceAll('"', '""')}"`,
                      found.submittedAt.toISOString(),
                      found.isFinal,
                      found.tiers.map((tier) => sayWork(1, [tier])).join(' '),
                    ].join(','),
                  ),
                )
                .join('\n'),
            )
          }
        >
          {isWhole ? 'Download list' : `Download the first ${one.cases.length.toLocaleString('en')}`}
        </Button>
        {one.mayDecide ? <DecideRecall recall={one} listId={listId} /> : null}
        {one.isOwn && one.status === 'open' ? (
          <p className="text-ink-2 text-sm">This is your own work; somebody else decides on it.</p>
        ) : null}
        {one.status !== 'relabelled' ? null : mayMakeBatch ? (
          <TextLink href={relabelHref(projectId, one.batchId, filterOf(one))}>
            Create the relabel batch of {isWhole ? 'these cases' : `what ${one.alias} has read`}
          </TextLink>
        ) : (
          <p className="text-ink-2 text-sm">The project manager makes the relabel batch.</p>
        )}
      </div>
      <Provenance batchId={one.batchId} taskId={taskId} onClose={() => setTaskId(null)} />
    </li>
  );
}

/** Whether every case of it is in the list, of which a page holds the first ones. */
const isListed = ({ cases }: Recall) => cases.length < RECALLED_CASES_SHOWN;

/** The cases themselves; of a longer list everything that the reader has read in the batch. */
const filterOf = (one: Recall): Record<string, string> =>
  isListed(one) ? { ids: one.cases.map((found) => found.externalId).join(',') } : { reader: one.alias };
