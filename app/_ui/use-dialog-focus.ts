import { useRef } from 'react';

/**
 * For a dialog that has no trigger of its own, because whether it is open is held outside: focus goes back to where it was when it opened.
 * (Of a dialog with a trigger Radix sees to it; without one it would fall to the body, and the keyboard would start at the top.)
 */
export function useFocusReturn(hasTrigger: boolean) {
  const opener = useRef<Element | null>(null);
  if (hasTrigger) return {};
  return {
    onOpenAutoFocus: () => {
      opener.current = document.activeElement;
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      if (opener.current instanceof HTMLElement) opener.current.focus();
    },
  };
}
