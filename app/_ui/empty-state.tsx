import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type EmptyStateProps = {
  /** What will be here. */
  title: ReactNode;
  /** How it gets here. */
  children?: ReactNode;
  /** The one action that fills it. */
  action?: ReactNode;
  icon?: ReactNode;
  className?: string | undefined;
};

/** An empty list says what will be here and offers the one action that fills it. */
export function EmptyState({ title, children, action, icon, className }: EmptyStateProps) {
  return (
    <div
      className={cn(
        'flex flex-col items-start gap-1 rounded-lg border border-line-strong border-dashed p-6',
        className,
      )}
    >
      {icon ? <div className="mb-1 text-ink-3 [&_svg]:size-5">{icon}</div> : null}
      <p className="font-medium text-base">{title}</p>
      {children ? <div className="prose-width text-ink-2 text-sm">{children}</div> : null}
      {action ? <div className="mt-3">{action}</div> : null}
    </div>
  );
}
