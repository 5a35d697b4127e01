import { cn } from './cn.ts';

/** Two reads that overlap: the mark and, unless `markOnly`, the name. */
export function Logo({
  markOnly = false,
  className,
}: {
  markOnly?: boolean | undefined;
  className?: string | undefined;
}) {
  return (
    <span className={cn('inline-flex items-center gap-2 font-semibold text-base', className)}>
      <svg
        aria-hidden
        viewBox="0 0 32 20"
        width="28"
        height="18"
        fill="none"
        className="shrink-0 text-accent-ink"
      >
        <circle cx="11" cy="10" r="8" stroke="currentColor" strokeWidth="2.5" />
        <circle cx="21" cy="10" r="8" stroke="currentColor" strokeWidth="2.5" />
      </svg>
      <span className={markOnly ? 'sr-only' : undefined}>Readroom</span>
    </span>
  );
}
