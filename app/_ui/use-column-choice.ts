'use client';

import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { TableColumn } from './table-model.ts';

const changed = 'readroom:columns';

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(changed, listener);
    window.removeEventListener('storage', listener);
  };
}

/** Which columns of a table are hidden, remembered on this device under the table's id. */
export function useColumnChoice(tableId: string, columns: readonly TableColumn[]) {
  const storageKey = `readroom.columns.${tableId}`;
  const stored = useSyncExternalStore(
    subscribe,
    () => {
      try {
        return window.localStorage.getItem(storageKey);
      } catch {
        return null;
      }
    },
    () => null,
  );
  const hidden = useMemo(() => {
    const keys =
      stored === null
        ? columns.filter((column) => column.hiddenAtFirst).map((column) => column.key)
        : stored.split(',').filter((key) => key !== '');
    return new Set(keys);
  }, [stored, columns]);
  const toggle = useCallback(
    (key: string) => {
      const next = new Set(hidden);
      if (!next.delete(key)) next.add(key);
      try {
        window.localStorage.setItem(storageKey, [...next].join(','));
      } catch {
        // A device that keeps nothing simply forgets the choice.
      }
      window.dispatchEvent(new Event(changed));
    },
    [hidden, storageKey],
  );
  return { hidden, toggle };
}
