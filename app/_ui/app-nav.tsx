'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type NavItem = {
  href: string;
  label: string;
  /** The label where five must stand side by side on a phone. */
  shortLabel?: string | undefined;
  /** A lucide icon element. */
  icon: ReactNode;
  /** How many things wait there. */
  count?: number | undefined;
};

export type NavGroup = { heading?: string | undefined; items: readonly NavItem[] };

/** The item whose page this is: the longest path that begins the present one. */
export function useCurrentItem(groups: readonly NavGroup[]): NavItem | undefined {
  const path = usePathname();
  return groups
    .flatMap((group) => group.items)
    .filter((item) => path === item.href || path.startsWith(`${item.href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0];
}

/** The pages of a role, one under the other. */
export function RailNav({ groups, onGo }: { groups: readonly NavGroup[]; onGo?: (() => void) | undefined }) {
  const current = useCurrentItem(groups);
  return (
    <nav aria-label="Main" className="flex flex-col gap-4">
      {groups.map((group) => (
        <div key={group.heading ?? group.items[0]?.href}>
          {group.heading ? <p className="px-2 pb-1 text-ink-3 text-xs">{group.heading}</p> : null}
          <ul className="flex flex-col gap-px">
            {group.items.map((item) => (
              <li key={item.href}>
                <Link
                  href={item.href}
                  {...(onGo === undefined ? {} : { onClick: onGo })}
                  aria-current={item === current ? 'page' : undefined}
                  className={cn(
                    'flex h-8 items-center gap-2.5 rounded-md px-2 text-sm transition-colors duration-[120ms] [&_svg]:size-4 [&_svg]:shrink-0',
                    item === current
                      ? 'bg-selected font-medium text-ink [&_svg]:text-accent-ink'
                      : 'text-ink-2 hover:bg-hover hover:text-ink [&_svg]:text-ink-3',
                  )}
                >
                  {item.icon}
                  <span className="min-w-0 flex-1 truncate">{item.label}</span>
                  {item.count ? <span className="text-ink-3 text-xs">{item.count}</span> : null}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** At most five pages along the bottom of a phone. */
export function BottomBar({ groups }: { groups: readonly NavGroup[] }) {
  const current = useCurrentItem(groups);
  const items = groups.flatMap((group) => group.items).slice(0, 5);
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-30 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="flex">
        {items.map((item) => (
          <li key={item.href} className="min-w-0 flex-1">
            <Link
              href={item.href}
              aria-current={item === current ? 'page' : undefined}
              className={cn(
                'flex h-14 flex-col items-center justify-center gap-0.5 px-1 text-xs [&_svg]:size-5',
                item === current ? 'font-medium text-accent-ink' : 'text-ink-2',
              )}
            >
              {item.icon}
              <span className="max-w-full truncate">{item.shortLabel ?? item.label}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
