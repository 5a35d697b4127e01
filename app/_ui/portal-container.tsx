'use client';

import { createContext, useContext } from 'react';

/** Where dialogs, menus and tooltips are mounted; the reading surface sets it so that they share its darkness. */
export const PortalContainer = createContext<HTMLElement | null>(null);

/** The mount point for a floating part, `undefined` meaning the document's body. */
export function usePortalContainer(): HTMLElement | undefined {
  return useContext(PortalContainer) ?? undefined;
}
