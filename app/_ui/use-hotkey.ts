'use client';

import { useEffect, useRef } from 'react';

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export type Hotkey = {
  /** As in `KeyboardEvent.key`, lower case: "k", "?", "enter". */
  key: string;
  /** Ctrl, or ⌘ on a Mac. */
  mod?: boolean | undefined;
};

/**
 * Runs `action` when the key is pressed anywhere on the page. Plain keys are left alone while someone types
 * and while a dialog is open; those with `mod` work everywhere.
 */
export function useHotkey({ key, mod = false }: Hotkey, action: () => void): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.key.toLowerCase() !== key) return;
      if (mod !== (event.ctrlKey || event.metaKey)) return;
      if (!mod && (typing(event.target) || document.querySelector('[role="dialog"]') !== null)) return;
      event.preventDefault();
      latest.current();
    }
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [key, mod]);
}
