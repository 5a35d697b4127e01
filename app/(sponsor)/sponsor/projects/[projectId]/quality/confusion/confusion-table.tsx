import Link from 'next/link';
import { cn } from '#app/_ui/cn.ts';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { answerWordsOf } from '#app/(sponsor)/sponsor/projects/[projectId]/quality/quality-words.ts';
import type { ConfusionView } from '#server/scores/view-schemas.ts';

/** Counts of truth by answer; every figure leads to its cases. The tint is the share of the row and only guides the eye. */
export function ConfusionTable({ view }: { view: ConfusionView }) {
  const counts = new Map(view.cells.map((cell) => [`${cell.truth}\n${cell.answer}`, cell.n]));
  if (view.cells.length === 0)
    return (
      <EmptyState title="Nothing to compare answers with">
        There is neither gold nor a second read of the same case here yet.
      </EmptyState>
    );
  const hasUnanswered = view.cells.some((cell) => cell.answer === '');
  const columns = [...view.categories, ...(hasUnanswered ? [''] : [])];
  const words = (value: string) => answerWordsOf(view.field.options, value);
  const rows = view.categories.map((truth) => ({
    truth,
    cells: columns.map((answer) => ({ answer, n: counts.get(`${truth}\n${answer}`) ?? 0 })),
    total: columns.reduce((sum, answer) => sum + (counts.get(`${truth}\n${answer}`) ?? 0), 0),
  }));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls in its own frame, by keyboard too.
    <section className="overflow-x-auto" tabIndex={0} aria-label="Table of confusions">
      <table className="border-separate border-spacing-1 text-sm">
        <thead>
          <tr>
            <th scope="col" className="px-2 py-1 text-left font-normal text-ink-3 text-xs">
              Reference ↓ given →
            </th>
            {columns.map((answer) => (
              <th key={answer} scope="col" className="max-w-32 px-2 py-1 text-left align-bottom font-medium">
                {words(answer)}
              </th>
            ))}
            <th scope="col" className="px-2 py-1 text-right font-normal text-ink-3">
              In all
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.truth}>
              <th scope="row" className="max-w-44 px-2 py-1 text-left font-medium">
                {words(row.truth)}
              </th>
              {row.cells.map((cell) => (
                <Cell key={cell.answer} view={view} row={row} cell={cell} />
              ))}
              <td className="px-2 py-1 text-right text-ink-3">{row.total.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="flex flex-wrap gap-x-4 gap-y-1 pt-2 text-ink-3 text-xs">
        <Swatch className="bg-sunken">as the reference</Swatch>
        <Swatch className="bg-attention-soft">from 5 % of the row</Swatch>
        <Swatch className="bg-critical-soft">from 20 % of the row</Swatch>
      </p>
    </section>
  );
}

function Swatch({ className, children }: { className: string; children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden className={cn('inline-block size-3 rounded-sm border border-line', className)} />
      {children}
    </span>
  );
}

type CellProps = {
  view: ConfusionView;
  row: { truth: string; total: number };
  cell: { answer: string; n: number };
};

function Cell({ view, row, cell }: CellProps) {
  const words = (value: string) => answerWordsOf(view.field.options, value);
  const href = (truth: string, answer: string) =>
    `?${new URLSearchParams({
      batch: view.batch.id,
      field: view.field.key,
      reference: view.reference,
      ...(view.alias === null ? {} : { alias: view.alias }),
      truth,
      answer,
    })}`;
  const isRight = row.truth === cell.answer;
  const isChosen = view.chosen?.truth === row.truth && view.chosen.answer === cell.answer;
  return (
    <td className="p-0 text-right">
      {cell.n === 0 ? (
        <span className="block px-3 py-2 text-ink-3">0</span>
      ) : (
        <Link
          href={href(row.truth, cell.answer)}
          scroll={false}
          aria-current={isChosen ? 'true' : undefined}
          aria-label={`${words(row.truth)} given as ${words(cell.answer)}: ${cell.n}`}
          className={cn(
            'block rounded-sm border px-3 py-2 hover:bg-hover',
            isChosen ? 'border-accent font-semibold' : 'border-transparent',
            isRight ? 'bg-sunken' : tintOf(cell.n / row.total),
          )}
        >
          {cell.n.toLocaleString('en')}
        </Link>
      )}
    </td>
  );
}

function tintOf(share: number): string {
  if (share >= 0.2) return 'bg-critical-soft';
  return share >= 0.05 ? 'bg-attention-soft' : '';
}
