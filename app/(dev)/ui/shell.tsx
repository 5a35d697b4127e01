'use client';

import {
  Building2,
  ChartLine,
  ChevronsUpDown,
  CircleUser,
  FileText,
  LayoutDashboard,
  ListChecks,
  LogOut,
  Palette,
  Rows3,
  SquareMousePointer,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { AppShell } from '#app/_ui/app-shell.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DropdownMenu } from '#app/_ui/dropdown-menu.tsx';

const pages = [
  {
    items: [
      { href: '/ui', label: 'Components', icon: <Palette />, count: 3 },
      { href: '/ui#tokens', label: 'Tokens', icon: <LayoutDashboard /> },
      { href: '/ui#controls', label: 'Controls', icon: <SquareMousePointer /> },
    ],
  },
  {
    heading: 'Evidence',
    items: [
      { href: '/ui#measures', label: 'Measures', icon: <ListChecks /> },
      { href: '/ui#tables', label: 'Tables', icon: <Rows3 />, count: 12 },
      { href: '/ui#charts', label: 'Charts', icon: <ChartLine /> },
    ],
  },
];

const commands = [
  {
    id: 'sign',
    label: 'Sign protocol v2',
    group: 'Actions',
    icon: <FileText />,
    hint: 'Prostate biopsies',
    href: '/ui#overlays',
  },
];

/** The component page inside the shell it shows. */
export function Shell({ phone, children }: { phone: 'bar' | 'sheet'; children: ReactNode }) {
  return (
    <AppShell
      pages={pages}
      phone={phone}
      commands={commands}
      shortcuts={[
        { title: 'On this page', shortcuts: [{ keys: ['Enter'], does: 'Follow the row in focus' }] },
      ]}
      notice="Sandbox: payments go to the local Stripe server, no money moves."
      orgSwitcher={
        <DropdownMenu
          align="start"
          trigger={
            <button
              type="button"
              className="flex h-9 w-full items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-left text-sm hover:border-control"
            >
              <Building2 aria-hidden className="size-4 text-ink-3" />
              <span className="min-w-0 flex-1 truncate">Northwind Imaging</span>
              <ChevronsUpDown aria-hidden className="size-3.5 text-ink-3" />
            </button>
          }
          entries={[
            { label: 'Northwind Imaging', hint: 'Sponsor', href: '/ui' },
            { label: 'Harbour Reads', hint: 'Vendor', href: '/ui' },
          ]}
        />
      }
      account={
        <DropdownMenu
          trigger={
            <Button variant="quiet" size="icon" aria-label="Account" icon={<CircleUser aria-hidden />} />
          }
          entries={[
            { kind: 'heading', label: 'ana.lima@example.com' },
            { label: 'Profile', icon: <CircleUser aria-hidden />, href: '/ui' },
            { kind: 'separator' },
            { label: 'Sign out', icon: <LogOut aria-hidden />, onSelect: () => {} },
          ]}
        />
      }
    >
      {children}
    </AppShell>
  );
}
