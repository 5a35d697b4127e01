import type { ReactNode } from 'react';
import { DataTable } from '#app/_ui/data-table.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { type AgreementView, KIND_TITLES } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { counterparty } from './agreement-words.ts';

export type AgreementTableProps = {
  agreements: readonly AgreementView[];
  /** Path of the area's agreements, such as `/vendor/agreements`. */
  base: string;
  /** By agreement in force: the projects that ask for one of its kind. */
  carries?: Readonly<Record<string, readonly string[]>>;
  /** When these are one page of a longer list: where the next begins. */
  page?: { next: string | null };
  empty: ReactNode;
};

/**
 * Every agreement with its state. A whole list sorts and filters in the browser; of a longer one the page asks the server, newest
 * first.
 */
export function AgreementTable({ agreements, base, carries, page, empty }: AgreementTableProps) {
  const sortable = page === undefined;
  return (
    <DataTable
      id={`agreements${base.replaceAll('/', '-')}`}
      caption="Agreements"
      complete={page === undefined}
      nextCursor={page?.next}
      search
      columns={[
        { key: 'kind', header: 'Agreement', sortable, phone: 'main', fixed: true },
        { key: 'with', header: 'With', sortable },
        { key: 'status', header: 'State', sortable, phone: 'side' },
        { key: 'from', header: 'From', sortable },
        { key: 'until', header: 'Until', sortable },
        ...(carries === undefined ? [] : [{ key: 'opens', header: 'Opens', sortable: false }]),
        { key: 'created', header: 'Sent', sortable, hiddenAtFirst: true },
      ]}
      rows={agreements.map((one) => ({
        id: one.id,
        href: `${base}/${one.id}`,
        name: one.title,
        cells: {
          kind: KIND_TITLES[one.kind],
          with: counterparty(one),
          status: <StatusPill state={one.status} />,
          from: sayDay(one.effectiveFrom),
          until: one.effectiveUntil === null ? 'until ended' : sayDay(one.effectiveUntil),
          opens: opensWords(carries?.[one.id]),
          created: <DateTime at={one.createdAt} />,
        },
        values: {
          status: one.status,
          from: one.effectiveFrom,
          until: one.effectiveUntil,
          created: one.createdAt,
        },
      }))}
      empty={empty}
    />
  );
}

/** What an agreement opens, in a cell: one title, or how many. */
function opensWords(titles: readonly string[] | undefined): ReactNode {
  if (titles === undefined || titles.length === 0) return <span className="text-ink-3">nothing now</span>;
  const [first] = titles;
  return <span title={titles.join(', ')}>{titles.length === 1 ? first : `${titles.length} projects`}</span>;
}
