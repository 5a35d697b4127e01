import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { RoleShell } from '#app/_shell/role-shell.tsx';

export const metadata: Metadata = { title: { default: 'Work', template: '%s · Readroom' } };

/**
 * Open, since a notice leads to what somebody earned, and to their appeals, when they read for nobody any more (R31). The pages for
 * readers alone are in the group `(reader)`, which sends everybody else home; the others do it where they have nothing to show.
 */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <RoleShell area="work" isOpen>
      {children}
    </RoleShell>
  );
}
