import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { RoleShell } from '#app/_shell/role-shell.tsx';

export const metadata: Metadata = { title: { default: 'Work', template: '%s · Readroom' } };

export default function Layout({ children }: { children: ReactNode }) {
  return <RoleShell area="work">{children}</RoleShell>;
}
