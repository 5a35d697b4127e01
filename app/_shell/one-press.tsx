'use client';

import { useEffect } from 'react';

/**
 * A double click is one press: the second click on what acts (a submit or a main button) does nothing, so it can
 * neither do the thing twice nor be refused for what the first has done.
 */
export function OnePress() {
  useEffect(() => {
    const drop = (event: MouseEvent) => {
      if (event.detail < 2 || !(event.target instanceof Element)) return;
      if (event.target.closest('button[type="submit"], button[data-acts]') === null) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // On the window and before everything else, because React listens further in.
    window.addEventListener('click', drop, true);
    return () => window.removeEventListener('click', drop, true);
  }, []);
  return null;
}
