import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type DocumentLinkProps = { href: string; className?: string; children: ReactNode };

/**
 * A link to a document of `/api/documents`, in a page of its own, so that what is being filled in here stays. A plain link:
 * a document is opened by a press and never fetched ahead, because every opening counts.
 */
export function DocumentLink({ href, className, children }: DocumentLinkProps) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener"
      className={cn(
        'rounded-sm text-accent-ink underline decoration-from-font underline-offset-[3px] hover:decoration-2',
        className,
      )}
    >
      {children}
    </a>
  );
}
