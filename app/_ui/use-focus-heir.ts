import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * For a button that leaves the page when it has done its work, such as the one that decides on an entry of a list: where it had the focus
 * that goes to the element of this id, which has to be focusable. Else it would fall to the body, and the keyboard would start at the top.
 */
export function useFocusHeir<T extends HTMLElement>(heirId: string | undefined): RefObject<T | null> {
  const held = useRef<T>(null);
  useLayoutEffect(
    () => () => {
      if (heirId !== undefined && held.current?.contains(document.activeElement))
        document.getElementById(heirId)?.focus();
    },
    [heirId],
  );
  return held;
}
