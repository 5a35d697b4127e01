'use client';

import dynamic from 'next/dynamic';
import { usePathname } from 'next/navigation';
import type { AppShellProps } from '#app/_ui/app-shell.tsx';

// Loaded only where it is drawn, so that the reading page does not pay for it.
const AppShell = dynamic(() => import('#app/_ui/app-shell.tsx').then((file) => file.AppShell));

/** The shell around every page but the reading page, which takes the whole window. */
export function ShellFrame({ children, ...shell }: AppShellProps) {
  const isReading = usePathname().startsWith('/work/read/');
  return isReading ? children : <AppShell {...shell}>{children}</AppShell>;
}
