'use client';

import { useEffect, useRef } from 'react';
import { type KeyPlace, type PageAction, pageAction } from '#app/(reading)/_session/page-keys.ts';

/**
 * Hands the keys of the page to `act`; none while a dialog is open, which has its own, and none at all when `act` is null: on
 * the lock screen Enter sends the password.
 */
export function usePageKeys(act: ((action: PageAction) => void) | null): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (latest.current === null || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      const action = pageAction(event, placeOf(event.target));
      if (action === null) return;
      event.preventDefault();
      latest.current(action);
    }
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

/** A choice counts as the page: Enter submits there, Space chooses. */
function placeOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return 'lines';
  if (target instanceof HTMLSelectElement) return 'lines';
  if (target instanceof HTMLInputElement) return target.type === 'range' ? 'button' : 'line';
  const isPressed = target.closest('button, a, summary') !== null;
  return isPressed && target.closest('[data-choice]') === null ? 'button' : 'page';
}
