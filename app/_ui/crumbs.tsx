import Link from 'next/link';
import { Fragment } from 'react';

export type Crumb = { label: string; href?: string | undefined };

/**
 * The way down to this page, drawn in the shell's top bar. It is placed there by position, not by script, so
 * that it is in the first paint; the shell's own section name steps aside when it finds it.
 */
export function Crumbs({ items }: { items: readonly Crumb[] }) {
  return (
    <nav
      aria-label="Breadcrumb"
      data-crumbs
      className="fixed top-0 right-40 left-14 z-30 flex h-12 items-center overflow-hidden text-sm md:right-[300px] md:left-[248px]"
    >
      <ol className="flex min-w-0 items-center gap-1.5">
        {items.map((item, index) => (
          <Fragment key={`${item.label}-${item.href ?? ''}`}>
            {index === 0 ? null : (
              <li aria-hidden className="hidden text-ink-3 sm:block">
                /
              </li>
            )}
            <li className={index === items.length - 1 ? 'min-w-0 truncate' : 'hidden truncate sm:block'}>
              {item.href === undefined || index === items.length - 1 ? (
                <span aria-current={index === items.length - 1 ? 'page' : undefined} className="font-medium">
                  {item.label}
                </span>
              ) : (
                <Link href={item.href} className="text-ink-2 hover:text-ink hover:underline">
                  {item.label}
                </Link>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}
