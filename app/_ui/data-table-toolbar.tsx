'use client';

import { Columns3, Download, Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import type { BulkAction } from './data-table.tsx';
import { DropdownMenu } from './dropdown-menu.tsx';
import { Input } from './input.tsx';
import { NativeSelect } from './native-select.tsx';
import type { TableColumn, TableFilter } from './table-model.ts';

export type DataTableToolbarProps = {
  columns: readonly TableColumn[];
  hidden: ReadonlySet<string>;
  onToggleColumn: (key: string) => void;
  filters: readonly TableFilter[];
  chosen: Readonly<Record<string, string>>;
  search: boolean;
  text: string;
  onChange: (changes: Readonly<Record<string, string>>) => void;
  selectedIds: readonly string[];
  bulkActions: readonly BulkAction[];
  onClearSelection: () => void;
  csvHref: string | undefined;
  onCsv: (() => void) | undefined;
};

/** What stands above a table: search and filters, or while rows are selected what can be done with them. */
export function DataTableToolbar(props: DataTableToolbarProps) {
  if (props.selectedIds.length > 0) return <SelectionBar {...props} />;
  const choosable = props.columns.filter((column) => !column.fixed && column.phone !== 'main');
  return (
    <div className="flex min-h-8 flex-wrap items-center gap-2">
      {props.search ? <SearchBox text={props.text} onChange={props.onChange} /> : null}
      {props.filters.map((filter) => (
        <NativeSelect
          key={filter.key}
          aria-label={filter.label}
          value={props.chosen[filter.key] ?? ''}
          onChange={(event) => props.onChange({ [filter.key]: event.target.value })}
          className="w-auto min-w-32 text-sm"
        >
          <option value="">{filter.label}: all</option>
          {filter.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </NativeSelect>
      ))}
      <div className="ml-auto flex items-center gap-1">
        {choosable.length > 0 ? (
          <span className="hidden sm:block">
            <DropdownMenu
              trigger={
                <Button
                  variant="quiet"
                  size="icon"
                  aria-label="Choose columns"
                  icon={<Columns3 aria-hidden />}
                />
              }
              entries={[
                { kind: 'heading', label: 'Columns' },
                ...choosable.map((column) => ({
                  label: column.header,
                  checked: !props.hidden.has(column.key),
                  onSelect: () => props.onToggleColumn(column.key),
                })),
              ]}
            />
          </span>
        ) : null}
        {props.csvHref !== undefined ? (
          <a
            href={props.csvHref}
            download
            aria-label="Download CSV"
            className="inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
          >
            <Download aria-hidden className="size-4" />
          </a>
        ) : props.onCsv !== undefined ? (
          <Button
            variant="quiet"
            size="icon"
            aria-label="Download CSV"
            icon={<Download aria-hidden />}
            onClick={props.onCsv}
          />
        ) : null}
      </div>
    </div>
  );
}

function SelectionBar({ selectedIds, bulkActions, onClearSelection }: DataTableToolbarProps) {
  return (
    <div
      role="status"
      className="flex min-h-8 flex-wrap items-center gap-2 rounded-md bg-selected px-2 text-sm"
    >
      <span className="font-medium">{selectedIds.length} selected</span>
      {bulkActions.map((action) => (
        <Button
          key={action.label}
          size="sm"
          className={action.danger ? 'text-critical-ink' : undefined}
          onClick={() => {
            void Promise.resolve(action.onRun(selectedIds)).then(onClearSelection);
          }}
        >
          {action.label}
        </Button>
      ))}
      <Button
        size="icon-sm"
        variant="quiet"
        aria-label="Clear selection"
        icon={<X aria-hidden />}
        onClick={onClearSelection}
        className="ml-auto"
      />
    </div>
  );
}

function SearchBox({ text, onChange }: Pick<DataTableToolbarProps, 'text' | 'onChange'>) {
  const [typed, setTyped] = useState(text);
  const [sent, setSent] = useState(text);
  const [seen, setSeen] = useState(text);
  const [focused, setFocused] = useState(false);
  // "Back" or a cleared filter changes the address without typing and the box follows; while someone types
  // in it, an address that arrives late must not take letters away.
  if (text !== seen) {
    setSeen(text);
    if (!focused) {
      setTyped(text);
      setSent(text);
    }
  }
  useEffect(() => {
    if (typed === sent) return;
    // A pause in typing, so that one question is asked and not one for each letter.
    const timer = setTimeout(() => {
      setSent(typed);
      onChange({ q: typed });
    }, 200);
    return () => clearTimeout(timer);
  }, [typed, sent, onChange]);
  return (
    <div className="relative w-full sm:w-60">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
      <Input
        type="search"
        aria-label="Search this list"
        placeholder="Search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className="pl-8 text-sm"
      />
    </div>
  );
}
