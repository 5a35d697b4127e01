'use client';

import { ThemeProvider } from 'next-themes';
import type { ReactNode } from 'react';

/** Light, dark or the system's choice, kept on the device and set before the first paint. */
export function Theme({ children }: { children: ReactNode }) {
  return (
    <ThemeProvider attribute="data-theme" defaultTheme="system" enableSystem disableTransitionOnChange>
      {children}
    </ThemeProvider>
  );
}
