import type { ReactNode } from 'react';

export type Margin = { top: number; right: number; bottom: number; left: number };

export type PlotProps = { label: string; height: number; margin: Margin; children: ReactNode };

/**
 * The plane of a chart. It is as wide as the page allows without script: places along it are per cents, and
 * what stands beside it hangs over into the margin. `data-margin` lets a download make room for that.
 */
export function Plot({ label, height, margin, children }: PlotProps) {
  return (
    <div
      style={{
        paddingTop: margin.top,
        paddingRight: margin.right,
        paddingBottom: margin.bottom,
        paddingLeft: margin.left,
      }}
    >
      <div className="@container">
        <svg
          data-chart
          data-margin={[margin.top, margin.right, margin.bottom, margin.left].join(' ')}
          role="img"
          aria-label={label}
          width="100%"
          height={height}
          className="block overflow-visible"
        >
          {children}
        </svg>
      </div>
    </div>
  );
}
