'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { Duration } from '#app/_ui/duration.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { Provenance } from '#app/(sponsor)/sponsor/_parts/provenance.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { RejectRead } from './reject-read.tsx';

type Read = inferRouterOutputs<AppRouter>['labels']['reads'][number];
type Field = { key: string; label: string; options: Readonly<Record<string, string>> };

export type ReadTableProps = {
  batchId: string;
  reads: readonly Read[];
  fields: readonly Field[];
  mayReject: boolean;
  nextCursor: string | null;
};

function words(value: unknown, options: Field['options']): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const named = (one: unknown) => options[String(one)] ?? String(one);
  return Array.isArray(value) ? value.map(named).join(', ') || 'none' : named(value);
}

const activeSeconds = (read: Read) => Math.round(read.activeMs / 1000);

/** Which read it is: by whom, of which case and, where the same person reads it again, in which round. */
const which = ({ alias, caseId, round }: Read) =>
  `${alias}, case ${caseId.slice(-8)}${round > 1 ? `, round ${round}` : ''}`;

/** Reads with their answers; each opens the history of its case, and one that waits can be rejected. */
export function ReadTable({ batchId, reads, fields, mayReject, nextCursor }: ReadTableProps) {
  const [taskId, setTaskId] = useState<string | null>(null);
  return (
    <>
      <DataTable
        id="batch-reads"
        caption="Reads"
        columns={[
          { key: 'reader', header: 'Reader', phone: 'main', fixed: true },
          { key: 'case', header: 'Case' },
          ...fields.map((field, index) => ({
            key: `f.${field.key}`,
            header: field.label,
            maxWidth: 220,
            ...(index > 4 ? { hiddenAtFirst: true } : {}),
          })),
          { key: 'active', header: 'Active time', csvHeader: 'Active time (s)', align: 'right' },
          { key: 'submitted', header: 'Submitted' },
          { key: 'state', header: 'State' },
          ...(mayReject ? [{ key: 'reject', header: 'Reject', phone: 'side' as const, isAction: true }] : []),
        ]}
        rows={reads.map((read) => ({
          id: read.labelId,
          name: which(read),
          cells: {
            reader: (
              <span>
                {read.alias}
                {read.round > 1 ? <span className="text-ink-3"> · round {read.round}</span> : null}
              </span>
            ),
            case: (
              <button
                type="button"
                className="focus-target font-mono text-accent-ink text-sm underline-offset-2 hover:underline"
                onClick={() => setTaskId(read.taskId)}
              >
                {read.caseId.slice(-8)}
                <span className="sr-only">: open its history</span>
              </button>
            ),
            ...Object.fromEntries(
              fields.map(({ key, options }) => [`f.${key}`, words(read.answers[key], options)]),
            ),
            active: <Duration seconds={activeSeconds(read)} />,
            submitted: <DateTime at={read.submittedAt} />,
            state: (
              <span className="flex flex-wrap items-center gap-x-2">
                <StatusPill state={read.status}>
                  {read.acceptedBy === null ? 'Accepted' : 'Waits for acceptance'}
                </StatusPill>
                {read.acceptedBy === null ? null : (
                  <span className="text-ink-3 text-xs">
                    by <DateTime at={read.acceptedBy} format="day" /> at the latest
                  </span>
                )}
              </span>
            ),
            reject:
              read.acceptedBy === null ? (
                <span className="text-ink-3 text-xs">Paid, so not any more</span>
              ) : (
                <RejectRead batchId={batchId} labelId={read.labelId} which={which(read)} />
              ),
          },
          values: {
            reader: read.alias,
            case: read.caseId,
            active: activeSeconds(read),
            submitted: read.submittedAt,
            state: read.status,
          },
        }))}
        nextCursor={nextCursor}
        empty={
          <EmptyState title="No read here">
            What is read appears here with its answers. Work that is paid on submit, such as a pilot’s or
            gold, waits for no acceptance and cannot be rejected.
          </EmptyState>
        }
      />
      <Provenance batchId={batchId} taskId={taskId} onClose={() => setTaskId(null)} />
    </>
  );
}
