import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type ProgressBarProps = {
  label: ReactNode;
  done: number;
  total: number;
  /** What is counted: "cases". */
  unit?: string | undefined;
  /** That `done` is no exact number and no less is done. */
  isAtLeast?: boolean | undefined;
  labelHidden?: boolean | undefined;
  className?: string | undefined;
};

const words = new Intl.NumberFormat('en-US');

/** How much of a known whole is done, with its numbers. */
export function ProgressBar({
  label,
  done,
  total,
  unit = '',
  isAtLeast = false,
  labelHidden = false,
  className,
}: ProgressBarProps) {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const said = `${isAtLeast && done > 0 ? 'at least ' : ''}${words.format(done)} of ${words.format(total)}${unit ? ` ${unit}` : ''}`;
  return (
    <div className={cn('flex flex-col gap-1', className)}>
      <div className={cn('flex items-baseline justify-between gap-3 text-xs', labelHidden && 'sr-only')}>
        <span className="text-ink-2">{label}</span>
        <span className="text-ink-3">{said}</span>
      </div>
      <div
        role="progressbar"
        aria-label={typeof label === 'string' ? label : 'Progress'}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={said}
        className="h-1.5 overflow-hidden rounded-full bg-neutral-soft"
      >
        <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
