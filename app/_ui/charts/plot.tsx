import type { CSSProperties, ReactNode } from 'react';
import { cn } from '#app/_ui/cn.ts';

export type Margin = { top: number; right: number; bottom: number; left: number };

export type PlotProps = {
  label: string;
  height: number;
  margin: Margin;
  /** On a phone, where words stand above their marks and not beside them: its height; at the sides only what half a tick's words need. */
  narrowHeight?: number | undefined;
  children: ReactNode;
};

/**
 * The plane of a chart. It is as wide as the page allows without script: places along it are per cents, and what stands beside it
 * hangs over into the padding of its frame (`data-plane`), for which a download makes room. What is drawn otherwise in a narrow chart
 * asks for `@max-md/plot`.
 */
export function Plot({ label, height, margin, narrowHeight, children }: PlotProps) {
  const isNarrowed = narrowHeight !== undefined;
  return (
    <div className="@container/plot">
      <div
        data-plane
        className={cn('pr-(--right) pl-(--left)', isNarrowed && '@max-md/plot:px-3')}
        style={
          {
            paddingTop: margin.top,
            paddingBottom: margin.bottom,
            '--left': `${margin.left}px`,
            '--right': `${margin.right}px`,
            '--height': `${height}px`,
            '--narrow-height': `${narrowHeight ?? height}px`,
          } as CSSProperties
        }
      >
        <div className="@container">
          <svg
            data-chart
            role="img"
            aria-label={label}
            width="100%"
            className={cn(
              'block h-(--height) overflow-visible',
              isNarrowed && '@max-md/plot:h-(--narrow-height)',
            )}
          >
            {children}
          </svg>
        </div>
      </div>
    </div>
  );
}
