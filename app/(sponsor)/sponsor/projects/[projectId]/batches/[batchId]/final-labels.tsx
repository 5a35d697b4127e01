'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { Badge } from '#app/_ui/badge.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Money } from '#app/_ui/money.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import { Provenance } from '#app/(sponsor)/sponsor/_parts/provenance.tsx';
import { distributionOf, isAmbiguous } from '#server/labels/rules.ts';
import type { AppRouter } from '#server/routers/_app.ts';

type Final = inferRouterOutputs<AppRouter>['labels']['finals'][number];
type Field = Final['fields'][string];

export type FinalLabelsProps = {
  batchId: string;
  finals: readonly Final[];
  /** With the words of their options, where they have some. */
  fields: readonly { key: string; label: string; options: Readonly<Record<string, string>> }[];
  nextCursor: string | null;
};

type Options = Readonly<Record<string, string>>;

const valueWords = (value: Field['value'] | undefined, options: Options): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const named = (one: unknown) => options[String(one)] ?? String(one);
  return Array.isArray(value) ? value.map(named).join(', ') || 'none' : named(value);
};

/** The final labels of a batch; each opens its history. */
export function FinalLabels({ batchId, finals, fields, nextCursor }: FinalLabelsProps) {
  const [shown, setShown] = useState<Final | null>(null);
  const [main, ...rest] = fields;
  return (
    <>
      <DataTable
        id="final-labels"
        caption="Final labels"
        columns={[
          { key: 'case', header: 'Case', phone: 'main', fixed: true },
          ...fields.map((field) => ({
            key: `f.${field.key}`,
            header: field.label,
            maxWidth: 220,
            ...(field === main ? { phone: 'side' as const } : {}),
            ...(rest.indexOf(field) > 4 ? { hiddenAtFirst: true } : {}),
          })),
          { key: 'path', header: 'Settled by' },
          { key: 'cost', header: 'Cost with fee', align: 'right' },
          { key: 'at', header: 'Settled' },
        ]}
        rows={finals.map((final) => ({
          id: final.taskId,
          name: `case ${final.caseId.slice(-8)}`,
          cells: {
            case: (
              <button
                type="button"
                className="focus-target font-mono text-accent-ink text-sm underline-offset-2 hover:underline"
                onClick={() => setShown(final)}
              >
                {final.caseId.slice(-8)}
                <span className="sr-only">: open its history</span>
              </button>
            ),
            ...Object.fromEntries(
              fields.map((field) => [
                `f.${field.key}`,
                <Settled key={field.key} field={final.fields[field.key]} options={field.options} />,
              ]),
            ),
            path: (
              <span className="flex items-center gap-2">
                {pathWords(final)}
                <Standing status={final.caseStatus} />
                {final.uncertain > 0 ? <Badge tone="attention">{final.uncertain} undecided</Badge> : null}
              </span>
            ),
            cost: <Money amountMinor={final.costMinor} currency={final.currency} codeHidden />,
            at: <DateTime at={final.settledAt} />,
          },
          values: {
            case: final.caseId,
            path: pathWords(final),
            cost: { amountMinor: final.costMinor, currency: final.currency },
            at: final.settledAt,
          },
        }))}
        nextCursor={nextCursor}
        csvHref={`/api/exports/${batchId}?what=final_labels&format=csv`}
        empty={
          <EmptyState title="No final label yet">
            A case gets one when it has its reads and, where the policy asks, was reviewed or adjudicated.
          </EmptyState>
        }
      />
      <Provenance batchId={batchId} taskId={shown?.taskId ?? null} onClose={() => setShown(null)} />
    </>
  );
}

/** Whether a label holds: one that was contradicted does not until it is decided anew, nor where its case was shut before it was. */
function Standing({ status }: { status: Final['caseStatus'] }) {
  if (status === 'final') return null;
  return status === 'unusable' ? (
    <Badge tone="critical">Contradicted, case unusable</Badge>
  ) : (
    <Badge tone="attention">Being decided anew</Badge>
  );
}

/** A settled value; where its readers were divided, the distribution of their reads stays with it. */
function Settled({ field, options }: { field: Field | undefined; options: Options }) {
  if (field === undefined || !isAmbiguous(field)) return valueWords(field?.value, options);
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {valueWords(field.value, options)}
      <span className="text-attention-ink text-xs">
        divided:{' '}
        {distributionOf(field)
          .map((one) => `${valueWords(one.value, options)} ${one.n}`)
          .join(', ')}
      </span>
    </span>
  );
}

/** The ways a final label's fields were settled, each once; a field that did not apply says nothing about the others. */
function pathWords(final: Final): string {
  const paths = [...new Set(Object.values(final.fields).map((field) => field.path))];
  const telling = paths.filter((path) => path !== 'unanswered');
  return (telling.length > 0 ? telling : paths).map(statusWords).join(', ');
}
