'use client';

import { Menu, Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { type ReactNode, useState } from 'react';
import { BottomBar, type NavGroup, RailNav, useCurrentItem } from './app-nav.tsx';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import type { CommandItem } from './command-palette.tsx';
import { Kbd } from './kbd.tsx';
import { Logo } from './logo.tsx';
import { Sheet } from './sheet.tsx';
import { type ShortcutGroup, shellShortcuts } from './shortcut-help.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { useHotkey } from './use-hotkey.ts';

// Both are opened rarely and by hand, so no page pays for them before.
const CommandPalette = dynamic(() => import('./command-palette.tsx').then((file) => file.CommandPalette), {
  ssr: false,
});
const ShortcutHelp = dynamic(() => import('./shortcut-help.tsx').then((file) => file.ShortcutHelp), {
  ssr: false,
});

export type AppShellProps = {
  /** The role's pages; the first five make the bottom bar. */
  pages: readonly NavGroup[];
  /** The organisation one acts for, at the top of the rail; a `DropdownMenu` when there are several. */
  orgSwitcher?: ReactNode;
  /** The person's menu, at the right end of the top bar. */
  account?: ReactNode;
  /** What the command palette offers besides the pages. */
  commands?: readonly CommandItem[] | undefined;
  onSearch?: ((text: string) => Promise<readonly CommandItem[]>) | undefined;
  /** Keys that work on these pages, shown by `?`. */
  shortcuts?: readonly ShortcutGroup[] | undefined;
  /** On a phone: `bar` along the bottom (annotators) or a menu `sheet` (everyone else). */
  phone?: 'bar' | 'sheet' | undefined;
  /** A line above everything: sandbox, maintenance, unverified organisation. */
  notice?: ReactNode;
  children: ReactNode;
};

/** The frame of every signed-in page: rail, top bar, palette, keyboard help, and the page itself. */
export function AppShell({
  pages,
  orgSwitcher,
  account,
  commands = [],
  onSearch,
  shortcuts = [],
  phone = 'sheet',
  notice,
  children,
}: AppShellProps) {
  const [palette, setPalette] = useState<'never' | 'open' | 'closed'>('never');
  const [help, setHelp] = useState<'never' | 'open' | 'closed'>('never');
  useHotkey({ key: 'k', mod: true }, () => setPalette('open'));
  useHotkey({ key: '?' }, () => setHelp('open'));

  return (
    <div className="group/shell min-h-dvh md:pl-56">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent text-sm focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <aside className="fixed inset-y-0 left-0 hidden w-56 flex-col border-line border-r bg-sunken md:flex">
        <div className="flex h-12 items-center px-4">
          <Logo />
        </div>
        {orgSwitcher ? <div className="px-2 pb-3">{orgSwitcher}</div> : null}
        <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
          <RailNav groups={pages} />
        </div>
      </aside>
      <TopBar
        pages={pages}
        orgSwitcher={orgSwitcher}
        account={account}
        phone={phone}
        onPalette={() => setPalette('open')}
      />
      {notice ? (
        <section
          aria-label="Notice"
          className="border-line border-b bg-information-soft px-4 py-1.5 text-information-ink text-sm md:px-6"
        >
          {notice}
        </section>
      ) : null}
      <main
        id="main"
        tabIndex={-1}
        className={cn('focus-target px-4 pt-5 pb-16 md:px-6 md:pt-6', phone === 'bar' && 'pb-24 md:pb-16')}
      >
        {children}
      </main>
      {phone === 'bar' ? <BottomBar groups={pages} /> : null}
      {palette === 'never' ? null : (
        <CommandPalette
          open={palette === 'open'}
          onOpenChange={(open) => setPalette(open ? 'open' : 'closed')}
          items={[...pageCommands(pages), ...commands]}
          onSearch={onSearch}
        />
      )}
      {help === 'never' ? null : (
        <ShortcutHelp
          open={help === 'open'}
          onOpenChange={(open) => setHelp(open ? 'open' : 'closed')}
          groups={[...shortcuts, shellShortcuts]}
        />
      )}
    </div>
  );
}

function pageCommands(pages: readonly NavGroup[]): CommandItem[] {
  return pages
    .flatMap((group) => group.items)
    .map((item) => ({
      id: `page:${item.href}`,
      label: item.label,
      group: 'Pages',
      icon: item.icon,
      href: item.href,
    }));
}

type TopBarProps = Pick<AppShellProps, 'pages' | 'orgSwitcher' | 'account' | 'phone'> & {
  onPalette: () => void;
};

function TopBar({ pages, orgSwitcher, account, phone, onPalette }: TopBarProps) {
  const current = useCurrentItem(pages);
  return (
    <header className="sticky top-0 z-20 flex h-12 items-center gap-2 border-line border-b bg-canvas px-3 md:px-6">
      {phone === 'bar' ? (
        <Logo markOnly className="w-9 justify-center md:hidden" />
      ) : (
        <MenuSheet pages={pages} orgSwitcher={orgSwitcher} />
      )}
      <div className="min-w-0 flex-1 truncate font-medium text-sm group-has-[[data-crumbs]]/shell:invisible">
        {current?.label}
      </div>
      <button
        type="button"
        onClick={onPalette}
        className="hidden h-8 w-52 items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-ink-3 text-sm transition-colors duration-[120ms] hover:border-control md:flex"
      >
        <Search aria-hidden className="size-4" />
        <span className="flex-1 text-left">Find…</span>
        <Kbd>Ctrl K</Kbd>
      </button>
      <Button
        variant="quiet"
        size="icon"
        aria-label="Find"
        icon={<Search aria-hidden />}
        onClick={onPalette}
        className="md:hidden"
      />
      <ThemeToggle />
      {account}
    </header>
  );
}

function MenuSheet({ pages, orgSwitcher }: Pick<AppShellProps, 'pages' | 'orgSwitcher'>) {
  const [open, setOpen] = useState(false);
  return (
    <div className="md:hidden">
      <Sheet
        title={<Logo />}
        side="left"
        open={open}
        onOpenChange={setOpen}
        trigger={<Button variant="quiet" size="icon" aria-label="Menu" icon={<Menu aria-hidden />} />}
      >
        {orgSwitcher ? <div className="pb-4">{orgSwitcher}</div> : null}
        <RailNav groups={pages} onGo={() => setOpen(false)} />
      </Sheet>
    </div>
  );
}
