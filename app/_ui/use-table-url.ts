'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

export type TableUrl = {
  get(name: string): string;
  /** Changes several names at once; an empty text removes one. The page marker goes, for the order has changed. */
  set(changes: Readonly<Record<string, string>>): void;
  hrefWith(changes: Readonly<Record<string, string>>): string;
};

/**
 * A table's sort, filters and place in the address, so that a view can be shared and "back" works.
 * `prefix` keeps two tables of one page apart. With `local` the server is not asked again.
 */
export function useTableUrl(prefix: string, local: boolean): TableUrl {
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();

  const hrefWith = useCallback(
    (changes: Readonly<Record<string, string>>) => {
      const next = new URLSearchParams(params);
      for (const [name, value] of Object.entries(changes)) {
        if (value === '') next.delete(prefix + name);
        else next.set(prefix + name, value);
      }
      const query = next.toString();
      return query === '' ? path : `${path}?${query}`;
    },
    [params, path, prefix],
  );

  const set = useCallback(
    (changes: Readonly<Record<string, string>>) => {
      const href = hrefWith({ after: '', ...changes });
      if (local) window.history.replaceState(null, '', href);
      else router.replace(href, { scroll: false });
    },
    [hrefWith, local, router],
  );

  return { get: (name) => params.get(prefix + name) ?? '', set, hrefWith };
}
