import { CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type ErrorStateProps = {
  /** What happened. */
  title: ReactNode;
  /** What to do now. */
  children?: ReactNode;
  action?: ReactNode;
  /** The id to quote to support. */
  reference?: string | undefined;
  className?: string | undefined;
};

/** What happened, what to do, and the reference to quote; never an apology alone. */
export function ErrorState({ title, children, action, reference, className }: ErrorStateProps) {
  return (
    <div
      role="alert"
      className={cn('flex gap-3 rounded-lg border border-line-strong bg-surface p-4', className)}
    >
      <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-critical" />
      <div className="min-w-0">
        <p className="font-medium text-base">{title}</p>
        {children ? <div className="prose-width mt-0.5 text-ink-2 text-sm">{children}</div> : null}
        {action ? <div className="mt-3">{action}</div> : null}
        {reference ? (
          <p className="mt-2 text-ink-3 text-xs">
            Reference <span className="font-mono">{reference}</span>
          </p>
        ) : null}
      </div>
    </div>
  );
}
