'use client';

import { useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Provenance } from '#app/(sponsor)/sponsor/_parts/provenance.tsx';
import type { QualityView } from '#server/analytics/schemas.ts';

export type HardestCasesProps = {
  batchId: string;
  cases: QualityView['hardest'];
  options: readonly { value: string; label: string }[];
};

/** Cases with their reads side by side, the most divided first; each opens its history. */
export function HardestCases({ batchId, cases, options }: HardestCasesProps) {
  const [taskId, setTaskId] = useState<string | null>(null);
  const words = (value: string) => options.find((option) => option.value === value)?.label ?? value;
  if (cases.length === 0)
    return (
      <EmptyState title="No case divides its readers">
        Every case with two reads or more got the same answer from all.
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
                <div
                  key={read.alias}
                  className={`min-w-24 rounded-md border px-2 py-1 ${read.answer === one.final ? 'border-line-strong bg-sunken' : 'border-line'}`}
                >
                  <dt className="text-ink-3 text-xs">
                    {read.alias}
                    {read.confidence === null ? '' : ` · confidence ${read.confidence}`}
                  </dt>
                  <dd className="text-sm">{words(read.answer)}</dd>
                </div>
              ))}
              {one.final === null ? null : (
                <div className="min-w-24 rounded-md border border-accent px-2 py-1">
                  <dt className="text-ink-3 text-xs">Final label</dt>
                  <dd className="font-medium text-sm">{words(one.final)}</dd>
                </div>
              )}
            </dl>
            <Button size="sm" variant="quiet" onClick={() => setTaskId(one.taskId)}>
              Open history
            </Button>
          </li>
        ))}
      </ul>
      <Provenance batchId={batchId} taskId={taskId} onClose={() => setTaskId(null)} />
    </>
  );
}
