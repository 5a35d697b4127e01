'use client';

import { Diff } from 'lucide-react';
import { cn } from '#app/_ui/cn.ts';
import type { CaseRead } from '#app/(reading)/_session/reading-types.ts';
import { answerKey } from '#server/protocols/rules.ts';
import type { AnswerValue, LabelField, LabelSchema } from '#server/protocols/schemas.ts';

/** The reads of a case beside each other, without names (R21); rows on which they differ say so. */
export function ReadsSideBySide({
  schema,
  reads,
  activeId,
}: {
  schema: LabelSchema;
  reads: readonly CaseRead[];
  activeId?: string | null;
}) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-line border-b text-left text-ink-3 text-xs">
            <th className="py-1 pr-3 font-medium">Field</th>
            {reads.map((read) => (
              <th
                key={read.labelId}
                className={cn('px-2 py-1 font-medium', read.labelId === activeId && 'text-ink')}
              >
                {read.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {schema.fields.map((field) => {
            const isSplit =
              field.type !== 'text' &&
              new Set(reads.map((read) => answerKey(field, read.answers[field.key]))).size > 1;
            return (
              <tr key={field.key} className="border-line border-b align-top">
                <th scope="row" className="py-1 pr-3 text-left font-normal text-ink-2">
                  {field.label}
                  {isSplit ? (
                    <span className="ml-1.5 inline-flex items-center gap-1 text-attention-ink text-xs">
                      <Diff aria-hidden className="size-3" /> differ
                    </span>
                  ) : null}
                </th>
                {reads.map((read) => (
                  <td
                    key={read.labelId}
                    className={cn(
                      'px-2 py-1',
                      isSplit && 'font-medium',
                      read.labelId === activeId && 'bg-selected',
                    )}
                  >
                    {answerWords(field, read.answers[field.key])}
                  </td>
                ))}
              </tr>
            );
          })}
          <tr className="align-top text-ink-3 text-xs">
            <th scope="row" className="py-1 pr-3 text-left font-normal">
              How sure
            </th>
            {reads.map((read) => (
              <td key={read.labelId} className="px-2 py-1">
                {read.confidence === null ? 'not said' : `${read.confidence} of 5`}
                {read.rationale === null ? null : <p className="mt-1 text-ink-2">{read.rationale}</p>}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** An answer in the protocol's words. */
export function answerWords(field: LabelField, answer: AnswerValue | undefined): string {
  if (answer === undefined) return 'no answer';
  if (typeof answer === 'boolean') return answer ? 'Yes' : 'No';
  const labelOf = (value: string) => field.options?.find((option) => option.value === value)?.label ?? value;
  if (Array.isArray(answer)) return answer.map(labelOf).join(', ');
  return typeof answer === 'number' ? `${answer} ${field.unit ?? ''}`.trim() : labelOf(answer);
}
