'use client';

import { ChartLine, Download, Table2 } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { Button } from '#app/_ui/button.tsx';
import { cn } from '#app/_ui/cn.ts';
import { downloadText } from '#app/_ui/download.ts';
import { DropdownMenu } from '#app/_ui/dropdown-menu.tsx';
import { type CellValue, toCsv } from '#app/_ui/table-model.ts';
import { svgText } from './svg-text.ts';

export type ChartTable = {
  header: readonly string[];
  /** One line per mark, with the figures as they are. */
  lines: readonly (readonly CellValue[])[];
};

export type ChartFrameProps = {
  title: string;
  /** What one sees, in one sentence; the drawing's description for screen readers as well. */
  says?: string | undefined;
  table: ChartTable;
  /** Name of downloaded files, without ending. */
  fileName?: string | undefined;
  /** Key to the marks where they can't be labelled directly. */
  legend?: ReactNode;
  note?: ReactNode;
  titleHidden?: boolean | undefined;
  className?: string | undefined;
  children: ReactNode;
};

const shown = (value: CellValue): string => {
  if (value === null) return '–';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'number') {
    return value.toLocaleString('en-US', { maximumFractionDigits: 3 }).replace('-', '−');
  }
  return String(value);
};

/** Title, "show as table", SVG and CSV around a drawing. */
export function ChartFrame(props: ChartFrameProps) {
  const [asTable, setAsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const name = props.fileName ?? props.title.toLocaleLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return (
    <figure aria-labelledby={titleId} className={cn('flex min-w-0 flex-col gap-2', props.className)}>
      <figcaption className="flex items-start justify-between gap-2">
        <div className={cn('min-w-0', props.titleHidden && 'sr-only')}>
          <p id={titleId} className="font-semibold text-sm">
            {props.title}
          </p>
          {props.says ? <p className="prose-width text-ink-2 text-sm">{props.says}</p> : null}
        </div>
        <div className="-mt-1 ml-auto flex shrink-0">
          <Button
            variant="quiet"
            size="icon-sm"
            aria-label={asTable ? 'Show as chart' : 'Show as table'}
            title={asTable ? 'Show as chart' : 'Show as table'}
            icon={asTable ? <ChartLine aria-hidden /> : <Table2 aria-hidden />}
            onClick={() => setAsTable(!asTable)}
          />
          <DropdownMenu
            trigger={
              <Button
                variant="quiet"
                size="icon-sm"
                aria-label={`Download ${props.title}`}
                icon={<Download aria-hidden />}
              />
            }
            entries={[
              {
                label: 'CSV, the figures',
                onSelect: () =>
                  downloadText(`${name}.csv`, 'text/csv', toCsv(props.table.header, props.table.lines)),
              },
              {
                label: 'SVG, the drawing',
                disabled: asTable,
                onSelect: () => {
                  const svg = drawing.current?.querySelector<SVGSVGElement>('svg[data-chart]');
                  if (svg) downloadText(`${name}.svg`, 'image/svg+xml', svgText(svg, props.title));
                },
              },
            ]}
          />
        </div>
      </figcaption>
      {asTable ? (
        <FigureTable table={props.table} title={props.title} />
      ) : (
        <>
          <div ref={drawing} className="min-w-0">
            {props.children}
          </div>
          {props.legend}
        </>
      )}
      {props.note ? <div className="text-ink-3 text-xs">{props.note}</div> : null}
    </figure>
  );
}

function FigureTable({ table, title }: { table: ChartTable; title: string }) {
  const numeric = table.header.map((_, column) =>
    table.lines.some((line) => typeof line[column] === 'number' || typeof line[column] === 'bigint'),
  );
  return (
    <section
      aria-label={`${title}, as a table`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-80 overflow-auto border-line border-y"
    >
      <table className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            {table.header.map((head, column) => (
              <th
                key={head}
                scope="col"
                className={cn(
                  'sticky top-0 h-8 whitespace-nowrap border-line border-b bg-sunken px-2 font-medium text-ink-2 text-xs',
                  numeric[column] ? 'text-right' : 'text-left',
                )}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.lines.map((line) => (
            <tr key={line.map(shown).join('|')}>
              {line.map((value, column) => (
                <td
                  key={table.header[column]}
                  className={cn(
                    'h-8 whitespace-nowrap border-line border-b px-2',
                    numeric[column] ? 'text-right' : 'text-left',
                  )}
                >
                  {shown(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
