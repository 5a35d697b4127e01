'use client';

import { useState } from 'react';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Sheet } from '#app/_ui/sheet.tsx';
import { CaseContent } from '#app/(sponsor)/sponsor/_parts/case-content.tsx';
import type { CheckpointEvidence, CheckpointView } from '#server/scores/checkpoint-schemas.ts';

type Sample = CheckpointEvidence['sample'][number];
type Fields = CheckpointView['fields'];
type Value = Sample['reads'][number]['answers'][string] | null | undefined;

/** The drawn cases: what each reader gave, what was settled; each can be opened. */
export function SampleCases({
  datasetId,
  sample,
  fields,
}: {
  datasetId: string;
  sample: readonly Sample[];
  fields: Fields;
}) {
  const [open, setOpen] = useState<Sample | null>(null);
  const main = fields[0];
  return (
    <>
      <DataTable
        id="checkpoint-sample"
        caption="Cases drawn for this checkpoint"
        complete
        columns={[
          { key: 'case', header: 'Case', phone: 'main', fixed: true },
          { key: 'reads', header: 'Reads', maxWidth: 420 },
          { key: 'final', header: 'Final label', phone: 'side' },
        ]}
        rows={sample.map((one) => ({
          id: one.taskId,
          name: one.externalId,
          cells: {
            case: (
              <button
                type="button"
                className="min-h-8 font-mono text-accent-ink text-sm underline-offset-2 hover:underline"
                onClick={() => setOpen(one)}
              >
                <span className="sr-only">Open case </span>
                {one.externalId}
              </button>
            ),
            reads: (
              <span className="flex flex-wrap gap-x-3">
                {one.reads.map((read) => (
                  <span key={read.alias}>
                    <span className="text-ink-3 text-xs">{read.alias}</span>{' '}
                    {main ? words(main, read.answers[main.key]) : ''}
                  </span>
                ))}
              </span>
            ),
            final: main && one.final ? settledWords(main, one.final[main.key]) : 'not settled yet',
          },
          values: { case: one.externalId, reads: one.reads.length },
        }))}
        empty={
          <EmptyState title="No case has all its reads yet">
            Cases are drawn as soon as their reads are in; load the page again then.
          </EmptyState>
        }
      />
      <Sheet
        title={`Case ${open?.externalId ?? ''}`}
        description="All answers of its readers, and what was settled."
        open={open !== null}
        onOpenChange={(isOpen) => {
          if (!isOpen) setOpen(null);
        }}
      >
        {open === null ? null : (
          <div className="flex flex-col gap-6">
            <Answers one={open} fields={fields} />
            <CaseContent key={open.caseId} datasetId={datasetId} caseId={open.caseId} />
          </div>
        )}
      </Sheet>
    </>
  );
}

function Answers({ one, fields }: { one: Sample; fields: Fields }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-line border-b text-left text-ink-3 text-xs">
            <th className="py-1 pr-3 font-medium">Field</th>
            {one.reads.map((read) => (
              <th key={read.alias} className="py-1 pr-3 font-medium">
                {read.alias}
              </th>
            ))}
            <th className="py-1 font-medium">Final</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.key} className="border-line border-b align-top">
              <th scope="row" className="py-1 pr-3 text-left font-normal text-ink-2">
                {field.label}
              </th>
              {one.reads.map((read) => (
                <td key={read.alias} className="py-1 pr-3">
                  {words(field, read.answers[field.key])}
                </td>
              ))}
              <td className="py-1 font-medium">
                {one.final ? settledWords(field, one.final[field.key]) : 'not settled yet'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What was settled; nothing where the readers are divided, which is said. */
function settledWords(
  field: Fields[number],
  final: NonNullable<Sample['final']>[string] | undefined,
): string {
  return final?.path === 'undecided' ? 'undecided' : words(field, final?.value);
}

function words(field: Fields[number], value: Value): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const label = (text: string) => field.options.find((option) => option.value === text)?.label ?? text;
  return Array.isArray(value) ? value.map(label).join(', ') : label(String(value));
}
