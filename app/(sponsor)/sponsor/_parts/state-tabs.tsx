import Link from 'next/link';
import { cn } from '#app/_ui/cn.ts';

export type StateTab = { href: string; label: string; count?: number; isCurrent: boolean };

/** Views of one page that its address tells apart by its query, drawn like tabs. */
export function StateTabs({ label, items }: { label: string; items: readonly StateTab[] }) {
  return (
    <nav aria-label={label} className="mb-6 flex gap-4 overflow-x-auto border-line border-b">
      {items.map(({ href, label: words, count, isCurrent }) => (
        <Link
          key={href}
          href={href}
          aria-current={isCurrent ? 'page' : undefined}
          className={cn(
            '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 font-medium text-sm focus-visible:outline-offset-[-2px]',
            isCurrent ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:text-ink',
          )}
        >
          {words}
          {count === undefined ? null : <span className="text-ink-3 text-xs">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}
