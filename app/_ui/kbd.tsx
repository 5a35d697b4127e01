import type { ReactNode } from 'react';
import { cn } from './cn.ts';

/** A key of the keyboard. */
export function Kbd({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <kbd
      className={cn(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line-strong bg-sunken px-1 font-medium font-sans text-ink-2 text-xs',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
