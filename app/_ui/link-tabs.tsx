'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from './cn.ts';

export type LinkTab = {
  href: string;
  label: string;
  count?: number | undefined;
  /** Pages elsewhere that belong to this one. */
  also?: readonly string[];
};

/** Sibling pages of one thing, such as a project's overview, quality and money; the present one is found by path. */
export function LinkTabs({ items, label }: { items: readonly LinkTab[]; label: string }) {
  const path = usePathname();
  const current = items
    .map((item) => ({ item, depth: depthOf(path, item) }))
    .filter((one) => one.depth > 0)
    .sort((a, b) => b.depth - a.depth)[0]?.item;
  return (
    <nav aria-label={label} className="flex gap-4 overflow-x-auto border-line border-b">
      {items.map((item) => (
        <Link
          key={item.href}
          href={item.href}
          ref={item === current ? showInRow : undefined}
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

/** Where the row is wider than the window, the present page is scrolled to in it; the window itself stays where it is. */
function showInRow(tab: HTMLElement | null): void {
  const row = tab?.parentElement;
  if (!tab || !row) return;
  const [own, whole] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  if (own.left < whole.left || own.right > whole.right)
    row.scrollLeft += own.left - whole.left - (whole.width - own.width) / 2;
}

/** How much of the path a tab stands for; 0 when the page is not below it. */
function depthOf(path: string, { href, also }: LinkTab): number {
  const depths = [href, ...(also ?? [])].map((start) =>
    path === start || path.startsWith(`${start}/`) ? start.length : 0,
  );
  return Math.max(...depths);
}
