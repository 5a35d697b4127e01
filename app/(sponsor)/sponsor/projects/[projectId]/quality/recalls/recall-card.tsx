'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { downloadText } from '#app/_ui/download.ts';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Provenance } from '#app/(sponsor)/sponsor/_parts/provenance.tsx';
import { sayDay } from '#server/notifications/say-day.ts';
import type { AppRouter } from '#server/routers/_app.ts';
import { sayWork } from '#server/work/recall-schemas.ts';
import { DecideRecall } from './decide-recall.tsx';

type Recall = inferRouterOutputs<AppRouter>['work']['recalls']['recalls'][number];

const STATES = { open: 'To decide', kept: 'Kept', relabelled: 'Read again' } as const;

/** One reader's labels in one batch: why they are listed, each with its history, and what becomes of them. */
export function RecallCard({
  one,
  projectId,
  mayDecide,
}: {
  one: Recall;
  projectId: string;
  mayDecide: boolean;
}) {
  const [taskId, setTaskId] = useState<string | null>(null);
  const tiers = one.cases.flatMap((found) => found.tiers);
  const relabel = `/sponsor/projects/${projectId}/batches/new?from=${one.batchId}&reader=${one.alias}`;
  return (
    <li className="flex flex-col gap-3 py-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="font-medium text-base">
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
        {one.cases.slice(0, 40).map((found) => (
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
        {one.reads > 40 ? <li className="text-ink-3 text-xs">and {one.reads - 40} more</li> : null}
      </ul>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          size="sm"
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
          Download list
        </Button>
        {one.status === 'open' && mayDecide ? <DecideRecall recallId={one.id} alias={one.alias} /> : null}
        {one.status === 'relabelled' ? (
          <TextLink href={relabel}>Make the batch that reads them again</TextLink>
        ) : null}
      </div>
      <Provenance batchId={one.batchId} taskId={taskId} onClose={() => setTaskId(null)} />
    </li>
  );
}
