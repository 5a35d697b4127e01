'use client';

import type { RowSelectionState } from '@tanstack/react-table';
import { ArrowDown, ArrowUp, ChevronDown, ChevronsUpDown } from 'lucide-react';
import Link from 'next/link';
import { useId, useState } from 'react';
import { Checkbox } from './checkbox.tsx';
import { cn } from './cn.ts';
import { cellValue, type TableColumn, type TableRow } from './table-model.ts';

export type DataTableGridProps = {
  caption: string;
  columns: readonly TableColumn[];
  rows: readonly TableRow[];
  sorting: { id: string; desc: boolean } | undefined;
  onSort: (key: string) => void;
  selectable: boolean;
  selection: RowSelectionState;
  onSelect: (selection: RowSelectionState) => void;
  maxHeight: number | undefined;
};

const aligned = (column: TableColumn) => (column.align === 'right' ? 'text-right' : 'text-left');

function withRow(selection: RowSelectionState, id: string, selected: boolean): RowSelectionState {
  const { [id]: _, ...others } = selection;
  return selected ? { ...others, [id]: true } : others;
}

/** Which columns stay on a phone: the one marked `main` or the first, and the one marked `side` or the last. */
function phoneKeys(columns: readonly TableColumn[]): Set<string> {
  const kept = [
    columns.find((column) => column.phone === 'main') ?? columns[0],
    columns.find((column) => column.phone === 'side') ?? columns.at(-1),
  ];
  return new Set(kept.flatMap((column) => (column === undefined ? [] : [column.key])));
}

/** The table itself: sticky head, 36 px rows, one link per row. On a phone a row opens to the columns that have no room there. */
export function DataTableGrid(props: DataTableGridProps) {
  const { columns, rows, selection } = props;
  const onPhone = phoneKeys(columns);
  const mainKey = (columns.find((column) => column.phone === 'main') ?? columns[0])?.key;
  const more = columns.filter((column) => !onPhone.has(column.key));
  const selectedCount = rows.filter((row) => selection[row.id]).length;
  return (
    <section
      aria-label={props.caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-auto border-line border-y"
      style={{ maxHeight: props.maxHeight ?? 'max(420px, calc(100dvh - 200px))' }}
    >
      <table className="w-full border-separate border-spacing-0 text-sm">
        <caption className="sr-only">{props.caption}</caption>
        <thead>
          <tr>
            {props.selectable ? (
              <th scope="col" className="sticky top-0 z-10 h-9 w-9 border-line border-b bg-sunken px-2">
                <Checkbox
                  aria-label="Select all rows shown"
                  checked={selectedCount === rows.length ? true : selectedCount > 0 ? 'indeterminate' : false}
                  onCheckedChange={(checked) =>
                    props.onSelect(
                      checked === true ? Object.fromEntries(rows.map((row) => [row.id, true as const])) : {},
                    )
                  }
                />
              </th>
            ) : null}
            {columns.map((column) => (
              <HeadCell
                key={column.key}
                column={column}
                sorting={props.sorting}
                onSort={props.onSort}
                hiddenOnPhone={!onPhone.has(column.key)}
              />
            ))}
            {more.length === 0 ? null : (
              <th scope="col" className="sticky top-0 z-10 border-line border-b bg-sunken sm:hidden">
                <span className="sr-only">More</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <BodyRow
              key={row.id}
              row={row}
              columns={columns}
              more={more}
              mainKey={mainKey}
              isSelected={selection[row.id] ?? false}
              onSelect={
                props.selectable
                  ? (selected) => props.onSelect(withRow(selection, row.id, selected))
                  : undefined
              }
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type HeadCellProps = Pick<DataTableGridProps, 'sorting' | 'onSort'> & {
  column: TableColumn;
  hiddenOnPhone: boolean;
};

function HeadCell({ column, sorting, onSort, hiddenOnPhone }: HeadCellProps) {
  const active = sorting?.id === column.key ? sorting : undefined;
  const Icon = active === undefined ? ChevronsUpDown : active.desc ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={active === undefined ? undefined : active.desc ? 'descending' : 'ascending'}
      className={cn(
        'sticky top-0 z-10 h-9 whitespace-nowrap border-line border-b bg-sunken px-2 font-medium text-ink-2 text-xs',
        aligned(column),
        hiddenOnPhone && 'hidden sm:table-cell',
      )}
    >
      {column.sortable ? (
        <button
          type="button"
          onClick={() => onSort(column.key)}
          className={cn(
            'group/sort -mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 font-medium hover:text-ink',
            column.align === 'right' && 'flex-row-reverse',
            active !== undefined && 'text-ink',
          )}
        >
          {column.header}
          <Icon
            aria-hidden
            className={cn(
              'size-3',
              active === undefined &&
                'opacity-0 group-hover/sort:opacity-100 group-focus-visible/sort:opacity-100',
            )}
          />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}

type BodyRowProps = {
  row: TableRow;
  columns: readonly TableColumn[];
  /** The columns that a phone has no room for. */
  more: readonly TableColumn[];
  mainKey: string | undefined;
  isSelected: boolean;
  onSelect: ((selected: boolean) => void) | undefined;
};

function BodyRow({ row, columns, more, mainKey, isSelected, onSelect }: BodyRowProps) {
  const [isOpen, setIsOpen] = useState(false);
  const moreId = useId();
  return (
    <>
      <tr
        className={cn(
          'group/row relative transition-colors duration-[120ms]',
          row.href !== undefined && 'hover:bg-hover',
          isSelected && 'bg-selected',
        )}
      >
        {onSelect === undefined ? null : (
          <td className="relative z-[1] h-9 border-line border-b px-2 group-last/row:border-b-0">
            <Checkbox
              aria-label={`Select ${row.name ?? row.id}`}
              checked={isSelected}
              onCheckedChange={(checked) => onSelect(checked === true)}
            />
          </td>
        )}
        {columns.map((column) => (
          <BodyCell
            key={column.key}
            column={column}
            row={row}
            isMain={column.key === mainKey}
            hiddenOnPhone={more.includes(column)}
          />
        ))}
        {more.length === 0 ? null : (
          <td className="relative z-[1] w-11 border-line border-b p-0 group-last/row:border-b-0 sm:hidden">
            <button
              type="button"
              aria-label={`More of ${row.name ?? cellValue(row, mainKey ?? '') ?? 'this row'}`}
              aria-expanded={isOpen}
              aria-controls={isOpen ? moreId : undefined}
              onClick={() => setIsOpen(!isOpen)}
              className="flex size-11 items-center justify-center text-ink-3"
            >
              <ChevronDown
                aria-hidden
                className={cn('size-4 transition-transform duration-[120ms]', isOpen && 'rotate-180')}
              />
            </button>
          </td>
        )}
      </tr>
      {isOpen ? (
        <tr id={moreId} className="sm:hidden">
          <td
            colSpan={columns.length - more.length + (onSelect === undefined ? 1 : 2)}
            className="border-line border-b bg-sunken px-2 py-3"
          >
            <dl className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-baseline gap-x-3 gap-y-2">
              {more.map((column) => (
                <div key={column.key} className="contents">
                  <dt className="text-ink-3 text-xs">{column.header}</dt>
                  <dd>{row.cells[column.key]}</dd>
                </div>
              ))}
            </dl>
          </td>
        </tr>
      ) : null}
    </>
  );
}

type BodyCellProps = { column: TableColumn; row: TableRow; isMain: boolean; hiddenOnPhone: boolean };

function BodyCell({ column, row, isMain, hiddenOnPhone }: BodyCellProps) {
  const content = row.cells[column.key];
  return (
    <td
      className={cn(
        'h-11 border-line border-b px-2 group-last/row:border-b-0 sm:h-9',
        aligned(column),
        isMain && 'font-medium sm:font-normal',
        column.maxWidth !== undefined && 'truncate',
        hiddenOnPhone && 'hidden sm:table-cell',
      )}
      style={column.maxWidth === undefined ? undefined : { maxWidth: column.maxWidth }}
    >
      {isMain && row.href !== undefined ? (
        <Link
          href={row.href}
          className="font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-focus focus-visible:after:-outline-offset-2"
        >
          {content}
        </Link>
      ) : (
        content
      )}
    </td>
  );
}
