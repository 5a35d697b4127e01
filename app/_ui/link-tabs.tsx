'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from './cn.ts';

export type LinkTab = { href: string; label: string; count?: number | undefined };

/** Sibling pages of one thing, such as a project's overview, quality and money; the present one is found by path. */
export function LinkTabs({ items, label }: { items: readonly LinkTab[]; label: string }) {
  const path = usePathname();
  const current = items
    .filter((item) => path === item.href || path.startsWith(`${item.href}/`))
    .sort((a, b) => b.href.length - a.href.length)[0];
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto border-line border-b">
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          aria-current={item === current ? 'page' : undefined}
          className={cn(
            '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 font-medium text-sm transition-colors duration-[120ms] focus-visible:outline-offset-[-2px]',
            item === current ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:text-ink',
          )}
        >
          {item.label}
          {item.count === undefined ? null : <span className="text-ink-3 text-xs">{item.count}</span>}
        </Link>
      ))}
    </nav>
  );
}
