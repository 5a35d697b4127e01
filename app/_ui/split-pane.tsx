import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export type SplitPaneProps = {
  children: ReactNode;
  /** The narrow part: a checklist, a form's summary, the controls of a case. */
  aside: ReactNode;
  asideLabel: string;
  side?: 'left' | 'right' | undefined;
  /** Width of the aside in pixels from 1024 px on. */
  width?: 240 | 280 | 320 | 360 | undefined;
  /** Keeps the aside in view while the main part scrolls. */
  sticky?: boolean | undefined;
  className?: string | undefined;
};

const widths = {
  240: 'lg:w-60',
  280: 'lg:w-70',
  320: 'lg:w-80',
  360: 'lg:w-90',
} as const;

/** A main part and a narrow one beside it; stacked below 1024 px, the aside first when it stands left. */
export function SplitPane({
  children,
  aside,
  asideLabel,
  side = 'right',
  width = 280,
  sticky = true,
  className,
}: SplitPaneProps) {
  return (
    <div
      className={cn('flex flex-col gap-8 lg:flex-row', side === 'left' && 'lg:flex-row-reverse', className)}
    >
      <div className="min-w-0 flex-1">{children}</div>
      <aside
        aria-label={asideLabel}
        className={cn('shrink-0', widths[width], sticky && 'lg:sticky lg:top-16 lg:self-start')}
      >
        {aside}
      </aside>
    </div>
  );
}
