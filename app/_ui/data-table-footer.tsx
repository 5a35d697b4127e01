'use client';

import { Button } from './button.tsx';
import { LinkButton } from './link-button.tsx';

export type DataTableFooterProps = {
  shown: number;
  /** Known only when the whole list is here. */
  total: number | undefined;
  firstHref: string | undefined;
  nextHref: string | undefined;
  onLoadMore: (() => void) | undefined;
  loadingMore: boolean;
};

const words = new Intl.NumberFormat('en-US');

/** How much is shown and the way to the rest. */
export function DataTableFooter({
  shown,
  total,
  firstHref,
  nextHref,
  onLoadMore,
  loadingMore,
}: DataTableFooterProps) {
  const said =
    total === undefined || total === shown
      ? `${words.format(shown)} ${shown === 1 ? 'row' : 'rows'}`
      : `${words.format(shown)} of ${words.format(total)} rows`;
  return (
    <div className="flex min-h-8 items-center justify-between gap-3 text-ink-3 text-xs">
      <span role="status">{said}</span>
      <div className="flex gap-2">
        {firstHref === undefined ? null : (
          <LinkButton size="sm" href={firstHref} scroll={false}>
            First page
          </LinkButton>
        )}
        {nextHref !== undefined && onLoadMore === undefined ? (
          <LinkButton size="sm" href={nextHref} scroll={false}>
            Next page
          </LinkButton>
        ) : null}
        {onLoadMore === undefined ? null : (
          <Button size="sm" onClick={onLoadMore} pending={loadingMore}>
            Load more
          </Button>
        )}
      </div>
    </div>
  );
}
