import type { ReactNode } from 'react';
import { RoleShell } from '#app/_shell/role-shell.tsx';

export default function Layout({ children }: { children: ReactNode }) {
  return <RoleShell>{children}</RoleShell>;
}
