'use client';

import {
  columnVisibilityFeature,
  createSortedRowModel,
  type RowSelectionState,
  rowSelectionFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, Suspense, useMemo, useState } from 'react';
import { DataTableFooter } from './data-table-footer.tsx';
import { DataTableGrid } from './data-table-grid.tsx';
import { DataTableToolbar } from './data-table-toolbar.tsx';
import { downloadText } from './download.ts';
import { SkeletonTable } from './skeleton.tsx';
import {
  cellValue,
  compareValues,
  filterRows,
  type TableColumn,
  type TableFilter,
  type TableRow,
  tableCsv,
} from './table-model.ts';
import { useColumnChoice } from './use-column-choice.ts';
import { useTableUrl } from './use-table-url.ts';

export type BulkAction = {
  label: string;
  onRun: (ids: readonly string[]) => void | Promise<void>;
  danger?: boolean | undefined;
};

export type DataTableProps = {
  /** Stable id: remembers the column choice and names the CSV. */
  id: string;
  /** What the table lists; its accessible name. */
  caption: string;
  columns: readonly TableColumn[];
  rows: readonly TableRow[];
  /**
   * True when `rows` is the whole list: sort and filter then happen here. Otherwise they go into the URL
   * (`?sort=key.desc&q=…&KEY=…&after=…`) and the page asks the server.
   */
  complete?: boolean | undefined;
  filters?: readonly TableFilter[] | undefined;
  search?: boolean | undefined;
  /** Keyset cursor of the next page; null when this is the last. */
  nextCursor?: string | null | undefined;
  /** Instead of a next page: fetch more rows into this list. */
  onLoadMore?: (() => void) | undefined;
  loadingMore?: boolean | undefined;
  bulkActions?: readonly BulkAction[] | undefined;
  /** An `EmptyState`: what will be here and the one action. */
  empty: ReactNode;
  state?: 'ready' | 'loading' | 'error' | undefined;
  /** An `ErrorState`, shown when state is `error`. */
  error?: ReactNode;
  /** Says that something is missing or since when the list holds. */
  note?: ReactNode;
  /** Where the whole list can be had as CSV; without it the rows shown are downloaded. */
  csvHref?: string | undefined;
  csvHidden?: boolean | undefined;
  /** Keeps the names in the URL apart when a page has two tables. */
  urlPrefix?: string | undefined;
  /** The table's height in pixels before it scrolls inside its frame. */
  maxHeight?: number | undefined;
};

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  rowSelectionFeature,
  columnVisibilityFeature,
});

/** A list to sort, filter, select from and take away. Rows are 36 px; on a phone the two columns that matter stay. */
export function DataTable(props: DataTableProps) {
  if (props.state === 'loading') return <SkeletonTable columns={Math.min(6, props.columns.length)} />;
  if (props.state === 'error') return props.error;
  return (
    <Suspense fallback={<SkeletonTable columns={Math.min(6, props.columns.length)} />}>
      <LoadedTable {...props} />
    </Suspense>
  );
}

function readSort(text: string): SortingState {
  const match = /^(.+)\.(asc|desc)$/.exec(text);
  return match?.[1] === undefined ? [] : [{ id: match[1], desc: match[2] === 'desc' }];
}

function LoadedTable(props: DataTableProps) {
  const { columns, rows, complete = false, filters = [] } = props;
  const url = useTableUrl(props.urlPrefix ?? '', complete);
  const columnChoice = useColumnChoice(props.id, columns);
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});

  const text = url.get('q');
  const chosen = Object.fromEntries(filters.map((filter) => [filter.key, url.get(filter.key)]));
  const chosenKey = JSON.stringify(chosen);
  const shown = useMemo(
    () =>
      complete
        ? filterRows(rows, columns, { text, filters: JSON.parse(chosenKey) as Record<string, string> })
        : [...rows],
    [complete, rows, columns, text, chosenKey],
  );
  const columnDefinitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.key,
        accessorFn: (row: TableRow) => cellValue(row, column.key),
        enableSorting: column.sortable ?? false,
        sortDescFirst: false,
        sortFn: (a: { original: TableRow }, b: { original: TableRow }) =>
          compareValues(cellValue(a.original, column.key), cellValue(b.original, column.key)),
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: columnDefinitions,
    data: shown,
    getRowId: (row) => row.id,
    manualSorting: !complete,
    enableSortingRemoval: true,
    state: {
      sorting: readSort(url.get('sort')),
      rowSelection,
      columnVisibility: Object.fromEntries([...columnChoice.hidden].map((key) => [key, false])),
    },
    onRowSelectionChange: setRowSelection,
    onSortingChange: (change) => {
      const next = typeof change === 'function' ? change(readSort(url.get('sort'))) : change;
      const first = next[0];
      url.set({ sort: first === undefined ? '' : `${first.id}.${first.desc ? 'desc' : 'asc'}` });
    },
  });
  const ordered = table.getRowModel().rows.map((row) => row.original);
  const visible = columns.filter((column) => !columnChoice.hidden.has(column.key));
  const selectedIds = Object.keys(rowSelection).filter((id) => rowSelection[id]);
  const narrowed = text !== '' || Object.values(chosen).some((value) => value !== '');

  if (rows.length === 0 && !narrowed && url.get('after') === '') return props.empty;
  return (
    <div className="flex flex-col gap-2">
      <DataTableToolbar
        columns={columns}
        hidden={columnChoice.hidden}
        onToggleColumn={columnChoice.toggle}
        filters={filters}
        chosen={chosen}
        search={props.search ?? false}
        text={text}
        onChange={url.set}
        selectedIds={selectedIds}
        bulkActions={props.bulkActions ?? []}
        onClearSelection={() => setRowSelection({})}
        csvHref={props.csvHref}
        onCsv={
          props.csvHidden
            ? undefined
            : () => downloadText(`${props.id}.csv`, 'text/csv', tableCsv(visible, ordered))
        }
      />
      {props.note ? <p className="text-ink-3 text-xs">{props.note}</p> : null}
      {ordered.length === 0 ? (
        <NothingMatches
          onClear={() => url.set({ q: '', ...Object.fromEntries(filters.map((filter) => [filter.key, ''])) })}
        />
      ) : (
        <DataTableGrid
          caption={props.caption}
          columns={visible}
          rows={ordered}
          sorting={readSort(url.get('sort'))[0]}
          onSort={(key) => table.getColumn(key)?.toggleSorting()}
          selectable={(props.bulkActions ?? []).length > 0}
          selection={rowSelection}
          onSelect={setRowSelection}
          maxHeight={props.maxHeight}
        />
      )}
      <DataTableFooter
        shown={ordered.length}
        total={complete ? rows.length : undefined}
        firstHref={url.get('after') === '' ? undefined : url.hrefWith({ after: '' })}
        nextHref={props.nextCursor ? url.hrefWith({ after: props.nextCursor }) : undefined}
        onLoadMore={props.onLoadMore}
        loadingMore={props.loadingMore ?? false}
      />
    </div>
  );
}

function NothingMatches({ onClear }: { onClear: () => void }) {
  return (
    <div className="border-line border-y py-4 text-ink-2 text-sm">
      Nothing matches these filters.{' '}
      <button
        type="button"
        onClick={onClear}
        className="rounded-sm text-accent-ink underline underline-offset-[3px]"
      >
        Clear them
      </button>
    </div>
  );
}
