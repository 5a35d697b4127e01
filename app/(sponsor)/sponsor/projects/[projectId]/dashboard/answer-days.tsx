'use client';

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { LineWithBand } from '#app/_ui/charts/line-with-band.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { ErrorState } from '#app/_ui/error-state.tsx';
import { Field } from '#app/_ui/field.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { Skeleton } from '#app/_ui/skeleton.tsx';
import type { AnswerDaysView, DashboardView } from '#server/analytics/schemas.ts';

/** The mix of answers by day: a class that grows or vanishes shows a shift of cases or of readers. */
export function AnswerDays({ batches }: { batches: DashboardView['batches'] }) {
  const trpc = useTRPC();
  const readLast = [...batches].sort((a, b) => lastRead(b) - lastRead(a))[0];
  const [batchId, setBatchId] = useState(readLast?.batchId ?? '');
  const [field, setField] = useState<string>();
  const { data, error } = useQuery(
    trpc.analytics.answerDays.queryOptions(
      { batchId, ...(field === undefined ? {} : { field }) },
      { enabled: batchId !== '', placeholderData: (before) => before },
    ),
  );
  return (
    <div className="flex flex-col gap-4">
      <div className="grid max-w-[720px] gap-4 sm:grid-cols-2">
        <Field label="Batch" name="answer-days-batch">
          <NativeSelect
            value={batchId}
            onChange={(event) => {
              setBatchId(event.target.value);
              setField(undefined);
            }}
          >
            {batches.map((batch) => (
              <option key={batch.batchId} value={batch.batchId}>
                {batch.name}
              </option>
            ))}
          </NativeSelect>
        </Field>
        {data && data.fields.length > 1 ? (
          <Field label="Field" name="answer-days-field">
            <NativeSelect value={data.field ?? ''} onChange={(event) => setField(event.target.value)}>
              {data.fields.map((one) => (
                <option key={one.key} value={one.key}>
                  {one.label}
                </option>
              ))}
            </NativeSelect>
          </Field>
        ) : null}
      </div>
      {error ? (
        <ErrorState title="The answers by day could not be shown">{error.message}</ErrorState>
      ) : data === undefined ? (
        <Skeleton className="h-72" />
      ) : (
        <Days data={data} />
      )}
    </div>
  );
}

const lastRead = (batch: DashboardView['batches'][number]) => batch.hours.at(-1)?.at.getTime() ?? 0;

function Days({ data }: { data: AnswerDaysView }) {
  const label = data.fields.find((one) => one.key === data.field)?.label;
  if (data.field === null)
    return (
      <EmptyState title="Nothing to count by class">
        The protocol of this batch asks no closed field.
      </EmptyState>
    );
  if (data.classes.length === 0)
    return (
      <EmptyState title="No answers counted yet">They appear some seconds after the first reads.</EmptyState>
    );
  return (
    <LineWithBand
      title={`Answers to ${label ?? data.field}, by day`}
      says="Share of each day’s answers (UTC), gold included, rejected reads left out. The 95 % interval takes every answer for itself; several reads of one case tell less."
      format="percent"
      ends={[0, 1]}
      series={data.classes.map((one) => ({
        name: one.label,
        points: one.days.map((day) => ({
          at: new Date(`${day.day}T12:00:00Z`),
          value: day.share,
          interval: day.interval ?? undefined,
          n: day.of,
        })),
      }))}
      note={
        data.completeTo ? (
          <>
            Complete to <DateTime at={data.completeTo} format="second" />.
          </>
        ) : undefined
      }
    />
  );
}
